// Graphs of other tools in JSON: Graphviz's own form, and CGRA-Mapper's.
#include <fmt/format.h>

#include "compiler/exchange/node_link.h"

namespace heddle::exchange {
namespace {

class JsonSource {
 public:
  explicit JsonSource(const Document& document) : document_(document) {}

  [[nodiscard]] tl::unexpected<Error> error(const std::string& pointer, const std::string& message) const {
    return fail(ErrorCode::kBadInput, fmt::format("at {}: {}", pointer.empty() ? "the root" : pointer, message),
                document_.mark(pointer));
  }
  [[nodiscard]] Mark mark(const std::string& pointer) const { return document_.mark(pointer); }

  Result<const Json*> list(const Json& object, const std::string& pointer, const char* key) const {
    if (!object.is_object()) return error(pointer, "expected an object");
    if (!object.contains(key)) return error(pointer, fmt::format("{} is missing", key));
    if (!object.at(key).is_array()) return error(pointer_to(pointer, key), "expected a list");
    return &object.at(key);
  }

  Result<std::int64_t> number(const Json& object, const std::string& pointer, const char* key) const {
    if (!object.is_object()) return error(pointer, "expected an object");
    if (!object.contains(key)) return error(pointer, fmt::format("{} is missing", key));
    if (!object.at(key).is_number_integer()) return error(pointer_to(pointer, key), "expected a whole number");
    return object.at(key).get<std::int64_t>();
  }

  /// Texts and numbers of an object.
  [[nodiscard]] Attributes attributes(const Json& object, const std::string& pointer) const {
    Attributes found;
    for (const auto& [key, value] : object.items()) {
      if (!value.is_string() && !value.is_number_integer()) continue;
      found[key] = {value.is_string() ? value.get<std::string>() : value.dump(), mark(pointer_to(pointer, key))};
    }
    return found;
  }

 private:
  const Document& document_;
};

std::string label_of(std::int64_t id) { return fmt::format("n{}", id); }

}  // namespace

Result<NodeLink> read_graphviz_json(const Document& document, const std::string& file) {
  const JsonSource source(document);
  NodeLink graph;
  graph.file = file;
  if (document.root.is_object() && document.root.contains("name") && document.root.at("name").is_string())
    graph.name = document.root.at("name");
  HEDDLE_ASSIGN(const Json* objects, source.list(document.root, "", "objects"));
  HEDDLE_ASSIGN(const Json* edges, source.list(document.root, "", "edges"));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < objects->size(); ++i) {
    const std::string at = pointer_to("/objects", i);
    const Json& object = objects->at(i);
    if (!object.is_object() || !object.contains("name") || !object.at("name").is_string())
      return source.error(at, "expected an object with a name");
    names.push_back(object.at("name"));
    graph.nodes.push_back({names.back(), source.attributes(object, at), source.mark(at)});
  }
  for (std::size_t i = 0; i < edges->size(); ++i) {
    const std::string at = pointer_to("/edges", i);
    std::string ends[2];
    int end = 0;
    for (const char* key : {"tail", "head"}) {
      HEDDLE_ASSIGN(const std::int64_t index, source.number(edges->at(i), at, key));
      if (index < 0 || index >= static_cast<std::int64_t>(names.size()))
        return source.error(pointer_to(at, key), fmt::format("there is no object {}", index));
      ends[end++] = names[static_cast<std::size_t>(index)];
    }
    graph.edges.push_back({ends[0], ends[1], source.attributes(edges->at(i), at), source.mark(at)});
  }
  return graph;
}

Result<NodeLink> read_cgra_mapper_json(const Document& document, const std::string& file) {
  const JsonSource source(document);
  NodeLink graph;
  graph.file = file;
  if (!document.root.is_array()) return source.error("", "expected a list of operations");
  for (std::size_t i = 0; i < document.root.size(); ++i) {
    const std::string at = pointer_to("", i);
    const Json& node = document.root.at(i);
    HEDDLE_ASSIGN(const std::int64_t id, source.number(node, at, "id"));
    if (!node.contains("org_opt") || !node.at("org_opt").is_string()) return source.error(at, "org_opt is missing");
    LinkedNode made{label_of(id), {}, source.mark(at)};
    made.attributes["opcode"] = {node.at("org_opt"), source.mark(pointer_to(at, "org_opt"))};
    if (node.contains("in_const") && node.at("in_const").is_array() && !node.at("in_const").empty() &&
        node.at("in_const").front().is_number_integer())
      made.attributes["constant"] = {node.at("in_const").front().dump(), source.mark(pointer_to(at, "in_const"))};
    graph.nodes.push_back(std::move(made));
    HEDDLE_ASSIGN(const Json* groups, source.list(node, at, "succ"));
    for (std::size_t g = 0; g < groups->size(); ++g) {
      const std::string here = pointer_to(pointer_to(at, "succ"), g);
      const Json& group = groups->at(g);
      const Json successors = group.is_array() ? group : Json::array({group});
      for (std::size_t s = 0; s < successors.size(); ++s) {
        const std::string place = group.is_array() ? pointer_to(here, s) : here;
        if (!successors.at(s).is_number_integer()) return source.error(place, "expected the id of an operation");
        graph.edges.push_back({label_of(id), label_of(successors.at(s).get<std::int64_t>()), {}, source.mark(place)});
      }
    }
  }
  return graph;
}

}  // namespace heddle::exchange
