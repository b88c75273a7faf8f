#include "compiler/exchange/mrrg.h"

#include <map>
#include <set>
#include <tuple>

#include "compiler/mapper/solve.h"
#include "tests/exchange/support.h"

namespace heddle::exchange {
namespace {

using mapper::Place;

/// Nodes of the file by what they are, and its edges.
struct Resources {
  explicit Resources(const Json& graph) : ii(graph["ii"]) {
    int number = 0;
    for (const Json& node : graph["nodes"]) {
      const std::string kind = node["kind"];
      const int where = kind == "link" ? node["link"] : node["pe"];
      numbers[{kind, where, node.value("register", 0), node["slot"]}] = number++;
    }
    for (const Json& edge : graph["edges"]) edges.emplace(edge[0].get<int>(), edge[1].get<int>(), edge[2].get<int>());
  }

  [[nodiscard]] int number(const mapper::Hop& hop) const {
    const int slot = hop.cycle % ii;
    if (hop.place.kind == Place::Kind::kLink) return numbers.at({"link", hop.place.link.value, 0, slot});
    const char* kind = hop.place.kind == Place::Kind::kResult ? "result" : "register";
    return numbers.at({kind, hop.place.pe.value, hop.place.kind == Place::Kind::kResult ? 0 : hop.place.reg, slot});
  }
  [[nodiscard]] int unit(const mapper::Placement& place) const {
    return numbers.at({"unit", place.pe.value, 0, place.time % ii});
  }

  int ii;
  std::map<std::tuple<std::string, int, int, int>, int> numbers;
  std::set<std::tuple<int, int, int>> edges;
};

/// Every step of every route of a verified mapping is an edge of the graph.
void follow_routes(const std::string& array, const std::string& file) {
  const auto cgra = find_cgra(array, std::filesystem::path(HEDDLE_SOURCE_DIR) / "workloads/architectures");
  ASSERT_THAT(cgra, IsOk());
  const auto graph = read_graph(data(file), file, {}, false);
  ASSERT_THAT(graph, IsOk());
  const mapper::Problem problem{graph->graph, cgra->cgra};
  const auto answer = mapper::solve("heuristic", problem, {}, Context{});
  ASSERT_THAT(answer, IsOk());
  ASSERT_TRUE(answer->mapping);
  const mapper::Mapping& mapping = *answer->mapping;
  const Resources resources(mrrg_json(cgra->cgra, mapping.ii));
  int steps = 0;
  for (const mapper::Route& route : mapping.routes) {
    const mapper::Placement& from = mapping.nodes[route.edge.from.index()];
    const auto has = [&](int a, int b, int cycles) {
      EXPECT_EQ(resources.edges.count({a, b, cycles}), 1U) << array << ": " << a << " -> " << b << " in " << cycles;
      ++steps;
    };
    has(resources.unit(from), resources.number(route.hops.front()), route.hops.front().cycle - from.time);
    for (std::size_t i = 1; i < route.hops.size(); ++i)
      has(resources.number(route.hops[i - 1]), resources.number(route.hops[i]),
          route.hops[i].cycle - route.hops[i - 1].cycle);
    has(resources.number(route.hops.back()), resources.unit(mapping.nodes[route.edge.to.index()]), 0);
  }
  EXPECT_GE(steps, 20);
}

TEST(Mrrg, RoutesOfMappings_AreWaysThroughIt) {
  follow_routes("mesh_4x4", "sum.xml");
  follow_routes("hycube_4x4", "sum.xml");
  follow_routes("heterogeneous_4x4", "dot_product.json");
  follow_routes("mesh_2x2", "dot_product.json");
}

TEST(Mrrg, KeepsToItsSchema) {
  const auto schema =
      parse_json(*read_file(std::filesystem::path(HEDDLE_SOURCE_DIR) / "workloads/schema/mrrg.json"), "s");
  ASSERT_THAT(schema, IsOk());
  const auto cgra = read_row(data("row.json"));
  ASSERT_THAT(cgra, IsOk());
  Document document;
  document.root = mrrg_json(cgra->cgra, 3);
  EXPECT_THAT(validate_schema(document, schema->root), IsOk());
  // 3 slots of 3 units, 3 results, 2 + 3 + 3 registers and 4 links.
  EXPECT_EQ(document.root["nodes"].size(), 3U * (3 + 3 + 8 + 4));
}

}  // namespace
}  // namespace heddle::exchange
