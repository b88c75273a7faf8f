// What becomes of a graph whose values pass units: it computes the same, and its mapping is one of any graph.
#include "compiler/mapper/pass.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/dfg/interpret.h"
#include "compiler/dfg/legalize.h"
#include "compiler/dfg/verify.h"
#include "compiler/mapper/solve.h"
#include "tests/mapper/fixtures.h"

namespace heddle::mapper {
namespace {

/// Live-outs and memory after some iterations.
std::pair<std::vector<std::uint64_t>, std::vector<std::uint8_t>> ran(const dfg::Graph& graph) {
  std::vector<std::uint8_t> memory(16384);
  Random random(3);
  for (auto& byte : memory) byte = static_cast<std::uint8_t>(random.below(256));
  const auto live_outs = dfg::interpret(graph, {9, {}, {0, 4096, 8192}}, memory);
  return {live_outs, memory};
}

TEST(Pass, SpelledGraph_ComputesTheSame) {
  int with_moves = 0;
  int behind_carried = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    Random random(seed * 17 + 1);
    auto graph = dfg::legalize(fixtures::random_graph(random, 8), 4).value();
    const auto last = std::find_if(graph.nodes.rbegin(), graph.nodes.rend(),
                                   [](const dfg::Node& node) { return !dfg::is_store(node.op); });
    if (last == graph.nodes.rend() || !dfg::verify(graph, dfg::Purpose::kExecution)) continue;
    const auto cgra = fixtures::mesh({.rows = 3, .columns = 3, .registers = 0});
    const Problem problem{graph, cgra, false, true};
    const auto answer = solve("heuristic", problem, {.seconds = 1e6}, Context{});
    ASSERT_TRUE(answer) << seed;
    if (!answer->graph) continue;
    ++with_moves;
    const dfg::Graph& spelled = *answer->graph;
    EXPECT_EQ(spelled.nodes.size(), graph.nodes.size() + static_cast<std::size_t>(answer->moves)) << seed;
    ASSERT_TRUE(dfg::verify(spelled, dfg::Purpose::kExecution)) << seed;
    EXPECT_EQ(ran(spelled), ran(graph)) << seed;
    for (const auto& edge : dfg::value_edges(spelled))
      behind_carried += static_cast<int>(edge.distance > 0 && spelled.node(edge.from).op == dfg::Opcode::kMov);
  }
  EXPECT_GE(with_moves, 5);
  EXPECT_GE(behind_carried, 1) << "no value of an iteration before came through a unit";
}

TEST(Pass, AStayIsNone) {
  const Place res = Place::result(arch::PeId(1));
  EXPECT_FALSE(is_pass({4, res}, {5, res}));
  EXPECT_TRUE(is_pass({4, res}, {6, res}));  // out of RES and, through the unit, back
  EXPECT_TRUE(is_pass({4, Place::on_link(arch::LinkId(0))}, {5, res}));
  EXPECT_FALSE(is_pass({4, res}, {5, Place::register_of(arch::PeId(1), 0)}));
}

}  // namespace
}  // namespace heddle::mapper
