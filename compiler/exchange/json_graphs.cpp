// Graphs of other tools in JSON: Graphviz's own form, and CGRA-Mapper's.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "compiler/exchange/node_link.h"

namespace heddle::exchange {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

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
      found[lower(key)] = {value.is_string() ? value.get<std::string>() : value.dump(), mark(pointer_to(pointer, key))};
    }
    return found;
  }

 private:
  const Document& document_;
};

std::string label_of(std::int64_t id) { return fmt::format("n{}", id); }

/// Of CGRA-Mapper's operations: which value each reads at which place, and where the file says so.
struct Operand {
  std::size_t place = 0;
  Mark where;
  bool met = false;  ///< its source names it too
};
using Operands = std::map<std::pair<std::string, std::string>, Operand>;  ///< by source and reader

Status read_predecessors(const JsonSource& source, const Json& node, const std::string& at, std::int64_t id,
                         Operands& operands) {
  if (!node.contains("pre") || !node.at("pre").is_array()) return {};
  const std::string list = pointer_to(at, "pre");
  for (std::size_t place = 0; place < node.at("pre").size(); ++place) {
    const Json& from = node.at("pre").at(place);
    const std::string here = pointer_to(list, place);
    if (!from.is_number_integer()) return source.error(here, "expected the id of an operation");
    operands.emplace(std::pair(label_of(from.get<std::int64_t>()), label_of(id)),
                     Operand{place, source.mark(here), false});
  }
  return {};
}

/// Edges in the order of the operands that they bring; what only the reader names is said.
void order_operands(NodeLink& graph, Operands& operands) {
  const auto place = [&](const LinkedEdge& edge) {
    const auto found = operands.find({edge.from, edge.to});
    if (found == operands.end()) return operands.size();
    found->second.met = true;
    return found->second.place;
  };
  std::vector<std::pair<std::size_t, LinkedEdge>> placed;
  for (LinkedEdge& edge : graph.edges) {
    const std::size_t at = place(edge);
    placed.emplace_back(at, std::move(edge));
  }
  std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  graph.edges.clear();
  for (auto& [at, edge] : placed) graph.edges.push_back(std::move(edge));
  for (const auto& [ends, operand] : operands)
    if (!operand.met)
      graph.warnings.push_back(
          {fmt::format("{} lists {} in pre, which does not list it in succ: left out", ends.second, ends.first),
           operand.where});
}

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
    if (object.contains("nodes") || object.contains("subgraphs")) continue;  // a subgraph
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

Result<NodeLink> read_node_link_json(const Document& document, const std::string& file) {
  const JsonSource source(document);
  NodeLink graph;
  graph.file = file;
  HEDDLE_ASSIGN(const Json* nodes, source.list(document.root, "", "nodes"));
  const char* links_key = document.root.contains("links") ? "links" : "edges";
  HEDDLE_ASSIGN(const Json* links, source.list(document.root, "", links_key));
  if (document.root.contains("directed") && document.root.at("directed") == false)
    return source.error("/directed", "edges of data have a direction");
  const auto name_at = [&](const Json& object, const std::string& at, const char* key) -> Result<std::string> {
    if (!object.is_object()) return source.error(at, "expected an object");
    if (!object.contains(key)) return source.error(at, fmt::format("{} is missing", key));
    const Json& name = object.at(key);
    if (name.is_string()) return name.get<std::string>();
    if (name.is_number_integer()) return name.dump();
    return source.error(pointer_to(at, key), "expected a text or a whole number");
  };
  for (std::size_t i = 0; i < nodes->size(); ++i) {
    const std::string at = pointer_to("/nodes", i);
    HEDDLE_ASSIGN(std::string name, name_at(nodes->at(i), at, "id"));
    graph.nodes.push_back({std::move(name), source.attributes(nodes->at(i), at), source.mark(at)});
  }
  for (std::size_t i = 0; i < links->size(); ++i) {
    const std::string at = pointer_to(pointer_to("", links_key), i);
    HEDDLE_ASSIGN(std::string from, name_at(links->at(i), at, "source"));
    HEDDLE_ASSIGN(std::string to, name_at(links->at(i), at, "target"));
    graph.edges.push_back({std::move(from), std::move(to), source.attributes(links->at(i), at), source.mark(at)});
  }
  return graph;
}

Result<NodeLink> read_cgra_mapper_json(const Document& document, const std::string& file) {
  const JsonSource source(document);
  NodeLink graph;
  graph.file = file;
  if (!document.root.is_array()) return source.error("", "expected a list of operations");
  Operands operands;
  for (std::size_t i = 0; i < document.root.size(); ++i) {
    const std::string at = pointer_to("", i);
    const Json& node = document.root.at(i);
    if (node.is_object() && !node.contains("id") && node.contains("x") && node.contains("y"))
      return source.error(at, "a configuration of tiles (x, y), not a graph: operations have id, org_opt and succ");
    HEDDLE_ASSIGN(const std::int64_t id, source.number(node, at, "id"));
    if (!node.contains("org_opt") || !node.at("org_opt").is_string()) return source.error(at, "org_opt is missing");
    LinkedNode made{label_of(id), {}, source.mark(at)};
    made.attributes["opcode"] = {node.at("org_opt"), source.mark(pointer_to(at, "org_opt"))};
    if (node.contains("in_const") && node.at("in_const").is_array() && !node.at("in_const").empty() &&
        node.at("in_const").front().is_number_integer())
      made.attributes["constant"] = {node.at("in_const").front().dump(), source.mark(pointer_to(at, "in_const"))};
    graph.nodes.push_back(std::move(made));
    HEDDLE_TRY(read_predecessors(source, node, at, id, operands));
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
  order_operands(graph, operands);
  return graph;
}

}  // namespace heddle::exchange
