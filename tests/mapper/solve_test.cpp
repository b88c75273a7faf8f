#include "compiler/mapper/solve.h"

#include <gtest/gtest.h>

#include "tests/mapper/fixtures.h"
#include "tests/support/matchers.h"

namespace heddle::mapper {
namespace {

using fixtures::mesh;

Answer map(const dfg::Graph& graph, const arch::Cgra& cgra, Options options = {}) {
  auto answer = solve("heuristic", {graph, cgra}, options, Context{});
  EXPECT_THAT(answer, IsOk());
  return answer ? *answer : Answer{};
}

TEST(Solve, DotProduct_ReachesItsBound) {
  const auto graph = fixtures::dot_product();
  const auto answer = map(graph, mesh({}));
  EXPECT_EQ(answer.outcome, Outcome::kOptimal) << answer.reason;
  EXPECT_EQ(answer.gap(), 0);
}

TEST(Solve, OnePe_MapsWithOneSlotANode) {
  const auto graph = fixtures::dot_product();
  const auto answer = map(graph, mesh({.rows = 1, .columns = 1}));
  ASSERT_TRUE(answer.mapping) << answer.reason;
  EXPECT_GE(answer.mapping->ii, 5);
}

TEST(Solve, SameSeed_SameMapping) {
  Random random(3);
  const auto graph = fixtures::random_graph(random, 40);
  const auto cgra = mesh({});
  const auto first = map(graph, cgra);
  const auto second = map(graph, cgra);
  ASSERT_TRUE(first.mapping && second.mapping);
  EXPECT_EQ(to_json({graph, cgra}, *first.mapping), to_json({graph, cgra}, *second.mapping));
}

TEST(Solve, RandomGraphs_MapAndVerify) {
  for (int seed = 0; seed < 12; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    const auto graph = fixtures::random_graph(random, 10 + 4 * seed);
    const auto cgra = mesh({.hop_limit = 1 + seed % 3, .load_latency = 2 + seed % 2});
    const auto answer = map(graph, cgra, {.seconds = 5});  // solve() verifies
    EXPECT_TRUE(answer.mapping) << seed << ": " << answer.reason;
  }
}

TEST(Solve, LargerArray_NeverWorse) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    Random random(seed + 700);
    const auto graph = fixtures::random_graph(random, 24);
    int before = 1 << 20;
    for (const int size : {3, 4, 8, 12}) {
      const auto answer = map(graph, mesh({.rows = size, .columns = size}), {.seconds = 5});
      ASSERT_TRUE(answer.mapping) << answer.reason;
      EXPECT_LE(answer.mapping->ii, before) << "seed " << seed << " on " << size << "x" << size;
      before = answer.mapping->ii;
    }
  }
}

TEST(Solve, UnknownSolver_SaysWhichExist) {
  const auto graph = fixtures::dot_product();
  EXPECT_THAT(solve("magic", {graph, mesh({})}, {}, Context{}),
              HasError(ErrorCode::kNotFound, "unknown solver 'magic'"));
}

TEST(Solve, NoMultiplier_InfeasibleNamesTheNode) {
  const auto graph = fixtures::dot_product();
  const auto answer = map(graph, mesh({.multiplier_columns = 0}));
  EXPECT_EQ(answer.outcome, Outcome::kInfeasible);
  EXPECT_NE(answer.reason.find("mul 'scaled'"), std::string::npos) << answer.reason;
}

TEST(Solve, MoreSlotsThanConfigDepth_SaysHowManyShort) {
  const auto graph = fixtures::dot_product();
  const auto answer = map(graph, mesh({.rows = 1, .columns = 1, .config_depth = 3}));
  EXPECT_EQ(answer.outcome, Outcome::kInfeasible);
  EXPECT_NE(answer.reason.find("II must be at least 5, 2 more than the configuration depth 3"), std::string::npos)
      << answer.reason;
}

TEST(Solve, TooManyLiveOuts_SaysHowManyShort) {
  dfg::Graph graph = fixtures::dot_product();
  graph.nodes[0].live_out = 1;
  graph.live_outs.push_back({"index"});
  const auto answer = map(graph, mesh({.rows = 1, .columns = 1, .live_outs = 1}));
  EXPECT_EQ(answer.outcome, Outcome::kInfeasible);
  EXPECT_NE(answer.reason.find("1 short"), std::string::npos) << answer.reason;
}

TEST(Solve, CycleWithoutDistance_IsBadInput) {
  dfg::Graph graph = fixtures::dot_product();
  graph.order.push_back({dfg::NodeId(4), dfg::NodeId(1), 0});
  EXPECT_THAT(solve("heuristic", {graph, mesh({})}, {}, Context{}),
              HasError(ErrorCode::kBadInput, "without a loop distance"));
}

}  // namespace
}  // namespace heddle::mapper
