#include "compiler/dfg/share_branches.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/dfg/interpret.h"
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "tests/support/matchers.h"
#include "tests/support/random_graph.h"

namespace heddle::dfg {
namespace {

using testing_support::RandomGraph;
using testing_support::RandomGraphOptions;

bool always(const Graph& /*before*/, const Graph& /*after*/) { return true; }

Graph parse(const std::string& text) { return parse_text("graph g word 32\n" + text, "g.dfg").value(); }

std::size_t count(const Graph& graph, Opcode op) {
  return static_cast<std::size_t>(std::ranges::count(graph.nodes, op, &Node::op));
}

/// A random graph in which some operations got a twin with another second operand, and a select between the two.
Graph with_branches(const Graph& graph, std::uint64_t seed) {
  Graph result = graph;
  result.nodes.clear();
  Random random(seed);
  std::vector<NodeId> place;
  std::vector<std::size_t> selects;
  std::vector<bool> is_new;
  for (const Node& node : graph.nodes) {
    const NodeId id = result.add(node);
    is_new.push_back(false);
    place.push_back(id);
    if (is_memory(node.op) || !node.port(Port::kB).present() || place.size() < 2 || random.below(3) > 0) continue;
    Node twin = node;
    result.node(id).live_out.reset();
    twin.live_out.reset();
    twin.port(Port::kB) = Operand::of(Immediate::constant(static_cast<std::int64_t>(random.below(100))));
    const NodeId other = result.add(twin);
    NodeId condition = place[random.below(place.size() - 1)];
    if (is_store(result.node(condition).op)) condition = id;
    Node select;
    select.op = Opcode::kSelect;
    select.live_out = node.live_out;
    select.operands = {Operand::of(id), Operand::of(other), Operand::of(condition)};
    place.back() = result.add(select);
    is_new.resize(result.nodes.size() - 1, false);
    is_new.push_back(true);
  }
  for (std::size_t i = 0; i < result.nodes.size(); ++i)
    for (Operand& operand : result.nodes[i].operands)
      if (operand.is_node() && !is_new[i]) operand.node = place[operand.node.index()];
  for (OrderEdge& edge : result.order) edge = {place[edge.from.index()], place[edge.to.index()], edge.distance};
  return result;
}

TEST(ShareBranches_RandomGraph, KeepsLiveOutsAndMemory) {
  std::size_t shared = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    RandomGraphOptions options;
    options.nodes = 4 + static_cast<int>(seed % 24);
    RandomGraph random(seed, options);
    const Graph graph = with_branches(random.graph(), seed);
    ASSERT_THAT(verify(graph, Purpose::kExecution), IsOk()) << seed;
    const Graph less = share_branches(graph, always);
    ASSERT_THAT(verify(less, Purpose::kExecution), IsOk()) << seed;
    ASSERT_LE(less.nodes.size(), graph.nodes.size());
    shared += graph.nodes.size() - less.nodes.size();
    const Launch launch = random.launch(9);
    auto memory = random.scratchpad(random.footprint());
    auto other = memory;
    EXPECT_EQ(interpret(graph, launch, memory), interpret(less, launch, other)) << "seed " << seed;
    EXPECT_EQ(memory, other) << "seed " << seed;
  }
  EXPECT_GT(shared, 200U);
}

constexpr const char* kLoads = R"(
array A element 4 read
array B element 4 write
live_in x
%i = add %i@1 init -1, 1
%c = slt %i, $x
%j = xor %i, 5
%p = load_s32 A[%i << 2]
%q = load_s32 A[%j << 2]
%s = select %p, %q, %c
%t = store_32 B[%i << 2], %s
)";

TEST(ShareBranches, LoadsOfOneArray_BecomeOneWithASelectedIndex) {
  const Graph graph = parse(kLoads);
  const Graph less = share_branches(graph, always);
  EXPECT_EQ(count(less, Opcode::kLoadS32), 1U);
  EXPECT_EQ(less.nodes.size(), graph.nodes.size() - 1);
}

TEST(ShareBranches, Refused_StaysAsItWas) {
  const Graph graph = parse(kLoads);
  EXPECT_EQ(share_branches(graph, [](const Graph&, const Graph&) { return false; }), graph);
}

TEST(ShareBranches, ComplementaryStores_BecomeOne) {
  const Graph graph = parse(R"(
array B element 4 write
live_in x
%i = add %i@1 init -1, 1
%c = slt %i, $x
%n = eq %c, 0
%j = xor %i, 5
%p = store_32 B[%i << 2], 3 if %c
%q = store_32 B[%j << 2], 3 if %n
)");
  const Graph less = share_branches(graph, always);
  EXPECT_EQ(count(less, Opcode::kStore32), 1U);
  EXPECT_EQ(count(less, Opcode::kEq), 0U);
  EXPECT_EQ(less.nodes.size(), graph.nodes.size() - 1);
  Launch launch{20, {7}, {0}};
  std::vector<std::uint8_t> memory(256);
  std::vector<std::uint8_t> other(256);
  interpret(graph, launch, memory);
  interpret(less, launch, other);
  EXPECT_EQ(memory, other);
}

TEST(ShareBranches, ASecondReaderOfABranch_KeepsBoth) {
  const Graph graph = parse(std::string(kLoads) + "%u = store_32 B[%j << 2], %q\n");
  EXPECT_EQ(share_branches(graph, always), graph);
}

}  // namespace
}  // namespace heddle::dfg
