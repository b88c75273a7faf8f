// What an ONNX file becomes.
#include "compiler/frontend/onnx/import.h"

#include "compiler/network/evaluate.h"
#include "compiler/tensor/elements.h"
#include "tests/onnx/model_text.h"
#include "tests/support/matchers.h"

namespace heddle::frontend {
namespace {

using network::Extents;

network::Graph imported(const std::string& bytes, const OnnxOptions& options = {}) {
  auto graph = import_onnx(bytes, "net.onnx", options);
  EXPECT_THAT(graph, IsOk());
  return graph.value_or(network::Graph());
}

TEST(Onnx_Import, AConvnetNodeByNode) {
  EXPECT_EQ(print(imported(small_convnet())), R"(network test
input x: float32[1,1,8,8]
constant w1: float32[2,1,3,3]
constant b1: float32[2]
constant w2: float32[3,32]
constant b2: float32[3]
c: float32[1,2,8,8] = Conv(x, w1, b1) {kernel 3x3, pads 1x1}
r: float32[1,2,8,8] = Relu(c) {low 0, high inf}
p: float32[1,2,4,4] = MaxPool(r) {kernel 2x2, strides 2x2}
f: float32[1,32] = Reshape(p)
y: float32[1,3] = Gemm(f, w2, b2) {transpose_b}
output y
)");
}

// The same network computed by nested loops over its definition.
TEST(Onnx_Import, AConvnetComputesWhatLoopsCompute) {
  const network::Graph graph = imported(small_convnet());
  tensor::Tensor x = tensor::make_tensor(tensor::Type::kFloat32, {1, 1, 8, 8});
  auto pixels = tensor::elements<float>(x);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(i * 13 % 17) / 8 - 1;
  const auto weight = [](int i) { return static_cast<float>(i * 7 % 11 - 5) / 4; };
  const float bias1[2] = {0.5F, -0.25F};
  double expected[3] = {1, 2, 3};
  for (int m = 0; m < 2; ++m) {
    float relu[8][8];
    for (int r = 0; r < 8; ++r) {
      for (int c = 0; c < 8; ++c) {
        float sum = bias1[m];
        for (int i = 0; i < 9; ++i) {
          const int y = r + i / 3 - 1;
          const int z = c + i % 3 - 1;
          if (y >= 0 && y < 8 && z >= 0 && z < 8)
            sum += weight(m * 9 + i) * pixels[static_cast<std::size_t>(y * 8 + z)];
        }
        relu[r][c] = std::max(0.0F, sum);
      }
    }
    for (int i = 0; i < 16; ++i) {
      const int r = i / 4 * 2;
      const int c = i % 4 * 2;
      const float most = std::max({relu[r][c], relu[r][c + 1], relu[r + 1][c], relu[r + 1][c + 1]});
      for (int n = 0; n < 3; ++n)
        expected[n] += static_cast<double>(weight(n * 32 + m * 16 + i)) * static_cast<double>(most);
    }
  }
  const auto outputs = network::evaluate(graph, {{"x", x}});
  ASSERT_THAT(outputs, IsOk());
  for (std::size_t n = 0; n < 3; ++n) EXPECT_NEAR(tensor::elements<float>(outputs->at("y"))[n], expected[n], 1e-4);
}

TEST(Onnx_Import, ShapeArithmeticIsGoneAfterwards) {
  // Reshape(x, Concat(Gather(Shape(x), 0), -1)): what exporters write for flatten.
  const std::string bytes = ModelText()
                                .input("x", {-1, 3, 4})
                                .integers("zero", {0})
                                .integers("open", {-1})
                                .node("Shape", {"x"}, {"s"})
                                .node("Gather", {"s", "zero"}, {"n"}, {"axis=0"})
                                .node("Concat", {"n", "open"}, {"shape"}, {"axis=0"})
                                .node("Reshape", {"x", "shape"}, {"flat"})
                                .node("Identity", {"flat"}, {"same"})
                                .node("Relu", {"same"}, {"y"})
                                .output("y")
                                .bytes();
  OnnxOptions options;
  options.batch = 5;
  EXPECT_EQ(print(imported(bytes, options)), R"(network test
input x: float32[5,3,4]
flat: float32[5,12] = Reshape(x)
y: float32[5,12] = Relu(flat) {low 0, high inf}
output y
)");
  EXPECT_EQ(imported(bytes).values[0].type.shape, (Extents{1, 3, 4}));
}

TEST(Onnx_Import, QLinearConvBecomesTheThreeOperatorsItIs) {
  ModelText model;
  model.input("x", {1, 1, 4, 4}, ::onnx::TensorProto::UINT8)
      .floats("xs", {}, {0.5F})
      .floats("ws", {2}, {0.25F, 0.125F})
      .floats("ys", {}, {1});
  for (const auto& [name, type, count] : {std::tuple{"xz", ::onnx::TensorProto::UINT8, 0},
                                          {"w", ::onnx::TensorProto::INT8, 2},
                                          {"wz", ::onnx::TensorProto::INT8, 2},
                                          {"yz", ::onnx::TensorProto::UINT8, 0},
                                          {"b", ::onnx::TensorProto::INT32, 2}}) {
    auto* tensor = model.proto().mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(type);
    if (count > 0) tensor->add_dims(count);
    if (name == std::string("w"))
      for (int i = 0; i < 3; ++i) tensor->add_dims(1);
    for (int i = 0; i < std::max(count, 1); ++i) tensor->add_int32_data(name == std::string("wz") ? 0 : 3);
  }
  model.node("QLinearConv", {"x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"}, {"y"}).output("y");
  const network::Graph graph = imported(model.bytes());
  std::string kinds;
  for (const network::Node& node : graph.nodes) kinds += std::string(name(node.op)) + " ";
  EXPECT_EQ(kinds, "Dequantize Dequantize Dequantize Conv Quantize ");
  const network::Value& y = graph.value(graph.outputs[0]);
  ASSERT_TRUE(y.quantization);
  EXPECT_EQ(y.quantization->zero_points, (std::vector<std::int64_t>{3}));
  for (const network::Value& value : graph.values) {
    if (value.name != "b") continue;
    EXPECT_EQ(value.quantization->scales, (std::vector<float>{0.125F, 0.0625F}));
  }
}

TEST(Onnx_Import, EveryUnsupportedNodeIsNamedAtOnce) {
  const std::string bytes = ModelText()
                                .input("x", {1, 4})
                                .node("Det", {"x"}, {"a"})
                                .node("Relu", {"a"}, {"b"})
                                .node("Fancy", {"b"}, {"c"}, {}, "my.domain")
                                .output("c")
                                .bytes();
  const auto graph = import_onnx(bytes, "net.onnx");
  EXPECT_THAT(graph, HasError(ErrorCode::kUnsupported, "2 node(s) of 2 unsupported operator(s): Det, my.domain.Fancy"));
  EXPECT_THAT(graph, HasError(ErrorCode::kUnsupported, "node 'a' (Det), domain 'ai.onnx', opset 13"));
  EXPECT_THAT(graph, HasError(ErrorCode::kUnsupported, "node 'c' (Fancy), domain 'my.domain', opset 0"));
}

TEST(Onnx_Import, AnOutputThatIsAnInputKeepsItsName) {
  const std::string bytes = ModelText().input("x", {2}).node("Identity", {"x"}, {"y"}).output("y").bytes();
  const network::Graph graph = imported(bytes);
  EXPECT_EQ(graph.value(graph.outputs[0]).name, "y");
}

}  // namespace
}  // namespace heddle::frontend
