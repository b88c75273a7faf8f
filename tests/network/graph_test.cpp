#include <cmath>

#include "tests/network/small_graphs.h"
#include "tests/support/matchers.h"

namespace heddle::network {
namespace {

TEST(Graph_Print, NamesOperatorsTypesAndAttributes) {
  EXPECT_EQ(print(conv_relu()), R"(network conv_relu
input x: float32[1,1,4,4]
constant w: float32[2,1,3,3]
constant b: float32[2]
sum: float32[1,2,4,4] = Conv(x, w, b) {kernel 3x3, pads 1x1}
y: float32[1,2,4,4] = Relu(sum) {low 0, high inf}
output y
)");
}

TEST(Graph_Costs, MacsAndParametersOfAConvolution) {
  const Graph graph = conv_relu();
  EXPECT_EQ(macs(graph, graph.nodes[0]), 2 * 4 * 4 * 9);
  EXPECT_EQ(parameters(graph, graph.nodes[0]), 2 * 9 + 2);
  EXPECT_EQ(macs(graph, graph.nodes[1]), 0);
}

// Each line breaks one invariant of an otherwise sound graph.
TEST(Graph_Verify, FindsEachBrokenInvariant) {
  EXPECT_THAT(verify(conv_relu()), IsOk());
  const auto broken = [](auto change, const std::string& message) {
    Graph graph = conv_relu();
    change(graph);
    EXPECT_THAT(verify(graph), HasError(ErrorCode::kBadInput, message));
  };
  broken([](Graph& g) { g.nodes[1].inputs[0] = ValueId(9); }, "'relu' reads a value that does not exist");
  broken([](Graph& g) { g.outputs[0] = ValueId(); }, "value that does not exist");
  broken([](Graph& g) { g.values[1].name = "x"; }, "two values are named 'x'");
  broken([](Graph& g) { g.values[0].type.shape[0] = std::int64_t{1} << 60; }, "'x' is too large");
  broken([](Graph& g) { g.values[1].type.shape[0] = 3; }, "constant 'w' does not fit its type float32[3,1,3,3]");
  broken([](Graph& g) { std::swap(g.nodes[0], g.nodes[1]); }, "'relu' reads 'sum' before it is made");
  broken([](Graph& g) { g.nodes[1].outputs[0] = g.nodes[1].inputs[0]; }, "'sum' is defined twice");
  broken([](Graph& g) { g.nodes.pop_back(); }, "nothing makes the output 'y'");
  broken([](Graph& g) { g.values[4].type.shape[1] = 3; },
         "'y' is float32[1,3,4,4], but node 'relu' makes float32[1,2,4,4]");
  broken([](Graph& g) { std::get<Conv>(g.nodes[0].op).groups = 2; }, "node 'conv' (Conv): input 1x1x4x4 and weights");
  broken([](Graph& g) { g.values[1].quantization = Quantization{{1, 2, 3}, {0, 0, 0}, 0}; }, "expected 2");
}

TEST(Graph_Sort, OrdersNodesAndNamesACycle) {
  Graph graph = conv_relu();
  std::swap(graph.nodes[0], graph.nodes[1]);
  ASSERT_THAT(sort_nodes(graph), IsOk());
  EXPECT_EQ(print(graph), print(conv_relu()));
  graph.nodes[0].inputs[0] = graph.nodes[1].outputs[0];
  EXPECT_THAT(sort_nodes(graph), HasError(ErrorCode::kBadInput, "cycle: among or behind 'conv', 'relu'"));
}

TEST(Graph_RemoveUnused, KeepsWhatOutputsNeed) {
  Graph graph = conv_relu();
  const ValueId dead = add_value(graph, "dead", {tensor::Type::kFloat32, {1, 2, 4, 4}});
  add_value(graph, "alone", {tensor::Type::kFloat32, {}});
  graph.nodes.push_back({"tanh", Unary{UnaryKind::kTanh}, {graph.nodes[0].outputs[0]}, {dead}});
  ASSERT_THAT(verify(graph), IsOk());
  remove_unused(graph);
  EXPECT_THAT(verify(graph), IsOk());
  EXPECT_EQ(print(graph), print(conv_relu()));
}

TEST(Graph_Edges, ProducersAndConsumers) {
  const Graph graph = conv_relu();
  EXPECT_EQ(producers(graph)[3], NodeId(0));
  EXPECT_FALSE(producers(graph)[0].valid());
  EXPECT_EQ(consumers(graph)[3], std::vector<NodeId>{NodeId(1)});
}

}  // namespace
}  // namespace heddle::network
