// Bounds from links and from storage: each by hand, and none above a mapping that is known to exist.
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/mapper/bounds.h"
#include "compiler/mapper/difference.h"
#include "tests/mapper/fixtures.h"
#include "tests/mapper/planted.h"
#include "tests/support/matchers.h"

namespace heddle::mapper {
namespace {

using dfg::NodeId;
using dfg::Opcode;
using dfg::Operand;
using fixtures::mesh;
using ::testing::HasSubstr;

Bounds of(const dfg::Graph& graph, const arch::Cgra& cgra) {
  auto result = bounds({graph, cgra});
  EXPECT_THAT(result, IsOk());
  return result ? *result : Bounds{};
}

NodeId add(dfg::Graph& graph, Opcode op, const std::vector<NodeId>& operands) {
  auto node = fixtures::node(op, operands, "n" + std::to_string(graph.nodes.size()));
  if (operands.empty()) node.operands[0] = Operand::of(dfg::Immediate::constant(0));
  if (!dfg::is_memory(op) && operands.size() < 2) node.operands[1] = Operand::of(dfg::Immediate::constant(1));
  if (dfg::is_memory(op)) {
    node.array = dfg::ArrayId(0);
    if (graph.arrays.empty()) graph.arrays = {{"x", 4, 64, true, true}};
  }
  return graph.add(node);
}

/// No bank bound.
arch::Cgra interleaved(const fixtures::ArrayShape& shape) {
  auto cgra = mesh(shape);
  cgra.scratchpad.interleaved = true;
  return cgra;
}

TEST(RouteBound, StoredValues_CrossIntoTheMemoryPe) {
  // 4 stores of 2 values each on the left of two PEs. At II 4 the PE has no slot left and 8 values cross one link; at
  // II 5 one value is computed there and 7 cross; at II 6 two, and 6 cross.
  dfg::Graph graph;
  for (int k = 0; k < 4; ++k) {
    const NodeId address = add(graph, Opcode::kAdd, {});
    const NodeId data = add(graph, Opcode::kAdd, {});
    add(graph, Opcode::kStore32, {address, data});
  }
  const auto all = of(graph, interleaved({.rows = 1, .columns = 2}));
  EXPECT_EQ(std::max({all.rec.value, all.res.value, all.mem.value}), 6);  // 12 operations on 2 PEs
  const auto wider = of(graph, interleaved({.rows = 1, .columns = 3}));
  EXPECT_EQ(std::max({wider.rec.value, wider.res.value, wider.mem.value}), 4);
  EXPECT_EQ(wider.route.value, 6);
  EXPECT_THAT(wider.route.witness,
              HasSubstr("at II 5, 4 operations (4 store_32) that only 1 PE can do leave 1 of 5 issue slots there for "
                        "others; so of the 8 values that they take at least 7 come in over links, and the 1 link there "
                        "carries 5"));
  EXPECT_EQ(wider.route.nodes.size(), 8U);
}

TEST(RouteBound, ASharedAddress_CrossesOnce) {
  dfg::Graph graph;
  const NodeId address = add(graph, Opcode::kAdd, {});
  for (int k = 0; k < 4; ++k) add(graph, Opcode::kStore32, {address, address});
  EXPECT_EQ(of(graph, interleaved({.rows = 1, .columns = 3})).route.value, 1);
}

TEST(RouteBound, LoadedValues_CrossOutUnlessTheirReadersStay) {
  // 16 loads on 4 memory PEs, read in pairs by 8 adds, two links out. II 4: no slot for an add, 16 values on 8 places.
  // II 5: 4 adds keep 8 values, 8 values on 10 places.
  dfg::Graph graph;
  std::vector<NodeId> loads;
  for (int k = 0; k < 16; ++k) loads.push_back(add(graph, Opcode::kLoadS32, {}));
  for (std::size_t k = 0; k < 16; k += 2) add(graph, Opcode::kAdd, {loads[k], loads[k + 1]});
  const auto all = of(graph, interleaved({.rows = 2, .columns = 3, .memory_columns = 2}));
  EXPECT_EQ(std::max({all.rec.value, all.res.value, all.mem.value}), 4);
  EXPECT_EQ(all.route.value, 5);
}

TEST(RouteBound, OperationsBetweenFarUnits_AreNotNearBoth) {
  // load in column 0, add anywhere, mul in column 3 only: 3 links, of which 2 values cross 2 in passing.
  dfg::Graph graph;
  graph.arrays = {{"x", 4, 64, true, false}};
  auto load = fixtures::node(Opcode::kLoadS32, {}, "load");
  load.array = dfg::ArrayId(0);
  load.operands[0] = Operand::of(NodeId(2), 1);
  graph.add(load);
  add(graph, Opcode::kAdd, {NodeId(0)});
  add(graph, Opcode::kMul, {NodeId(1)});
  auto far = mesh({.rows = 1, .columns = 4, .multiplier_columns = 0});
  far.classes.push_back(far.classes[0]);
  far.classes.back().memory = false;
  far.classes.back().operations[Opcode::kMul] = {2, 1};
  for (const Opcode op : {Opcode::kLoadS32, Opcode::kStore32}) far.classes.back().operations.erase(op);
  far.pes[3].pe_class = static_cast<int>(far.classes.size()) - 1;
  const auto all = of(graph, far);
  EXPECT_EQ(all.rec.value, 2 + 1 + 2 + 2);  // the way back is one value's, 2 cycles
  EXPECT_EQ(all.route.value, 2 + 1 + 2 + 2 + 1);
  EXPECT_THAT(all.route.witness, HasSubstr("at least 3 links apart, 2 values between them cross 2 in passing"));
  far.bypass.hop_limit = 2;
  EXPECT_EQ(of(graph, far).route.value, 1);
}

/// x -> a -> b, and b reads x as well.
void add_triangle(dfg::Graph& graph) {
  const NodeId x = add(graph, Opcode::kAdd, {});
  const NodeId a = add(graph, Opcode::kAdd, {x});
  add(graph, Opcode::kAdd, {x, a});
}

TEST(RegBound, ValuesThatWait_FillTheResultRegisters) {
  // 4 triangles: 12 operations, x of each waits a cycle, so 16 cycles of storage on 3 PEs.
  dfg::Graph graph;
  for (int k = 0; k < 4; ++k) add_triangle(graph);
  const auto all = of(graph, mesh({.rows = 1, .columns = 3, .registers = 0}));
  EXPECT_EQ(all.res.value, 4);
  EXPECT_EQ(all.reg.value, 6);
  EXPECT_THAT(all.reg.witness, HasSubstr("at II 5, 12 values need 16 cycles of storage, and result registers of the 3 "
                                         "PEs that compute them have 15"));
  EXPECT_EQ(of(graph, mesh({.rows = 1, .columns = 3, .registers = 1})).reg.value, 1);
}

TEST(RegBound, OneRegister_CountsTwoPlacesAPe) {
  // Each of 8 operations in a row reads the one three before as well: 5 values live 3 cycles, 3 live 1.
  dfg::Graph graph;
  for (int n = 0; n < 8; ++n) {
    std::vector<NodeId> operands;
    if (n > 0) operands.emplace_back(n - 1);
    if (n > 2) operands.emplace_back(n - 3);
    add(graph, Opcode::kAdd, operands);
  }
  EXPECT_EQ(of(graph, mesh({.rows = 1, .columns = 1, .registers = 1})).reg.value, 9);  // 18 cycles on 2 places
  EXPECT_EQ(of(graph, mesh({.rows = 1, .columns = 1, .registers = 2})).reg.value, 1);
}

TEST(RegBound, WithoutRegisters_AResultKeepsForOneInterval) {
  // n0 is read by n1 and, four operations later, by n4.
  dfg::Graph graph;
  add(graph, Opcode::kAdd, {});
  for (int n = 1; n < 4; ++n) add(graph, Opcode::kAdd, {NodeId(n - 1)});
  add(graph, Opcode::kAdd, {NodeId(3), NodeId(0)});
  const auto all = of(graph, mesh({.registers = 0}));
  EXPECT_EQ(all.reg.value, 4);
  EXPECT_THAT(all.reg.witness, HasSubstr("at II 3, a result register keeps a value for 3 cycles, 1 too few"));
  EXPECT_EQ(of(graph, mesh({.registers = 1})).reg.value, 1);
}

TEST(RegBound, WithoutRegisters_ReadersSitAround) {
  dfg::Graph graph;
  add(graph, Opcode::kAdd, {});
  for (int n = 1; n <= 12; ++n) add(graph, Opcode::kAdd, {NodeId(0)});
  const auto all = of(graph, mesh({.registers = 0}));
  EXPECT_EQ(all.res.value, 1);
  EXPECT_EQ(all.reg.value, 3);  // 13 operations on a PE and its 4 neighbours
  EXPECT_THAT(all.reg.witness, HasSubstr("the 13 operations within 1 use of add 'n0' must be on PEs within 1 links"));
  EXPECT_EQ(of(graph, mesh({.hop_limit = 4, .registers = 0})).reg.value, 1);
}

TEST(RegBound, WithoutRegisters_AValueCannotStopOnItsWay) {
  dfg::Graph graph;
  add(graph, Opcode::kMul, {add(graph, Opcode::kLoadS32, {})});
  auto far = mesh({.rows = 1, .columns = 4, .registers = 0, .multiplier_columns = 0});
  far.classes.push_back(far.classes[1]);
  far.classes.back().memory = false;
  far.classes.back().operations = {{Opcode::kMul, {2, 1}}};
  far.pes[3].pe_class = static_cast<int>(far.classes.size()) - 1;
  EXPECT_THAT(bounds({graph, far}), HasError(ErrorCode::kInfeasible, "has no registers to stop in"));
}

/// Whatever is planted has a mapping, so no bound may be above its II.
TEST(BoundLaws, PlantedMappings_AreAboveAllBounds) {
  int tried = 0, binding = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed * 31 + 7);
    fixtures::ArrayShape shape;
    shape.rows = 1 + static_cast<int>(random.below(4));
    shape.columns = 2 + static_cast<int>(random.below(3));
    shape.registers = static_cast<int>(random.below(2));
    shape.hop_limit = 1 + static_cast<int>(random.below(2));
    shape.multiplier_columns = 1 + static_cast<int>(random.below(4));
    const auto cgra = mesh(shape);
    const int ii = 1 + static_cast<int>(random.below(4));
    const auto made = fixtures::plant(cgra, ii, ii * shape.rows * shape.columns, random);
    ASSERT_THAT(verify({made.graph, cgra}, made.mapping), IsOk()) << seed;
    const auto all = of(made.graph, cgra);
    EXPECT_LE(all.mii(), made.mapping.ii) << seed << ": " << tightest(all).witness;
    binding += static_cast<int>(std::max(all.route.value, all.reg.value) == made.mapping.ii && ii > 1);
    ++tried;
  }
  EXPECT_GT(binding * 20, tried) << "too few cases in which one more would have been wrong";
}

/// Every x in [0, most]^n: the least sum over the pairs.
std::int64_t least_by_trying(const std::vector<Difference>& all, const std::vector<Chain>& pairs, int variables,
                             int most) {
  std::int64_t least = 1 << 20;
  std::vector<int> x(static_cast<std::size_t>(variables), 0);
  const auto at = [&](int v) { return x[static_cast<std::size_t>(v)]; };
  for (;;) {
    if (std::ranges::all_of(all, [&](const Difference& d) { return at(d.to) >= at(d.from) + d.weight; })) {
      std::int64_t sum = 0;
      for (const Chain& pair : pairs) sum += at(pair.to) - at(pair.from);
      least = std::min(least, sum);
    }
    std::size_t v = 0;
    while (v < x.size() && x[v] == most) x[v++] = 0;
    if (v == x.size()) return least;
    ++x[v];
  }
}

TEST(Differences, LeastSpans_EqualTryingAll) {
  int satisfied = 0, above_zero = 0;
  for (std::uint64_t seed = 0; seed < 800; ++seed) {
    Random random(seed);
    const int variables = 4 + static_cast<int>(random.below(2));
    const auto any = [&] { return static_cast<int>(random.below(static_cast<std::uint64_t>(variables))); };
    std::vector<Difference> all;
    for (int k = 0; k < 5; ++k) all.push_back({any(), any(), static_cast<std::int64_t>(random.below(5)) - 2});
    std::vector<Chain> pairs;
    for (int k = 0; k < 2; ++k) pairs.push_back({any(), any(), 0});
    for (const Chain& pair : pairs) all.push_back({pair.from, pair.to, 0});
    std::vector<std::int64_t> x(static_cast<std::size_t>(variables), 0);
    const int most = 8;
    const std::int64_t least = least_by_trying(all, pairs, variables, most);
    const auto cycle = positive_cycle(all, x);
    EXPECT_EQ(cycle.empty(), least < 1 << 20) << seed;
    std::int64_t weight = 0;
    for (const std::size_t d : cycle) weight += all[d].weight;
    EXPECT_EQ(weight > 0, !cycle.empty()) << seed;
    if (!cycle.empty()) continue;
    const Chains found = least_spans(all, pairs, x, 1 << 20);
    EXPECT_EQ(found.sum, least) << seed;
    std::int64_t told = 0;
    for (const Chain& chain : found.chains) told += chain.weight;
    EXPECT_EQ(told, found.sum) << seed;
    ++satisfied;
    above_zero += static_cast<int>(found.sum > 0);
  }
  EXPECT_GT(above_zero, 50) << "of " << satisfied;
}

}  // namespace
}  // namespace heddle::mapper
