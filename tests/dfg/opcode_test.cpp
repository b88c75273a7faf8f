#include <gtest/gtest.h>

#include <set>

#include "compiler/dfg/graph.h"

namespace heddle::dfg {
namespace {

TEST(Opcode_Table, NamesAndNumbersAreUniqueAndRoundTrip) {
  std::set<std::string_view> names;
  int previous = 0;
  for (const OpcodeInfo& entry : opcodes()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_GT(static_cast<int>(entry.op), previous) << "not by number: " << entry.name;
    previous = static_cast<int>(entry.op);
    EXPECT_LT(previous, 1 << kOpcodeBits);
    EXPECT_EQ(opcode_named(entry.name), entry.op);
    EXPECT_EQ(info(entry.op).name, entry.name);
  }
  EXPECT_EQ(names.size(), 108U);
  EXPECT_EQ(opcode_named("fma"), std::nullopt);
  EXPECT_EQ(opcode_named("nop"), std::nullopt);
}

TEST(Opcode_Info, MemoryOperationsSayTheirAccess) {
  for (const OpcodeInfo& entry : opcodes()) {
    EXPECT_EQ(entry.access_bytes > 0, is_memory(entry.op)) << entry.name;
    EXPECT_EQ(entry.operands, is_store(entry.op) ? 2 : is_load(entry.op) ? 1 : entry.operands);
  }
  EXPECT_EQ(info(Opcode::kLoadS16).access_bytes, 2);
  EXPECT_TRUE(info(Opcode::kLoadS16).access_signed);
  EXPECT_FALSE(info(Opcode::kLoadU16).access_signed);
  EXPECT_EQ(info(Opcode::kStore64).access_bytes, 8);
}

Node node(Opcode op, Operand a, Operand b = {}, Operand c = {}) {
  Node result;
  result.op = op;
  result.operands = {a, b, c};
  return result;
}

TEST(Graph_ValueEdges, ByConsumerAndPort) {
  Graph graph;
  const NodeId x = graph.add(node(Opcode::kMov, Operand::of(Immediate::constant(1))));
  const NodeId y = graph.add(node(Opcode::kAdd, Operand::of(NodeId(1), 2, Immediate::constant(0)), Operand::of(x)));
  const auto edges = value_edges(graph);
  ASSERT_EQ(edges.size(), 2U);
  EXPECT_EQ(edges[0].from, y);
  EXPECT_EQ(edges[0].distance, 2);
  EXPECT_EQ(edges[1].from, x);
  EXPECT_EQ(edges[1].port, Port::kB);
}

TEST(Graph_ConstantFields, BaseFirstAndEqualOnesShared) {
  Node load = node(Opcode::kLoadS32, Operand::of(NodeId(0), 1, Immediate::constant(7)), {},
                   Operand::of(Immediate::constant(7)));
  load.array = ArrayId(0);
  load.offset = 4;
  const std::vector<Immediate> expected{Immediate::array_base(ArrayId(0), 4), Immediate::constant(7)};
  EXPECT_EQ(constant_fields(load), expected);
  EXPECT_TRUE(constant_fields(node(Opcode::kAbs, Operand::of(NodeId(0)))).empty());
}

}  // namespace
}  // namespace heddle::dfg
