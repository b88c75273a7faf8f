// The exact solver: its mappings verify, its proofs agree with everything the heuristic finds, and with sums done by
// hand.
#include <gtest/gtest.h>

#include <atomic>

#include "compiler/base/files.h"
#include "compiler/dfg/legalize.h"
#include "compiler/dfg/text.h"
#include "compiler/mapper/bounds.h"
#include "compiler/mapper/capability.h"
#include "compiler/mapper/exact/ask.h"
#include "compiler/mapper/exact/registers.h"
#include "compiler/mapper/exact/sat.h"
#include "compiler/mapper/exact/symmetry.h"
#include "compiler/mapper/solve.h"
#include "tests/mapper/fixtures.h"
#include "tests/support/matchers.h"

namespace heddle::mapper {
namespace {

using fixtures::mesh;

Answer exact(const Problem& problem, double seconds = 20) {
  const auto answer = solve("exact", problem, {.seconds = seconds}, Context{});
  EXPECT_TRUE(answer) << to_string(answer.error());
  return answer.value_or(Answer{});
}

TEST(Exact, DotProduct_IsMappedAtItsBound) {
  const auto graph = fixtures::dot_product();
  const auto cgra = mesh({.rows = 2, .columns = 2});
  const Answer answer = exact({graph, cgra});
  EXPECT_EQ(answer.outcome, Outcome::kOptimal);
  ASSERT_TRUE(answer.mapping);
  EXPECT_EQ(answer.mapping->ii, answer.bounds.mii());
}

dfg::Graph chain_with_long_wait(int length) {
  // n0 -> n1 -> ... -> nk, and n0 -> nk: the value of n0 waits `length - 1` cycles.
  dfg::Graph graph;
  std::vector<dfg::NodeId> nodes{graph.add(fixtures::node(dfg::Opcode::kMov, {}, "first"))};
  graph.nodes[0].port(dfg::Port::kA) = dfg::Operand::of(dfg::Immediate::constant(1));
  for (int k = 1; k < length; ++k) nodes.push_back(graph.add(fixtures::node(dfg::Opcode::kMov, {nodes.back()})));
  graph.add(fixtures::node(dfg::Opcode::kAdd, {nodes.back(), nodes.front()}, "last"));
  return graph;
}

TEST(Exact, ValueThatMustWaitInOneRegister_NeedsMoreThanTheBound) {
  // One PE, one register: at II = 4 four operations fit; the first result must be kept while the chain overwrites RES,
  // which takes the register for 2 cycles. With no register at all there is no way at any II, since RES is overwritten.
  const auto graph = chain_with_long_wait(3);
  auto cgra = mesh({.rows = 1, .columns = 1, .registers = 1, .config_depth = 6});
  EXPECT_EQ(exact({graph, cgra}).mapping.value_or(Mapping{}).ii, 4);
  cgra = mesh({.rows = 1, .columns = 1, .registers = 0, .config_depth = 6});
  const Answer none = exact({graph, cgra});
  EXPECT_FALSE(none.mapping);
  EXPECT_EQ(none.proved, 7) << "every II up to the configuration depth is refuted";
  EXPECT_EQ(none.outcome, Outcome::kInfeasible) << none.reason;
}

/// Memory is limited by an estimate made before the formula; it must not promise less than what is built.
TEST(Exact, EstimateCoversTheVariables) {
  Random random(3);
  const auto graph = fixtures::random_graph(random, 24);
  for (const int registers : {0, 1, 4, 32})
    for (const int hop_limit : {1, 3}) {
      const auto cgra = mesh({.hop_limit = hop_limit, .registers = registers});
      const Problem problem{graph, cgra};
      const auto capability = capabilities(problem);
      ASSERT_THAT(capability, IsOk());
      const auto lower = bounds(problem);
      ASSERT_THAT(lower, IsOk());
      const exact::Instance instance(problem, *capability, lower->banks);
      const int ii = lower->mii() + 1;
      const search::Schedule schedule(instance.task(), ii);
      for (const int more : {1, 12}) {
        const auto question = instance.question(schedule, ii, schedule.length + more);
        const exact::Model model(question);
        const double estimate = exact::estimated_bytes(question) / exact::kBytesAVariable;
        EXPECT_GE(estimate, 0.95 * model.variables()) << registers << " registers, " << hop_limit << " hops";
        EXPECT_LE(estimate, 4.0 * model.variables()) << registers << " registers, " << hop_limit << " hops";
      }
    }
}

TEST(Exact, ProofsAndHeuristic_NeverContradict) {
  Random random(7);
  int proofs = 0;
  for (int k = 0; k < 100; ++k) {
    const auto cgra = mesh({.rows = 2,
                            .columns = 1 + static_cast<int>(random.below(2)),
                            .hop_limit = 1 + static_cast<int>(random.below(2)),
                            .registers = static_cast<int>(random.below(3)),
                            .config_depth = 5});
    auto legal = dfg::legalize(fixtures::random_graph(random, 3 + static_cast<int>(random.below(4))), 2);
    ASSERT_TRUE(legal);
    const Problem problem{*legal, cgra};
    const Answer proved = exact(problem, 2);
    const auto found = solve("heuristic", problem, {.seconds = 0.5}, Context{});
    ASSERT_TRUE(found);
    const int ii = found->mapping ? found->mapping->ii : 1 << 20;
    EXPECT_GE(ii, proved.lower_bound()) << "case " << k << ": " << proved.reason;
    EXPECT_LE(proved.outcome == Outcome::kOptimal ? proved.mapping->ii : 0, ii) << "case " << k;
    if (proved.proved > proved.bounds.mii()) ++proofs;
  }
  EXPECT_GE(proofs, 5) << "too few cases in which the bound is not the answer to mean anything";
}

TEST(Exact, Portfolio_IsNeverWorseThanTheHeuristic) {
  Random random(11);
  for (int k = 0; k < 5; ++k) {
    const auto cgra = mesh({.rows = 2, .columns = 2, .registers = 1, .config_depth = 10});
    auto legal = dfg::legalize(fixtures::random_graph(random, 8), 2);
    ASSERT_TRUE(legal);
    const auto alone = solve("heuristic", {*legal, cgra}, {.seconds = 1}, Context{});
    const auto both = solve("portfolio", {*legal, cgra}, {.seconds = 3}, Context{});
    ASSERT_TRUE(alone && both);
    ASSERT_TRUE(both->mapping || !alone->mapping);
    EXPECT_LE(both->mapping ? both->mapping->ii : 0, alone->mapping ? alone->mapping->ii : 1 << 20);
  }
}

TEST(Exact, Portfolio_AnswersAlikeSideBySide) {
  // Arrays so tight that the bound is often not the answer, and both solvers have something to say.
  int refuted = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    Random random(seed + 40);
    auto cgra = mesh({.rows = 2, .columns = 2, .registers = static_cast<int>(seed % 2), .config_depth = 10});
    cgra.max_stages = 6;
    auto legal = dfg::legalize(fixtures::random_graph(random, 7), 2);
    ASSERT_TRUE(legal);
    const Problem problem{*legal, cgra};
    const auto map_with = [&](int jobs) {
      Context context;
      context.jobs = jobs;
      return solve("portfolio", problem, {.seconds = 60}, context).value_or(Answer{});
    };
    const Answer alone = map_with(1);
    const Answer beside = map_with(2);
    EXPECT_EQ(alone.outcome, beside.outcome) << seed;
    EXPECT_EQ(alone.proved, beside.proved) << seed;
    EXPECT_EQ(alone.reason, beside.reason) << seed;
    ASSERT_EQ(alone.mapping.has_value(), beside.mapping.has_value()) << seed;
    if (alone.mapping) {
      EXPECT_EQ(to_json(problem, *alone.mapping), to_json(problem, *beside.mapping)) << seed;
    }
    refuted += static_cast<int>(alone.proved > alone.bounds.mii());
  }
  EXPECT_GE(refuted, 2) << "too few problems on which both had work";
}

TEST(Exact, Portfolio_AShortLookSparesThoroughSearches) {
  // 21 operations on which the heuristic alone needs dozens of thorough searches.
  const std::string folder = HEDDLE_SOURCE_DIR;
  const auto text = read_file(folder + "/tests/mapper/data/fft.dfg.json");
  ASSERT_TRUE(text);
  const auto document = parse_json(*text, "fft.dfg.json");
  ASSERT_TRUE(document);
  const auto graph = dfg::from_json(*document);
  ASSERT_TRUE(graph);
  const auto cgra = arch::find("mesh_4x4", folder + "/workloads/architectures");
  ASSERT_TRUE(cgra);
  const Problem problem{*graph, *cgra};
  std::vector<Answer> answers;
  for (const int jobs : {1, 2}) {
    Context context;
    context.jobs = jobs;
    answers.push_back(solve("portfolio", problem, {.seconds = 60}, context).value_or(Answer{}));
    EXPECT_EQ(answers.back().outcome, Outcome::kOptimal);
    EXPECT_LE(answers.back().attempts, 16);
  }
  ASSERT_TRUE(answers[0].mapping && answers[1].mapping);
  EXPECT_EQ(to_json(problem, *answers[0].mapping), to_json(problem, *answers[1].mapping));
}

TEST(Exact, FormulaAboveTheMemoryLimit_IsRefusedInWords) {
  dfg::Graph graph;
  std::vector<dfg::NodeId> nodes{graph.add(fixtures::node(dfg::Opcode::kAdd, {}, "first"))};
  for (auto& operand : {dfg::Port::kA, dfg::Port::kB})
    graph.nodes[0].port(operand) = dfg::Operand::of(dfg::Immediate::constant(1));
  for (std::size_t k = 1; k < 1000; ++k)
    nodes.push_back(graph.add(fixtures::node(dfg::Opcode::kAdd, {nodes[k / 2], nodes[k / 3]})));
  const auto cgra = mesh({.rows = 16, .columns = 16, .hop_limit = 4});
  const Answer answer = exact({graph, cgra}, 5);
  EXPECT_FALSE(answer.mapping);
  EXPECT_EQ(answer.outcome, Outcome::kNotFound);
  EXPECT_NE(answer.reason.find("GB, above the limit of 0.5: not built"), std::string::npos) << answer.reason;
}

TEST(Exact, Interrupted_ReturnsTheBestSoFarAndSaysSo) {
  // Interrupted when the exact solver has its first formula: the heuristic's mapping is there by then.
  int interrupted = 0;
  for (std::uint64_t seed = 40; seed < 44; ++seed) {
    Random random(seed);
    const auto cgra = mesh({.rows = 2, .columns = 2, .registers = 0, .config_depth = 10});
    auto legal = dfg::legalize(fixtures::random_graph(random, 7), 2);
    ASSERT_TRUE(legal);
    std::atomic<bool> cancel = false;
    Context context;
    context.cancel = &cancel;
    context.progress = [&](const std::string& what, std::int64_t, std::int64_t) {
      if (what.find("schedules of at most") != std::string::npos) cancel = true;
    };
    const auto answer = solve("portfolio", {*legal, cgra}, {.seconds = 60}, context);
    ASSERT_TRUE(answer);
    if (!cancel || !answer->mapping) continue;
    ++interrupted;
    EXPECT_EQ(answer->reason.substr(0, 13), "interrupted: ");
    EXPECT_GE(answer->gap(), 0);
  }
  EXPECT_GE(interrupted, 1) << "none of the examples leaves a gap to the exact solver";
}

TEST(Exact, UnknownSolver_NamesTheSolvers) {
  const auto graph = fixtures::dot_product();
  const auto cgra = mesh({});
  const auto answer = solve("annealing", {graph, cgra}, {}, Context{});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().hint, "the solvers are: heuristic, exact, portfolio");
}

TEST(Symmetry, MeshWithOneMemoryColumn_MirrorsInRowsOnly) {
  EXPECT_EQ(exact::orbit_representatives(mesh({.memory_columns = 1})), (std::vector{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(exact::orbit_representatives(mesh({.memory_columns = 4})), (std::vector{0, 1, 5}));
  // Values turn from rows into columns only, so rows and columns cannot be exchanged.
  EXPECT_EQ(exact::orbit_representatives(mesh({.hop_limit = 3, .memory_columns = 4})), (std::vector{0, 1, 4, 5}));
}

TEST(Sat, Cardinality_CountsExactly) {
  for (int k = 0; k <= 4; ++k) {
    for (unsigned set = 0; set < 64; ++set) {
      exact::Sat sat;
      std::vector<exact::Literal> literals;
      for (int i = 0; i < 6; ++i) literals.push_back(sat.fresh());
      sat.at_most(literals, k);
      for (int i = 0; i < 6; ++i) sat.clause({(set >> i & 1U) != 0 ? literals[i] : -literals[i]});
      EXPECT_EQ(sat.solve({}) == exact::Verdict::kSatisfiable, __builtin_popcount(set) <= k) << k << " " << set;
    }
  }
}

TEST(Registers, ValueThatOutlivesAnIteration_MovesOn) {
  // II = 2, one value in cycles 1 to 3: cycles 1 and 3 share a slot, so two registers and one move.
  const std::vector<exact::Entry> entries = {{0, 1, false, true}, {0, 2, false, false}, {0, 3, true, false}};
  const auto chosen = exact::assign_registers(entries, {2, 2, 1}, 2);
  ASSERT_TRUE(chosen);
  EXPECT_NE((*chosen)[0], (*chosen)[2]);
  EXPECT_FALSE(exact::assign_registers(entries, {1, 2, 1}, 2)) << "one register";
  EXPECT_FALSE(exact::assign_registers(entries, {2, 1, 1}, 2)) << "the last read and the move share a slot";
}

}  // namespace
}  // namespace heddle::mapper
