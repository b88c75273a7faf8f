// One test a rule: a mapping that breaks only this rule is refused, with words that say which.
#include <gtest/gtest.h>

#include "compiler/mapper/bounds.h"
#include "compiler/mapper/solve.h"
#include "tests/mapper/fixtures.h"
#include "tests/support/matchers.h"

namespace heddle::mapper {
namespace {

using arch::LinkId;
using arch::PeId;
using dfg::NodeId;
using dfg::Opcode;
using fixtures::mesh;

/// Two independent chains a -> b and c -> d of additions with constants.
dfg::Graph two_chains() {
  dfg::Graph graph;
  graph.name = "two_chains";
  const auto constant = [](int value) { return dfg::Operand::of(dfg::Immediate::constant(value)); };
  for (int chain = 0; chain < 2; ++chain) {
    auto head = fixtures::node(Opcode::kAdd, {}, chain == 0 ? "a" : "c");
    head.operands[0] = constant(1);
    head.operands[1] = constant(2);
    const auto id = graph.add(head);
    auto tail = fixtures::node(Opcode::kAdd, {id}, chain == 0 ? "b" : "d");
    tail.operands[1] = constant(3);
    graph.add(tail);
  }
  return graph;
}

/// a and b on PE 0, c and d on PE 1 of a row of three, II 4: a route of one hop each.
Mapping by_hand(const dfg::Graph& graph) {
  Mapping mapping;
  mapping.ii = 4;
  mapping.nodes = {{PeId(0), 0}, {PeId(0), 1}, {PeId(1), 0}, {PeId(1), 1}};
  const auto edges = dfg::value_edges(graph);
  mapping.routes = {{edges[0], {{1, Place::result(PeId(0))}}}, {edges[1], {{1, Place::result(PeId(1))}}}};
  return mapping;
}

class VerifyRule : public ::testing::Test {
 protected:
  dfg::Graph graph = two_chains();
  arch::Cgra cgra = mesh({.rows = 1, .columns = 3});
  Mapping mapping = by_hand(graph);

  [[nodiscard]] Status check() const { return verify({graph, cgra}, mapping); }
  /// Sends the value of c (PE 1) through a register: readable there two cycles after its arrival.
  void detour_c(int reg, int read_cycle) {
    auto& hops = mapping.routes[1].hops;
    mapping.nodes[3].time = read_cycle;
    for (int cycle = 2; cycle <= read_cycle; ++cycle) hops.push_back({cycle, Place::register_of(PeId(1), reg)});
  }
};

TEST_F(VerifyRule, ByHand_IsAccepted) { EXPECT_THAT(check(), IsOk()); }

TEST_F(VerifyRule, RegisterDetour_IsAccepted) {
  detour_c(2, 3);
  EXPECT_THAT(check(), IsOk());
}

TEST_F(VerifyRule, UnitUsedTwice_Refused) {
  mapping.nodes[1] = {PeId(0), 4};
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "both use PE 0"));
}

TEST_F(VerifyRule, NegativeTime_Refused) {
  mapping.nodes[0].time = -1;
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "issues in cycle -1"));
}

TEST_F(VerifyRule, IiAboveDepth_Refused) {
  mapping.ii = 33;
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "above the configuration depth 32"));
}

TEST_F(VerifyRule, StageTooLate_Refused) {
  cgra.max_stages = 1;
  mapping.nodes[2].time = 8;
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "needs stage 2"));
}

TEST_F(VerifyRule, OperandTooEarly_Refused) {
  mapping.nodes[1].time = 2;
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "ends in cycle 1, the operand is read in 2"));
}

TEST_F(VerifyRule, WrongPeReads_Refused) {
  mapping.nodes[1].pe = PeId(2);
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "cannot read"));
}

TEST_F(VerifyRule, ResHeldWhenNextResultArrives_Refused) {
  // b waits for a in RES until cycle 2, in which d's first cycle on the same PE brings its own result.
  mapping.nodes[1].time = 3;
  mapping.nodes[2] = {PeId(0), 1};
  mapping.nodes[3] = {PeId(0), 2};
  mapping.routes[0].hops = {{1, Place::result(PeId(0))}, {2, Place::result(PeId(0))}, {3, Place::result(PeId(0))}};
  mapping.routes[1].hops = {{2, Place::result(PeId(0))}};
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "RES of PE 0 (row 0, column 0) in slot 2 holds"));
}

TEST_F(VerifyRule, RegisterHeldLongerThanIi_Refused) {
  detour_c(0, 7);
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "register 0 of PE 1"));
}

TEST_F(VerifyRule, MissingRegister_Refused) {
  detour_c(4, 2);
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "does not exist"));
}

TEST_F(VerifyRule, NoReadPort_Refused) {
  detour_c(0, 3);
  for (auto& kind : cgra.classes) kind.rf_read_ports = 0;
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "reads 1 registers in slot 3, it has 0 read ports"));
}

TEST_F(VerifyRule, NoWritePort_Refused) {
  detour_c(0, 3);
  for (auto& kind : cgra.classes) kind.rf_write_ports = 0;
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "writes 1 registers in slot 1, it has 0 write ports"));
}

/// The links of a row of three: 0 = PE 0 east, 1 = PE 1 east, 2 = PE 1 west, 3 = PE 2 west.
TEST_F(VerifyRule, TwoLinksInOneCycle_NeedHopLimitTwo) {
  mapping.nodes[1].pe = PeId(2);
  mapping.routes[0].hops = {
      {1, Place::result(PeId(0))}, {1, Place::on_link(LinkId(0))}, {1, Place::on_link(LinkId(1))}};
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "crosses 2 links in cycle 1, the limit is 1"));
  cgra.bypass.hop_limit = 2;
  EXPECT_THAT(check(), IsOk());
}

TEST_F(VerifyRule, TurnBack_Refused) {
  cgra.bypass.hop_limit = 4;
  mapping.routes[0].hops = {
      {1, Place::result(PeId(0))}, {1, Place::on_link(LinkId(0))}, {1, Place::on_link(LinkId(2))}};
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "no bypass from link 0"));
}

TEST_F(VerifyRule, LinkOfTwoValues_Refused) {
  mapping.nodes[1].pe = PeId(2);
  mapping.nodes[3].pe = PeId(2);
  mapping.nodes[3].time = 5;
  mapping.nodes[2].time = 4;
  cgra.bypass.hop_limit = 2;
  mapping.routes[0].hops = {
      {1, Place::result(PeId(0))}, {1, Place::on_link(LinkId(0))}, {1, Place::on_link(LinkId(1))}};
  mapping.routes[1].hops = {{5, Place::result(PeId(1))}, {5, Place::on_link(LinkId(1))}};
  mapping.nodes[1].time = 1;
  const auto status = check();
  EXPECT_FALSE(status);
}

TEST_F(VerifyRule, OrderEdge_NeedsOneCycle) {
  graph.order.push_back({NodeId(0), NodeId(2), 0});
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "must issue after"));
  graph.order[0].distance = 1;
  EXPECT_THAT(check(), IsOk());
}

TEST_F(VerifyRule, TooManyConstants_Refused) {
  for (auto& kind : cgra.classes) kind.constants = 1;
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "needs 2 constant fields"));
}

TEST_F(VerifyRule, TooManyLiveOuts_Refused) {
  graph.nodes[0].live_out = 0;
  graph.nodes[1].live_out = 1;
  graph.live_outs = {{"x"}, {"y"}};
  for (auto& kind : cgra.classes) kind.live_outs = 1;
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "holds 2 live-outs"));
}

TEST_F(VerifyRule, MissingRoute_Refused) {
  mapping.routes.pop_back();
  EXPECT_THAT(check(), HasError(ErrorCode::kInfeasible, "1 routes for 2 value edges"));
}

/// Loads that step, independent of each other.
dfg::Graph stepped_loads(int count) {
  dfg::Graph graph;
  for (int n = 0; n < count; ++n) {
    graph.arrays.push_back({"x" + std::to_string(n), 4, 64, true, false});
    auto load = fixtures::node(Opcode::kLoadS32, {});
    load.array = dfg::ArrayId(n);
    load.step = dfg::Immediate::constant(4 * (n + 1));
    graph.add(load);
  }
  return graph;
}

arch::Cgra with_generators(int rows, int generators) {
  auto cgra = mesh({.rows = rows, .columns = 1, .config_depth = 6});
  for (auto& kind : cgra.classes)
    if (kind.memory) kind.address_generators = generators;
  return cgra;
}

TEST(Verify, MoreSteppedAccessesThanGenerators_Refused) {
  const auto graph = stepped_loads(2);
  const Mapping together{2, {{PeId(0), 0}, {PeId(0), 1}}, {}, {0, 1}};
  const Mapping apart{2, {{PeId(0), 0}, {PeId(1), 1}}, {}, {0, 1}};
  const auto one = with_generators(2, 1);
  EXPECT_THAT(verify({graph, one}, together),
              HasError(ErrorCode::kInfeasible, "steps 2 accesses, it has 1 address generators"));
  EXPECT_THAT(verify({graph, one}, apart), IsOk());
  EXPECT_THAT(verify({graph, with_generators(2, 2)}, together), IsOk());
  EXPECT_THAT(verify({graph, with_generators(2, 0)}, apart), HasError(ErrorCode::kInfeasible, "it has 0 address"));
}

TEST(LoopUnit, TooFewLevels_RefusedByBoundsAndVerify) {
  auto graph = stepped_loads(1);
  graph.loops = {dfg::Immediate::constant(4), dfg::Immediate::constant(2)};
  auto cgra = with_generators(1, 1);
  const Mapping mapping{1, {{PeId(0), 0}}, {}, {0}};
  cgra.loop_levels = 1;
  EXPECT_THAT(verify({graph, cgra}, mapping), HasError(ErrorCode::kInfeasible, "loop unit has 1 levels"));
  EXPECT_THAT(bounds({graph, cgra}), HasError(ErrorCode::kInfeasible, "counts 1"));
  cgra.loop_levels = 2;
  EXPECT_THAT(verify({graph, cgra}, mapping), IsOk());
  EXPECT_THAT(bounds({graph, cgra}), IsOk());
}

TEST(AddressGenerators, EverySolver_SpreadsThemOverThePes) {
  // Four accesses, two PEs with two generators each: exactly two on each, at II 2.
  const auto graph = stepped_loads(4);
  const auto cgra = with_generators(2, 2);
  for (const std::string solver : {"heuristic", "exact", "portfolio"}) {
    const auto answer = solve(solver, {graph, cgra}, {.seconds = 100}, Context{});
    ASSERT_THAT(answer, IsOk()) << solver;
    ASSERT_TRUE(answer->mapping) << solver;
    EXPECT_EQ(answer->mapping->ii, 2) << solver;
    EXPECT_THAT(verify({graph, cgra}, *answer->mapping), IsOk()) << solver;
  }
}

TEST(AddressGenerators, TooFewOnTheArray_IsInfeasibleAtAnyIi) {
  const auto graph = stepped_loads(3);
  EXPECT_THAT(bounds({graph, with_generators(2, 1)}),
              HasError(ErrorCode::kInfeasible,
                       "3 accesses need an address generator each, the 2 PEs that can do them have 2: 1 short"));
  EXPECT_THAT(bounds({graph, with_generators(2, 0)}), HasError(ErrorCode::kInfeasible, "an address generator"));
}

TEST(Verify, BankWithTwoRequestsInASlot_Refused) {
  dfg::Graph graph;
  graph.arrays = {{"x", 4, 64, true, false}};
  for (int n = 0; n < 2; ++n) {
    auto load = fixtures::node(Opcode::kLoadS32, {});
    load.operands[0] = dfg::Operand::of(dfg::Immediate::constant(n));
    load.array = dfg::ArrayId(0);
    graph.add(load);
  }
  auto cgra = mesh({.rows = 2, .columns = 1});
  Mapping mapping{2, {{PeId(0), 0}, {PeId(1), 0}}, {}, {0}};
  EXPECT_THAT(verify({graph, cgra}, mapping),
              HasError(ErrorCode::kInfeasible, "bank 0 gets 2 requests in slot 0, it has 1 ports"));
  cgra.scratchpad.ports = 2;
  EXPECT_THAT(verify({graph, cgra}, mapping), IsOk());
}

}  // namespace
}  // namespace heddle::mapper
