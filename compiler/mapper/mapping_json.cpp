#include <fmt/format.h>

#include <utility>

#include "compiler/arch/cgra.h"
#include "compiler/base/files.h"
#include "compiler/dfg/text.h"
#include "compiler/mapper/mapping.h"

namespace heddle::mapper {
namespace {

constexpr const char* kSchema = "heddle.mapping/1";
constexpr const char* kPortNames = "abc";

std::string graph_hash(const dfg::Graph& graph) { return hex64(content_hash(dfg::to_json(graph).dump())); }
std::string cgra_hash(const arch::Cgra& cgra) { return hex64(content_hash(arch::to_json(cgra).dump())); }

/// [cycle, "res", pe], [cycle, "reg", pe, register] or [cycle, "link", link].
Json hop_json(const Hop& hop) {
  switch (hop.place.kind) {
    case Place::Kind::kResult: return Json::array({hop.cycle, "res", hop.place.pe.value});
    case Place::Kind::kRegister: return Json::array({hop.cycle, "reg", hop.place.pe.value, hop.place.reg});
    case Place::Kind::kLink: break;
  }
  return Json::array({hop.cycle, "link", hop.place.link.value});
}

/// Reads a document; each getter fails with the place of what it could not use.
class Reader {
 public:
  explicit Reader(const Document& document) : document_(document) {}

  Result<const Json*> member(const Json& object, const std::string& at, const char* key) const {
    if (!object.is_object() || !object.contains(key)) return bad(at, fmt::format("'{}' is missing", key));
    return &object.at(key);
  }
  Result<const Json*> array(const Json& object, const std::string& at, const char* key, std::size_t size) const {
    HEDDLE_ASSIGN(const Json* value, member(object, at, key));
    if (!value->is_array()) return bad(at + "/" + key, fmt::format("'{}' must be an array", key));
    if (value->size() != size)
      return bad(at + "/" + key, fmt::format("'{}' has {} elements, expected {}", key, value->size(), size));
    return value;
  }
  Result<int> integer(const Json& value, const std::string& at) const {
    constexpr std::int64_t kLimit = 1 << 30;
    if (!value.is_number_integer()) return bad(at, "expected an integer");
    const auto number = value.get<std::int64_t>();
    if (number < -kLimit || number > kLimit) return bad(at, fmt::format("{} is out of range", number));
    return static_cast<int>(number);
  }
  Result<int> integer(const Json& object, const std::string& at, const char* key) const {
    HEDDLE_ASSIGN(const Json* value, member(object, at, key));
    return integer(*value, at + "/" + key);
  }
  Status text_is(const char* key, const std::string& expected, const std::string& otherwise) const {
    HEDDLE_ASSIGN(const Json* value, member(document_.root, "", key));
    if (!value->is_string()) return bad("/" + std::string(key), fmt::format("'{}' must be a string", key));
    if (value->get<std::string>() != expected)
      return bad("/" + std::string(key),
                 fmt::format("{} ('{}' is {}, expected {})", otherwise, key, value->get<std::string>(), expected));
    return {};
  }
  [[nodiscard]] tl::unexpected<Error> bad(const std::string& at, const std::string& message) const {
    return fail(ErrorCode::kBadInput, "mapping: " + message, document_.mark(at));
  }

 private:
  const Document& document_;
};

Result<Hop> read_hop(const Reader& reader, const Json& value, const std::string& at) {
  if (!value.is_array() || value.size() < 3 || !value[1].is_string())
    return reader.bad(at, "a hop is [cycle, kind, where...]");
  Hop hop;
  HEDDLE_ASSIGN(hop.cycle, reader.integer(value[0], at + "/0"));
  HEDDLE_ASSIGN(const int where, reader.integer(value[2], at + "/2"));
  const auto kind = value[1].get<std::string>();
  if (kind == "res" && value.size() == 3) {
    hop.place = Place::result(arch::PeId(where));
  } else if (kind == "link" && value.size() == 3) {
    hop.place = Place::on_link(arch::LinkId(where));
  } else if (kind == "reg" && value.size() == 4) {
    HEDDLE_ASSIGN(const int reg, reader.integer(value[3], at + "/3"));
    hop.place = Place::register_of(arch::PeId(where), reg);
  } else {
    return reader.bad(at, "a hop is [cycle, \"res\", pe], [cycle, \"reg\", pe, register] or [cycle, \"link\", link]");
  }
  return hop;
}

Result<Route> read_route(const Reader& reader, const Json& value, const std::string& at, const dfg::ValueEdge& edge) {
  HEDDLE_ASSIGN(const int from, reader.integer(value, at, "from"));
  HEDDLE_ASSIGN(const int to, reader.integer(value, at, "to"));
  HEDDLE_ASSIGN(const Json* port, reader.member(value, at, "port"));
  HEDDLE_ASSIGN(const int distance, reader.integer(value, at, "distance"));
  const std::string expected_port(1, kPortNames[static_cast<int>(edge.port)]);
  if (from != edge.from.value || to != edge.to.value || !port->is_string() ||
      port->get<std::string>() != expected_port || distance != edge.distance)
    return reader.bad(at, fmt::format("expected the route from node {} to port {} of node {}, distance {}",
                                      edge.from.value, expected_port, edge.to.value, edge.distance));
  Route route{edge, {}};
  HEDDLE_ASSIGN(const Json* hops, reader.member(value, at, "hops"));
  if (!hops->is_array()) return reader.bad(at + "/hops", "'hops' must be an array");
  for (std::size_t h = 0; h < hops->size(); ++h) {
    HEDDLE_ASSIGN(auto hop, read_hop(reader, (*hops)[h], at + "/hops/" + std::to_string(h)));
    route.hops.push_back(hop);
  }
  return route;
}

}  // namespace

Json to_json(const Problem& problem, const Mapping& mapping) {
  Json root;
  root["schema"] = kSchema;
  root["graph"] = problem.graph.name;
  root["graph_hash"] = graph_hash(problem.graph);
  root["architecture"] = problem.cgra.name;
  root["architecture_hash"] = cgra_hash(problem.cgra);
  root["ii"] = mapping.ii;
  root["schedule_length"] = mapping.schedule_length(problem);
  root["nodes"] = Json::array();
  for (const auto& node : mapping.nodes) root["nodes"].push_back(Json{{"pe", node.pe.value}, {"time", node.time}});
  root["routes"] = Json::array();
  for (const auto& route : mapping.routes) {
    Json hops = Json::array();
    for (const auto& hop : route.hops) hops.push_back(hop_json(hop));
    root["routes"].push_back(Json{{"from", route.edge.from.value},
                                  {"to", route.edge.to.value},
                                  {"port", std::string(1, kPortNames[static_cast<int>(route.edge.port)])},
                                  {"distance", route.edge.distance},
                                  {"hops", std::move(hops)}});
  }
  root["banks"] = mapping.banks;
  return root;
}

Result<Mapping> from_json(const Problem& problem, const Document& document) {
  const Reader reader(document);
  const Json& root = document.root;
  HEDDLE_TRY(reader.text_is("schema", kSchema, "not a mapping that this version reads"));
  HEDDLE_TRY(reader.text_is("graph_hash", graph_hash(problem.graph),
                            "made for another graph than '" + problem.graph.name + "'"));
  HEDDLE_TRY(reader.text_is("architecture_hash", cgra_hash(problem.cgra),
                            "made for another architecture than '" + problem.cgra.name + "'"));
  Mapping mapping;
  HEDDLE_ASSIGN(mapping.ii, reader.integer(root, "", "ii"));
  HEDDLE_ASSIGN(const Json* nodes, reader.array(root, "", "nodes", problem.graph.nodes.size()));
  for (std::size_t n = 0; n < nodes->size(); ++n) {
    const std::string at = "/nodes/" + std::to_string(n);
    HEDDLE_ASSIGN(const int pe, reader.integer((*nodes)[n], at, "pe"));
    if (pe < 0 || std::cmp_greater_equal(pe, problem.cgra.pes.size()))
      return reader.bad(at + "/pe", fmt::format("PE {}, the array has {}", pe, problem.cgra.pes.size()));
    HEDDLE_ASSIGN(const int time, reader.integer((*nodes)[n], at, "time"));
    mapping.nodes.push_back({arch::PeId(pe), time});
  }
  const auto edges = dfg::value_edges(problem.graph);
  HEDDLE_ASSIGN(const Json* routes, reader.array(root, "", "routes", edges.size()));
  for (std::size_t e = 0; e < edges.size(); ++e) {
    HEDDLE_ASSIGN(auto route, read_route(reader, (*routes)[e], "/routes/" + std::to_string(e), edges[e]));
    mapping.routes.push_back(std::move(route));
  }
  HEDDLE_ASSIGN(const Json* banks, reader.array(root, "", "banks", problem.graph.arrays.size()));
  for (std::size_t a = 0; a < banks->size(); ++a) {
    HEDDLE_ASSIGN(const int bank, reader.integer((*banks)[a], "/banks/" + std::to_string(a)));
    mapping.banks.push_back(bank);
  }
  return mapping;
}

}  // namespace heddle::mapper
