#include "compiler/dfg/forward_stores.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "compiler/base/random.h"
#include "compiler/dfg/interpret.h"
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "tests/support/matchers.h"

namespace heddle::dfg {
namespace {

bool always(const Graph& /*before*/, const Graph& /*after*/) { return true; }

Graph parse(const std::string& text) { return parse_text("graph g word 32\n" + text, "g.dfg").value(); }

/// Counts: word x[i] of A says which word of B is changed; the index of the store may be another one.
std::string recurrence(const std::string& store_index = "%k") {
  return R"(
array A element 4 read
array B element 4 read write
%i = add %i@1 init -1, 1
%k = load_s32 A[%i << 2]
%j = load_s32 A[%i << 2 + 128]
%v = load_s32 B[%k << 2]
%s = add %v, %i
%t = store_32 B[)" +
         store_index + R"( << 2], %s
order %v -> %t
order %t -> %v distance 1
)";
}

bool waits(const Graph& graph, int distance) {
  return std::ranges::any_of(graph.order, [&](const OrderEdge& edge) {
    return is_store(graph.node(edge.from).op) && is_load(graph.node(edge.to).op) && edge.distance == distance;
  });
}

/// The machine that forwarding allows: a store reaches memory only when the load of the next iteration has read. It is
/// the graph whose store is that of the iteration before, in an iteration more; stores must come last.
Graph late(const Graph& graph) {
  Graph result = graph;
  for (Node& node : result.nodes) {
    if (!is_store(node.op)) continue;
    for (const Port port : {Port::kA, Port::kB})
      node.port(port) = Operand::of(node.port(port).node, 1, Immediate::constant(0));
    Node one;
    one.operands = {Operand::of(Immediate::constant(1)), Operand::absent(), Operand::absent()};
    node.port(Port::kC) =
        Operand::of(NodeId(static_cast<std::int64_t>(result.nodes.size())), 1, Immediate::constant(0));
    result.nodes.push_back(one);
    break;
  }
  return result;
}

std::vector<std::uint8_t> memory_of(std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint8_t> memory(512);
  const std::uint64_t words = 1 + random.below(4);  // how many different addresses
  for (std::size_t w = 0; w < 64; ++w) memory[4 * w] = static_cast<std::uint8_t>(random.below(words));
  for (std::size_t b = 256; b < 512; ++b) memory[b] = static_cast<std::uint8_t>(random.below(256));
  return memory;
}

std::vector<std::uint8_t> run(const Graph& graph, std::uint64_t seed, int iterations) {
  auto memory = memory_of(seed);
  const Launch launch{static_cast<std::uint64_t>(iterations), {}, {0, 256}};
  interpret(graph, launch, memory);
  return memory;
}

TEST(ForwardStores_AnyAddresses, ALateStoreChangesNothing) {
  int different = 0;
  for (const std::string index : {"%k", "%j"}) {
    const Graph graph = parse(recurrence(index));
    const Graph forwarded = forward_stores(graph, always);
    ASSERT_THAT(verify(forwarded, Purpose::kExecution), IsOk());
    ASSERT_TRUE(waits(forwarded, 2) && !waits(forwarded, 1));
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      const int n = 1 + static_cast<int>(seed % 29);
      const auto golden = run(graph, seed, n);
      EXPECT_EQ(run(forwarded, seed, n), golden) << index << " seed " << seed;
      EXPECT_EQ(run(late(forwarded), seed, n + 1), golden) << index << " seed " << seed;
      different += static_cast<int>(run(late(graph), seed, n + 1) != golden);
    }
  }
  EXPECT_GT(different, 200) << "the late machine must matter without forwarding";
}

TEST(ForwardStores, ARecurrence_GetsACompareAndASelect) {
  const Graph graph = parse(recurrence());
  const Graph forwarded = forward_stores(graph, always);
  EXPECT_EQ(forwarded.nodes.size(), graph.nodes.size() + 2);
  EXPECT_EQ(std::ranges::count(forwarded.nodes, Opcode::kSelect, &Node::op), 1);
}

TEST(ForwardStores, AnEarlierIndex_IsCopied) {
  const Graph forwarded = forward_stores(parse(recurrence("%k@1 init 3")), always);
  EXPECT_EQ(std::ranges::count(forwarded.nodes, Opcode::kMov, &Node::op), 1);
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    EXPECT_EQ(run(forwarded, seed, 20), run(parse(recurrence("%k@1 init 3")), seed, 20)) << seed;
}

TEST(ForwardStores, Refused_StaysAsItWas) {
  const Graph graph = parse(recurrence());
  EXPECT_EQ(forward_stores(graph, [](const Graph&, const Graph&) { return false; }), graph);
}

/// The recurrence with one thing changed for which forwarding is not certain.
TEST(ForwardStores, WhatIsNotCertain_StaysAsItWas) {
  const auto unchanged = [](const std::function<void(Graph&)>& change) {
    Graph graph = parse(recurrence());
    change(graph);
    return forward_stores(graph, always) == graph;
  };
  constexpr std::size_t kLoad = 3;
  constexpr std::size_t kStore = 5;
  EXPECT_FALSE(unchanged([](Graph&) {}));
  EXPECT_TRUE(unchanged([](Graph& g) { g.nodes[kStore].port(Port::kC) = Operand::of(NodeId(1)); }));
  EXPECT_TRUE(unchanged([](Graph& g) { g.nodes[kLoad].port(Port::kC) = Operand::of(NodeId(1)); }));
  EXPECT_TRUE(unchanged([](Graph& g) { g.nodes[kStore].offset = 4; }));
  EXPECT_TRUE(unchanged([](Graph& g) { g.nodes[kStore].op = Opcode::kStore16; }));
  EXPECT_TRUE(unchanged([](Graph& g) { g.nodes[kLoad].shift = g.nodes[kStore].shift = 1; }));
  EXPECT_TRUE(unchanged([](Graph& g) { g.nodes[kStore].port(Port::kB) = Operand::of(Immediate::constant(1)); }));
  EXPECT_TRUE(unchanged([](Graph& g) { g.nodes[kStore].step = Immediate::constant(4); }));
  EXPECT_TRUE(unchanged([](Graph& g) { g.order = {{NodeId(5), NodeId(3), 2}}; }));
  EXPECT_TRUE(unchanged([](Graph& g) {
    g.add(g.nodes[kStore]);
    g.order.push_back({NodeId(6), NodeId(3), 1});
  }));
}

}  // namespace
}  // namespace heddle::dfg
