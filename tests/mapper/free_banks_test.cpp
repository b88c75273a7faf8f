// The bank of each array chosen with the mapping: as good as the best of all fixed assignments, tried one by one.
#include <gtest/gtest.h>

#include "compiler/dfg/legalize.h"
#include "compiler/mapper/capability.h"
#include "compiler/mapper/exact/ask.h"
#include "compiler/mapper/solve.h"
#include "tests/mapper/fixtures.h"

namespace heddle::mapper {
namespace {

using dfg::Opcode;

/// Memory operations on three arrays, some on a recurrence, on 2x2 with two banks of one port.
struct Example {
  dfg::Graph graph;
  arch::Cgra cgra = fixtures::mesh({.rows = 2, .columns = 2, .memory_columns = 2, .registers = 1, .config_depth = 6});

  explicit Example(std::uint64_t seed) {
    Random random(seed * 101 + 3);
    cgra.max_stages = 6;
    cgra.scratchpad.banks = 2;
    cgra.scratchpad.bank_bytes = 1024;
    const auto below = [&](int n) { return static_cast<int>(random.below(static_cast<std::uint64_t>(n))); };
    for (const char* name : {"x", "y", "z"}) {
      dfg::Array array;
      array.name = name;
      array.bytes = below(3) == 0 ? 1024 : 512;
      graph.arrays.push_back(array);
    }
    graph.arrays[2].bytes = 256;
    graph.arrays[1].bytes = 256;
    const int count = 5 + below(2);
    for (int n = 0; n < count; ++n) {
      dfg::Node node = fixtures::node(n > 0 && below(4) == 0 ? Opcode::kAdd : Opcode::kLoadS32, {});
      node.operands[0] =
          n == 0 ? dfg::Operand::of(dfg::Immediate::constant(0)) : dfg::Operand::of(dfg::NodeId(below(n)));
      if (node.op == Opcode::kAdd) node.operands[1] = dfg::Operand::of(dfg::Immediate::constant(1));
      if (node.op == Opcode::kLoadS32) node.array = dfg::ArrayId(below(3));
      graph.add(node);
    }
    // The last node's value goes back to the first.
    graph.nodes[0].operands[0] = dfg::Operand::of(dfg::NodeId(count - 1), 1 + below(3), dfg::Immediate::constant(0));
  }
};

constexpr int kNone = 1 << 20;

/// The smallest II of the full formula with these banks, up to the depth of the array.
int minimum_with(const Problem& problem, const std::vector<int>& banks) {
  const auto capability = capabilities(problem);
  const exact::Instance instance(problem, *capability, banks);
  for (int ii = 1; ii <= problem.cgra.config_depth; ++ii) {
    const search::Schedule schedule(instance.task(), ii);
    if (schedule.between(0, 0) > 0) continue;  // the recurrence does not fit
    const auto question = instance.question(schedule, ii, instance.longest_horizon(ii));
    exact::Model model(question);
    const auto reply = exact::ask(model, question, problem, banks, {});
    if (reply.verdict == exact::Verdict::kSatisfiable) return ii;
  }
  return kNone;
}

bool fits(const Problem& problem, const std::vector<int>& banks) {
  std::vector<std::int64_t> used(2, 0);
  for (std::size_t a = 0; a < banks.size(); ++a)
    used[static_cast<std::size_t>(banks[a])] += problem.graph.arrays[a].bytes.value_or(0);
  return used[0] <= 1024 && used[1] <= 1024;
}

int proved(const Problem& problem) {
  const auto answer = solve("exact", problem, {.seconds = 1e6}, Context{});
  EXPECT_TRUE(answer);
  EXPECT_TRUE(answer->outcome == Outcome::kOptimal || answer->outcome == Outcome::kInfeasible) << answer->reason;
  if (answer->mapping) {
    EXPECT_TRUE(fits(problem, answer->mapping->banks));
  }
  return answer->mapping ? answer->mapping->ii : kNone;
}

TEST(FreeBanks, LowerTheIIWhereARecurrenceFixesTwoAccessesToOneSlot) {
  // load x -> {load y, load z} -> add -> load x fills II = 5, so y and z are read in the same slot. Of three arrays
  // alike the third shares the first one's bank.
  Example example(0);
  dfg::Graph graph;
  for (const char* name : {"y", "x", "z"}) {
    dfg::Array array;
    array.name = name;
    array.bytes = 256;
    graph.arrays.push_back(array);
  }
  for (const int array : {1, 0, 2}) {
    dfg::Node node = fixtures::node(Opcode::kLoadS32, {});
    node.operands[0] = dfg::Operand::of(dfg::NodeId(0));
    node.array = dfg::ArrayId(array);
    graph.add(node);
  }
  graph.add(fixtures::node(Opcode::kAdd, {dfg::NodeId(1), dfg::NodeId(2)}));
  graph.nodes[0].operands[0] = dfg::Operand::of(dfg::NodeId(3), 1, dfg::Immediate::constant(0));
  EXPECT_EQ(proved({graph, example.cgra}), 6);
  EXPECT_EQ(proved({graph, example.cgra, true}), 5);
}

TEST(FreeBanks, AreAsGoodAsTheBestFixedAssignment) {
  int tried = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Example example(seed);
    const Problem fixed{example.graph, example.cgra};
    const Problem open{example.graph, example.cgra, true};
    if (!banks_are_free(open)) continue;  // the arrays do not fit as assign_banks has them
    ++tried;
    int best = kNone;
    for (int set = 0; set < 8; ++set) {
      const std::vector<int> banks{set & 1, set >> 1 & 1, set >> 2 & 1};
      if (fits(fixed, banks)) best = std::min(best, minimum_with(fixed, banks));
    }
    const int with = proved(open);
    const int without = proved(fixed);
    EXPECT_EQ(with, best) << seed;
    EXPECT_LE(with, without) << seed;
    EXPECT_LE(bounds(open)->mii(), best) << seed;
  }
  EXPECT_GE(tried, 30);
}

}  // namespace
}  // namespace heddle::mapper
