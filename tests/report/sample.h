// Mapped regions for tests of the report: real answers of the mapper on shipped arrays.
#pragma once

#include <string>

#include "compiler/dfg/legalize.h"
#include "compiler/dfg/text.h"
#include "compiler/mapper/solve.h"
#include "runtime/report/page.h"
#include "tests/support/matchers.h"

namespace heddle::report {

inline arch::Cgra shipped_array(const std::string& name) {
  auto cgra = arch::find(name, std::string(HEDDLE_SOURCE_DIR) + "/workloads/architectures");
  EXPECT_THAT(cgra, IsOk());
  return *cgra;
}

inline dfg::Graph dot_product() {
  auto graph = dfg::parse_text(
      "graph dot_3 word 32 trip 64\n"
      "array A element 1 read\n"
      "array C element 4 write\n"
      "live_in bias\n"
      "live_out sum\n"
      "%n0 = add %n0@1 init -1, 1  ; i, dot.c:3:12\n"
      "%n1 = load_s8 A[%n0]  ; , dot.c:4:10\n"
      "%n2 = mul %n1, %n1  ; , dot.c:4:15\n"
      "%n3 = add %n3@1 init $bias, %n2 live_out sum  ; sum, dot.c:4:5\n"
      "%n4 = store_32 C[%n0 << 2], %n3  ; , dot.c:5:5\n"
      "order %n1 -> %n4\n",
      "dot.dfg");
  EXPECT_THAT(graph, IsOk());
  return *graph;
}

inline PageRegion mapped_region(const arch::Cgra& cgra, const dfg::Graph& graph) {
  auto legal = dfg::legalize(graph, 2);
  EXPECT_THAT(legal, IsOk());
  PageRegion region{legal->name, *legal, {}};
  const auto answer = mapper::solve("heuristic", {region.graph, cgra}, {5, 0, 1}, Context{});
  EXPECT_THAT(answer, IsOk());
  EXPECT_TRUE(answer->mapping.has_value());
  region.mapping = answer->mapping.value_or(mapper::Mapping{});
  return region;
}

inline Json region_facts(const PageRegion& region) {
  return {{"name", region.name},
          {"function", "dot"},
          {"file", "dot.c"},
          {"line", 3},
          {"dfg", {{"nodes", region.graph.nodes.size()}, {"edges", 5}}},
          {"mii", {{"rec", 1}, {"res", 1}, {"mem", 2}, {"total", 2}}},
          {"witness", {{"rec", "one add"}, {"res", "enough PEs"}, {"mem", "two accesses of one bank"}}},
          {"ii", region.mapped() ? region.mapping.ii : 0},
          {"status", region.mapped() ? "optimal" : "not_found"},
          {"reason", ""},
          {"schedule_length", 9},
          {"trip_count", 64},
          {"cycles", 135},
          {"utilization", 0.25},
          {"map_seconds", 0.01}};
}

/// One mapped region on `array`, one on the host, sources, and a simulated run.
inline PageInput sample_input(const std::string& array, dfg::Graph graph) {
  PageInput input;
  input.cgra = shipped_array(array);
  input.regions.push_back(mapped_region(input.cgra, std::move(graph)));
  PageRegion unmapped{"on_host", dot_product(), {}};
  input.regions.push_back(unmapped);
  const Json host{{"function", "main"}, {"file", "dot.c"}, {"line", 9}, {"reason", "calls printf"}};
  input.report = {{"schema", "heddle.report/1"},
                  {"source", "dot.c"},
                  {"arch", array},
                  {"version", "0.1.0"},
                  {"seed", 1},
                  {"regions", {region_facts(input.regions[0]), region_facts(unmapped)}},
                  {"host", Json::array({host})},
                  {"totals", Json::object()}};
  const Json cycles{{"configuration", 80}, {"live_in", 6},  {"dma_in", 16},  {"run", 140},
                    {"stall", 5},          {"dma_out", 65}, {"live_out", 2}, {"total", 309}};
  const Json launch{{"region", input.regions[0].name}, {"count", 2}, {"trip_count", 64}, {"cycles", cycles}};
  input.simulation = {{"schema", "heddle.simulation/1"},
                      {"backend", "systemc"},
                      {"kernel", "dot"},
                      {"launches", Json::array({launch})},
                      {"cycles", cycles}};
  input.sources["dot.c"] =
      "int dot() {\n  int sum = 0; /* </script><b>no markup</b> */\n  for (int i = 0; i < 64; i++) {\n    sum += a[i] "
      "* a[i];\n    c[i] = sum;\n  }\n}\n";
  return input;
}

}  // namespace heddle::report
