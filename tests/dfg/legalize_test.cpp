#include "compiler/dfg/legalize.h"

#include <gtest/gtest.h>
// rapidcheck's header needs gtest's first.
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "compiler/dfg/components.h"
#include "compiler/dfg/interpret.h"
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "tests/support/matchers.h"
#include "tests/support/random_graph.h"

namespace heddle::dfg {
namespace {

using testing_support::RandomGraph;
using testing_support::RandomGraphOptions;

Graph parse(const std::string& text) { return parse_text("graph g word 32\n" + text, "g.dfg").value(); }

/// What one configuration word can express (docs/execution_model.md, section 5), stated apart from the legaliser.
bool expressible(const Node& node, std::size_t constants) {
  std::set<int> distances;
  for (const Operand& operand : node.operands)
    if (operand.is_node() && operand.initial) distances.insert(operand.distance);
  return constant_fields(node).size() <= constants && distances.size() <= 1;
}

struct Outcome {
  std::vector<std::uint64_t> live_outs;
  std::vector<std::uint8_t> memory;
  bool operator==(const Outcome&) const = default;
};

Outcome run(const Graph& graph, const Launch& launch, std::vector<std::uint8_t> memory) {
  Outcome outcome{{}, std::move(memory)};
  outcome.live_outs = interpret(graph, launch, outcome.memory);
  return outcome;
}

/// The node's own part, apart from what it reads.
auto identity(const Node& node) {
  return std::tuple(node.op, node.name, node.array, node.offset, node.shift, node.live_out);
}

/// Order edges tie the same operations, in the same order, with the same distances.
bool same_order(const Graph& a, const Graph& b) {
  return std::equal(a.order.begin(), a.order.end(), b.order.begin(), b.order.end(),
                    [&](const OrderEdge& x, const OrderEdge& y) {
                      return x.distance == y.distance && identity(a.node(x.from)) == identity(b.node(y.from)) &&
                             identity(a.node(x.to)) == identity(b.node(y.to));
                    });
}

RC_GTEST_PROP(Legalize_RandomGraph, FitsTheWordAndKeepsTheMeaning, (std::uint64_t seed)) {
  RandomGraphOptions options;
  options.nodes = *rc::gen::inRange(0, 30);
  options.memory_ops = *rc::gen::inRange(0, 6);
  options.recurrences = *rc::gen::inRange(0, 12);
  options.max_distance = *rc::gen::inRange(1, 6);
  options.word_bits = *rc::gen::element(16, 32, 64);
  const int constants = *rc::gen::inRange(1, 4);
  RandomGraph random(seed, options);

  const Result<Graph> legal = legalize(random.graph(), constants);

  RC_ASSERT(legal.has_value());
  const Status sound = verify(*legal, Purpose::kExecution);
  if (!sound) RC_FAIL(to_string(sound.error()));
  for (const Node& node : legal->nodes) RC_ASSERT(expressible(node, static_cast<std::size_t>(constants)));
  RC_ASSERT(same_order(*legal, random.graph()));
  for (const std::uint64_t trip_count : {1U, 2U, 3U, 7U, 40U}) {
    const Launch launch = random.launch(trip_count);
    const auto memory = random.scratchpad(random.footprint());
    RC_ASSERT(run(*legal, launch, memory) == run(random.graph(), launch, memory));
  }
}

TEST(Legalize_GraphThatFits, IsUnchanged) {
  const Graph graph = parse("live_out s\n%i = add %i@1 init -1, 1\n%s = add %s@1 init 0, %i live_out s\n");
  EXPECT_EQ(legalize(graph, 2).value(), graph);
}

TEST(Legalize_MixedDistances, MovesTheLongerOneOutOfTheTightCycle) {
  const Graph legal = legalize(parse("live_out f\n%f = add %f@1 init 1, %f@2 init 0 live_out f  ; f\n"), 2).value();
  EXPECT_EQ(print_text(legal),
            "graph g word 32\nlive_out f\n"
            "%n0 = mov %n1@2 init 0  ; \"f@2\"\n"
            "%n1 = add %n1@1 init 1, %n0 live_out f  ; f\n");
}

TEST(Legalize_OneConstant, KeepsTheRecurrenceAndMovesTheImmediate) {
  const Graph legal = legalize(parse("%i = add %i@1 init -1, 1  ; i\n"), 1).value();
  EXPECT_EQ(print_text(legal), "graph g word 32\n%n0 = mov 1\n%n1 = add %n1@1 init -1, %n0  ; i\n");
}

TEST(Legalize_EqualImmediates, ShareOneFieldAndOneMov) {
  const Graph graph = parse("live_in n\n%a = select %a@1 init $n, $n, $n\n");
  EXPECT_EQ(legalize(graph, 1).value(), graph);
  const Graph legal = legalize(parse("%a = add 1, 7\n%b = sub 7, 1\n"), 1).value();
  EXPECT_EQ(legal.nodes.size(), 3U) << print_text(legal);
}

TEST(Legalize_MemoryOperation, KeepsTheBaseInItsField) {
  const char* text =
      "array A element 4 write\nlive_in p\n%v = mov 3\n"
      "%s = store_32 A[%v@2 init 5 << 2 + 8], 9 if $p\n";
  const Graph one = legalize(parse(text), 1).value();
  EXPECT_EQ(constant_fields(one.nodes.back()), std::vector<Immediate>{Immediate::array_base(ArrayId(0), 8)});
  EXPECT_EQ(one.nodes.size(), 5U);
  EXPECT_EQ(legalize(parse(text), 2).value().nodes.size(), 4U);
  EXPECT_EQ(legalize(parse(text), 4).value().nodes.size(), 2U);
}

TEST(Legalize_NoConstants, FailsAndNamesTheNode) {
  EXPECT_THAT(legalize(parse("%a = mov 1  ; a, k.c:7\n"), 0),
              HasError(ErrorCode::kInfeasible, "k.c:7: error: %n0 (mov 'a') needs a constant field"));
  EXPECT_THAT(legalize(parse("array A element 1 read\n%a = load_s8 A[%a@1]\n"), 0),
              HasError(ErrorCode::kInfeasible, "load_s8"));
  EXPECT_THAT(legalize(parse("%a = add %a@1, %a@2\n"), 0), IsOk());
}

TEST(Components_Cycles, ShareANumberAndOthersDoNot) {
  const auto component = strongly_connected_components(
      parse("%a = add %b@1 init 0, 1\n%b = mov %a\n%c = mov %b\n%d = add %d@1 init 0, %c\n%e = mov 1\n%f = mov 2\n"
            "order %e -> %f\norder %f -> %e distance 1\n"));
  EXPECT_EQ(component[0], component[1]);
  EXPECT_NE(component[1], component[2]);
  EXPECT_NE(component[2], component[3]);
  EXPECT_EQ(component[4], component[5]);
}

}  // namespace
}  // namespace heddle::dfg
