#include "compiler/mapper/bounds.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/mapper/fixtures.h"
#include "tests/support/matchers.h"

namespace heddle::mapper {
namespace {

using dfg::NodeId;
using dfg::Opcode;
using fixtures::mesh;

Bounds of(const dfg::Graph& graph, const arch::Cgra& cgra) {
  auto result = bounds({graph, cgra});
  EXPECT_THAT(result, IsOk());
  return result ? *result : Bounds{};
}

dfg::Graph independent(Opcode op, int count) {
  dfg::Graph graph;
  for (int n = 0; n < count; ++n) {
    auto node = fixtures::node(op, {});
    node.operands[0] = node.operands[1] = dfg::Operand::of(dfg::Immediate::constant(n));
    if (dfg::is_memory(op)) node.array = dfg::ArrayId(0);
    graph.add(node);
  }
  return graph;
}

TEST(RecBound, AddMulCycle_SumsLatencies) {
  // s = (s + 1) * 3: add 1 + mul 2 cycles over one iteration.
  dfg::Graph graph;
  auto add = fixtures::node(Opcode::kAdd, {}, "add");
  add.operands[0] = dfg::Operand::of(NodeId(1), 1);
  graph.add(add);
  graph.add(fixtures::node(Opcode::kMul, {NodeId(0)}, "mul"));
  const auto all = of(graph, mesh({}));
  EXPECT_EQ(all.rec.value, 3);
  EXPECT_EQ(all.rec.nodes.size(), 2U);
  EXPECT_NE(all.rec.witness.find("2 operations takes 3 cycles and spans 1 iteration"), std::string::npos)
      << all.rec.witness;
}

TEST(RecBound, TwoIterationsApart_HalvesTheBound) {
  dfg::Graph graph;
  auto add = fixtures::node(Opcode::kAdd, {}, "add");
  add.operands[0] = dfg::Operand::of(NodeId(1), 2);
  graph.add(add);
  graph.add(fixtures::node(Opcode::kMul, {NodeId(0)}, "mul"));
  EXPECT_EQ(of(graph, mesh({})).rec.value, 2);  // ceil(3 / 2)
}

TEST(RecBound, OrderEdge_CountsOneCycle) {
  // load (2) -> add (1) -> store, and the next load only after the store: 2 + 1 + 1.
  dfg::Graph graph = independent(Opcode::kLoadS32, 1);
  graph.arrays = {{"x", 4, 64, true, true}};
  graph.add(fixtures::node(Opcode::kAdd, {NodeId(0)}));
  auto store = fixtures::node(Opcode::kStore32, {NodeId(1), NodeId(1)});
  store.array = dfg::ArrayId(0);
  graph.add(store);
  graph.order.push_back({NodeId(2), NodeId(0), 1});
  EXPECT_EQ(of(graph, mesh({})).rec.value, 4);
}

TEST(RecBound, FarUnits_CountTheWay) {
  // Multipliers in column 0 only, memory in column 0 only; one PE apart costs nothing, three columns apart two cycles.
  auto far = mesh({.rows = 1, .columns = 4, .memory_columns = 1});
  dfg::Graph graph = independent(Opcode::kLoadS32, 1);
  graph.arrays = {{"x", 4, 64, true, false}};
  graph.nodes[0].operands[0] = dfg::Operand::of(NodeId(1), 1);
  graph.nodes[0].operands[1] = {};
  graph.add(fixtures::node(Opcode::kMul, {NodeId(0)}));
  EXPECT_EQ(of(graph, far).rec.value, 4);
  for (auto& kind : far.classes) kind.operations.erase(Opcode::kMul);
  far.classes.push_back(far.classes[0]);
  far.classes.back().operations[Opcode::kMul] = {2, 1};
  far.pes[3].pe_class = static_cast<int>(far.classes.size()) - 1;
  EXPECT_EQ(of(graph, far).rec.value, 4 + 2 * 2);
}

TEST(ResBound, Multiplications_ShareTheirPes) {
  const auto all = of(independent(Opcode::kMul, 9), mesh({.multiplier_columns = 1}));
  EXPECT_EQ(all.res.value, 3);  // ceil(9 / 4)
  EXPECT_NE(all.res.witness.find("9 operations (9 mul) need 9 issue slots on the 4 PEs"), std::string::npos)
      << all.res.witness;
}

TEST(ResBound, UnionOfClasses_CanBeTighterThanEach) {
  // 1x3: memory on PE 0, multipliers on PEs 0 and 1. 2 loads + 3 mul on 2 PEs: ceil(5 / 2); loads alone 2, mul alone 2,
  // all 5 on 3 PEs 2.
  auto graph = independent(Opcode::kLoadS32, 2);
  graph.arrays = {{"x", 4, 64, true, false}};
  for (const auto& node : independent(Opcode::kMul, 3).nodes) graph.add(node);
  EXPECT_EQ(of(graph, mesh({.rows = 1, .columns = 3, .multiplier_columns = 2})).res.value, 3);
}

TEST(ResBound, Division_OccupiesItsUnit) {
  const auto all = of(independent(Opcode::kSdiv, 3), mesh({.rows = 1, .columns = 2, .divide_interval = 8}));
  EXPECT_EQ(all.res.value, 12);  // 24 slots on 2 PEs
}

TEST(MemBound, ArrayInOneBank_CountsItsPort) {
  auto graph = independent(Opcode::kLoadS32, 3);
  graph.arrays = {{"x", 4, 64, true, false}};
  const auto all = of(graph, mesh({}));
  EXPECT_EQ(all.res.value, 1);
  EXPECT_EQ(all.mem.value, 3);
  EXPECT_NE(all.mem.witness.find("3 accesses to x share bank"), std::string::npos) << all.mem.witness;
}

TEST(MemBound, ArrayLargerThanABank_HasNoKnownBank) {
  auto graph = independent(Opcode::kLoadS32, 3);
  graph.arrays = {{"x", 4, 1 << 20, true, false}};
  EXPECT_EQ(of(graph, mesh({})).mem.value, 1);
}

TEST(FixedSlots, TwoLoadsOfOneRecurrence_CannotShareABankPort) {
  // Two loads feed one sum, whose store comes before both loads of the next iteration: at II 4 both must issue at once.
  dfg::Graph graph = independent(Opcode::kLoadS32, 2);
  graph.arrays = {{"x", 4, 64, true, true}};
  graph.add(fixtures::node(Opcode::kAdd, {NodeId(0), NodeId(1)}));
  auto store = fixtures::node(Opcode::kStore32, {NodeId(2), NodeId(2)});
  store.array = dfg::ArrayId(0);
  graph.add(store);
  graph.order = {{NodeId(3), NodeId(0), 1}, {NodeId(3), NodeId(1), 1}};
  const auto all = of(graph, mesh({}));
  EXPECT_EQ(all.rec.value, 4);
  EXPECT_EQ(all.mii(), 5);
  EXPECT_NE(all.mem.witness.find("to the same slot, but bank 0 has 1 port"), std::string::npos) << all.mem.witness;
}

TEST(Completions, FullPeOfMixedLatencies_NeedsOneSlotMore) {
  // One PE, add (1 cycle) and mul (2 cycles) in 2 slots: whichever comes second, both results arrive in one slot.
  const auto one = mesh({.rows = 1, .columns = 1});
  auto graph = independent(Opcode::kAdd, 1);
  graph.add(independent(Opcode::kMul, 1).nodes[0]);
  const auto all = of(graph, one);
  EXPECT_EQ(all.res.value, 3);
  EXPECT_NE(all.res.witness.find("fill all 2 issue slots"), std::string::npos) << all.res.witness;
  graph.nodes[1] = graph.nodes[0];
  EXPECT_EQ(of(graph, one).res.value, 2);
}

TEST(AssignBanks, ThreeArraysTwoBanks_BalanceAccesses) {
  // Accesses 3, 2, 2 on two banks: 4 is the best there is; longest first would do, 3 + 2 | 2 would not be.
  dfg::Graph graph;
  graph.arrays = {{"a", 4, 64, true, false}, {"b", 4, 64, true, false}, {"c", 4, 64, true, false}};
  for (int n = 0; n < 7; ++n) {
    auto node = independent(Opcode::kLoadS32, 1).nodes[0];
    node.array = dfg::ArrayId(n < 3 ? 0 : n < 5 ? 1 : 2);
    graph.add(node);
  }
  auto cgra = mesh({});
  cgra.scratchpad.banks = 2;
  EXPECT_EQ(of(graph, cgra).mem.value, 4);
}

TEST(AssignBanks, Interleaved_HasNoBanks) {
  auto graph = independent(Opcode::kLoadS32, 2);
  graph.arrays = {{"x", 4, 64, true, false}};
  auto cgra = mesh({});
  cgra.scratchpad.interleaved = true;
  EXPECT_EQ(of(graph, cgra).banks, std::vector<int>{-1});
}

// Laws that hold whatever the graph.

TEST(BoundLaws, RenamingAndReordering_ChangeNothing) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Random random(seed);
    const auto graph = fixtures::random_graph(random, 30);
    std::vector<int> moved;
    const auto other = fixtures::shuffled(graph, random, moved);
    const auto cgra = mesh({.multiplier_columns = 2});
    const auto a = of(graph, cgra);
    const auto b = of(other, cgra);
    EXPECT_EQ(std::tuple(a.rec.value, a.res.value, a.mem.value), std::tuple(b.rec.value, b.res.value, b.mem.value))
        << seed;
  }
}

TEST(BoundLaws, MorePes_NeverRaiseABound) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Random random(seed + 1000);
    const auto graph = fixtures::random_graph(random, 30);
    int before = 1 << 20;
    for (const int size : {2, 3, 4, 6}) {
      const int now = of(graph, mesh({.rows = size, .columns = size, .multiplier_columns = 1})).mii();
      EXPECT_LE(now, before) << "seed " << seed << ", " << size << "x" << size;
      before = now;
    }
  }
}

TEST(BoundLaws, MoreLinksAndHops_NeverRaiseABound) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Random random(seed + 2000);
    const auto graph = fixtures::random_graph(random, 30);
    auto cgra = mesh({.multiplier_columns = 1});
    const int before = of(graph, cgra).mii();
    cgra.links.push_back({arch::PeId(0), arch::PeId(15), "far", false});
    cgra.links.push_back({arch::PeId(15), arch::PeId(0), "far", false});
    ASSERT_THAT(arch::finish(cgra), IsOk());
    const int linked = of(graph, cgra).mii();
    EXPECT_LE(linked, before);
    cgra.bypass.hop_limit = 3;
    EXPECT_LE(of(graph, cgra).mii(), linked);
  }
}

}  // namespace
}  // namespace heddle::mapper
