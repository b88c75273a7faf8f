// Networks as exporters write them, quantised: what is left of them in integers, and how close it is to the float graph
// with codes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "compiler/network/evaluate.h"
#include "compiler/network/to_integer.h"
#include "tests/support/small_networks.h"

namespace heddle::compression {
namespace {

using namespace small_networks;  // NOLINT: a test of networks

std::map<std::string_view, int> kinds(const Graph& graph) {
  std::map<std::string_view, int> count;
  for (const Node& node : graph.nodes) ++count[network::name(node.op)];
  return count;
}

/// The largest difference of the results, relative to the largest result.
double difference(const Graph& a, const Graph& b) {
  std::mt19937 random(5);
  double most = 0;
  double largest = 0;
  for (int round = 0; round < 20; ++round) {
    const Tensors inputs{{"x", random_floats(random, a.value(a.inputs[0]).type.shape, 1)}};
    const Tensor first = evaluate(a, inputs)->begin()->second;
    const Tensor second = evaluate(b, inputs)->begin()->second;
    for (std::size_t k = 0; k < tensor::elements<float>(first).size(); ++k) {
      const double value = tensor::elements<float>(first)[k];
      most = std::max(most, std::abs(value - tensor::elements<float>(second)[k]));
      largest = std::max(largest, std::abs(value));
    }
  }
  return most / largest;
}

// The bias and the factor are in the products, Gelu is one table; the token is coded like the rest.
TEST(CodedValues, OfATransformerLeaveNoFloatOperator) {
  const Graph graph = small_transformer();
  const IntegerGraph integer = *to_integer(graph);
  EXPECT_TRUE(integer.remainders.empty());
  auto left = kinds(integer.graph);
  EXPECT_EQ(left["IntegerMatMul"], 3);
  EXPECT_EQ(left["Requantize"], 2);
  EXPECT_EQ(left["Lookup"], 2);  // Gelu, and the tokens in front of the other one
  EXPECT_EQ(left["IntegerAdd"], 1);
  EXPECT_EQ(left["Quantize"], 1);
  EXPECT_EQ(left["Dequantize"], 1);
  EXPECT_LT(difference(graph, integer.graph), 0.03);
}

TEST(CodedValues, OfADetectorLeaveNoFloatOperator) {
  const Graph graph = small_detector();
  const IntegerGraph integer = *to_integer(graph);
  EXPECT_TRUE(integer.remainders.empty());
  auto left = kinds(integer.graph);
  EXPECT_EQ(left["IntegerMultiply"], 1);
  EXPECT_EQ(left["IntegerAdd"], 2);
  EXPECT_EQ(left["Lookup"],
            3);  // HardSwish, HardSigmoid, one part of the concatenation: the whole has the other's scale
  EXPECT_EQ(left["MaxPool"], 1);  // over all positions
  EXPECT_EQ(left["Quantize"], 1);
  EXPECT_EQ(left["Dequantize"], 1);
  EXPECT_LT(difference(graph, integer.graph), 0.03);
}

// A factor next to nothing makes the addend behind it large in units of the sums: scales of weights leave room for it.
TEST(CodedValues, LeaveRoomForWhatIsAddedBehindAFactor) {
  Maker m(12);
  const auto binary = [&](BinaryKind kind, ValueId a, ValueId b) { return *m.b.add1(Binary{kind}, {a, b}); };
  const ValueId x = *m.b.input("x", {Type::kFloat32, {1, 4, 6, 6}});
  const ValueId small = binary(BinaryKind::kMultiply, m.conv(x, 4, 1, 0), m.b.constant("f", Maker::filled({1}, 1e-8F)));
  const ValueId sum = binary(BinaryKind::kAdd, small, m.b.constant("a", Maker::filled({1}, 3)));
  const Graph graph = m.quantised(m.dense(*m.b.add1(Reshape{{1, 144}}, {sum}, "flat"), 3));
  const IntegerGraph integer = *to_integer(graph);
  EXPECT_TRUE(integer.remainders.empty());
  EXPECT_EQ(kinds(integer.graph)["Dequantize"], 1);
  EXPECT_LT(difference(graph, integer.graph), 0.03);
}

// What others read in the middle of a function is coded, and starts another one.
TEST(CodedValues, InTheMiddleOfAFunctionAreCodedWhereOthersReadThem) {
  Maker m(11);
  const ValueId x = *m.b.input("x", {Type::kFloat32, {1, 4, 6, 6}});
  const ValueId middle = *m.b.add1(Unary{UnaryKind::kTanh}, {x}, "middle");
  const ValueId end = *m.b.add1(Unary{UnaryKind::kHardSwish}, {middle}, "end");
  const ValueId sum = *m.b.add1(Binary{BinaryKind::kAdd}, {m.conv(middle, 4, 3, 1), end}, "sum");
  const Graph graph = m.quantised(m.dense(*m.b.add1(Reshape{{1, 144}}, {sum}, "flat"), 3));
  const IntegerGraph integer = *to_integer(graph);
  EXPECT_TRUE(integer.remainders.empty());
  EXPECT_EQ(kinds(integer.graph)["Lookup"], 2);
  EXPECT_LT(difference(graph, integer.graph), 0.03);
}

}  // namespace
}  // namespace heddle::compression
