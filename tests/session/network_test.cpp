// Quantised networks from the graph to launches: the compiled program against the integer evaluator, which shares no
// code with the lowering.
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "compiler/compression/quantization/quantize.h"
#include "compiler/network/builder.h"
#include "compiler/network/to_integer.h"
#include "compiler/tensor/elements.h"
#include "runtime/session/backend.h"
#include "runtime/session/network_module.h"
#include "tests/session/support.h"
#include "tests/support/matchers.h"

namespace heddle::session {
namespace {

namespace fs = std::filesystem;
using namespace network;  // NOLINT: a test of networks
using tensor::Tensor;
using tensor::Type;

const fs::path kSource = HEDDLE_SOURCE_DIR;

Tensor random_floats(std::mt19937& random, Extents shape, double magnitude) {
  Tensor tensor = tensor::make_tensor(Type::kFloat32, std::move(shape));
  std::uniform_real_distribution<float> any(static_cast<float>(-magnitude), static_cast<float>(magnitude));
  for (float& value : tensor::elements<float>(tensor)) value = any(random);
  return tensor;
}

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  ValueId conv(ValueId x, std::int64_t outputs, std::int64_t kernel, std::int64_t pad, std::int64_t groups = 1,
               std::int64_t stride = 1) {
    const std::int64_t depth = b.value(x).type.shape[1] / groups;
    const double magnitude = 1.5 / std::sqrt(static_cast<double>(depth * kernel * kernel));
    const Window window{{kernel, kernel}, {stride, stride}, {1, 1}, {pad, pad}, {pad, pad}};
    return *b.add1(Conv{window, groups},
                   {x, b.constant("w", random_floats(random_, {outputs, depth, kernel, kernel}, magnitude)),
                    b.constant("b", random_floats(random_, {outputs}, 0.2))},
                   "conv");
  }
  ValueId relu(ValueId x) { return *b.add1(Clip{0, std::numeric_limits<double>::infinity()}, {x}, "relu"); }
  ValueId pool(ValueId x) {
    return *b.add1(Pool{PoolKind::kMax, {{2, 2}, {2, 2}, {1, 1}, {0, 0}, {0, 0}}, false}, {x}, "pool");
  }
  ValueId dense(ValueId x, std::int64_t outputs) {
    const std::int64_t depth = b.value(x).type.shape[1];
    return *b.add1(
        Gemm{1, 1, false, true},
        {x, b.constant("w", random_floats(random_, {outputs, depth}, 1.5 / std::sqrt(static_cast<double>(depth)))),
         b.constant("b", random_floats(random_, {outputs}, 0.2))},
        "dense");
  }
  Graph quantised(ValueId result, int bits = 8) {
    b.mark_output(result);
    const Graph graph = *std::move(b).finish();
    std::vector<Tensors> calibration;
    for (int k = 0; k < 4; ++k)
      calibration.push_back({{"x", random_floats(random_, graph.value(graph.inputs[0]).type.shape, 1)}});
    compression::QuantizeOptions options;
    options.weight_bits = options.activation_bits = bits;
    auto result_graph = compression::quantize(graph, calibration, options);
    EXPECT_THAT(result_graph, IsOk());
    return *result_graph;
  }

  Builder b{"net"};

 private:
  std::mt19937 random_;
};

/// Two convolutions, two pools, two dense layers: the shape of LeNet-5, half as large.
Graph small_lenet() {
  Maker m(1);
  ValueId v = *m.b.input("x", {Type::kFloat32, {1, 1, 14, 14}});
  v = m.pool(m.relu(m.conv(v, 6, 5, 2)));
  v = m.pool(m.relu(m.conv(v, 8, 4, 0)));
  v = *m.b.add1(Reshape{{1, 8 * 2 * 2}}, {v}, "flat");
  return m.quantised(m.dense(m.relu(m.dense(v, 20)), 10));
}

/// What ResNets and MobileNets have besides: a sum, strides, depthwise convolutions, a global mean, a function by
/// table.
Graph small_residual(int bits) {
  Maker m(2);
  ValueId v = *m.b.input("x", {Type::kFloat32, {1, 3, 12, 12}});
  v = m.relu(m.conv(v, 8, 3, 1));
  const ValueId side = m.conv(v, 8, 3, 1, 8);
  v = m.relu(*m.b.add1(Binary{BinaryKind::kAdd}, {v, side}, "sum"));
  v = *m.b.add1(Unary{UnaryKind::kHardSwish}, {m.conv(v, 12, 1, 0, 1, 2)}, "swish");
  v = *m.b.add1(Reduce{ReduceKind::kMean, {2, 3}, true}, {v}, "mean");
  v = *m.b.add1(Reshape{{1, 12}}, {v}, "flat");
  return m.quantised(m.dense(v, 5), bits);
}

struct NetworkProgram : ::testing::Test {
  NetworkProgram() { root = fs::path(::testing::TempDir()) / ("network_" + std::to_string(getpid())); }
  ~NetworkProgram() override { fs::remove_all(root); }

  CompiledProgram compiled(const Graph& graph, const std::string& array) const {
    auto module = network_module(graph, "net.onnx", false);
    EXPECT_TRUE(module) << module.error().message;
    fs::create_directories(root);
    std::ofstream(root / "net.onnx") << "network";
    CompileRequest request;
    request.cgra = *arch::find(array, kSource / "workloads" / "architectures");
    request.frontend.source = root / "net.onnx";
    request.frontend.module = std::make_shared<frontend::Module>(std::move(module->module));
    auto program = compile(request, Context());
    EXPECT_THAT(program, IsOk());
    return *program;
  }

  /// Every result element and every value between layers, natively and with launches interpreted.
  void expect_equal(const Graph& graph, const std::string& array, std::size_t regions) const {
    const IntegerGraph integer = *to_integer(graph);
    EXPECT_TRUE(integer.remainders.empty());
    const CompiledProgram program = compiled(graph, array);
    EXPECT_GE(program.regions.size(), regions) << program.report.dump(1);
    std::mt19937 random(3);
    for (int round = 0; round < 3; ++round) {
      const Tensor x = random_floats(random, graph.value(graph.inputs[0]).type.shape, 1.2);
      const auto expected = *evaluate(integer.graph, {{"x", x}});
      const Tensor& y = expected.begin()->second;
      const std::vector<Argument> arguments{{std::nullopt, x.data},
                                            {std::nullopt, std::vector<std::uint8_t>(y.data.size())}};
      const auto golden = run_kernel(program, "network", arguments, nullptr, Context());
      ASSERT_TRUE(golden) << golden.error().message;
      EXPECT_EQ(golden->arguments[1].buffer, y.data);
      const auto backend = make_interpreter_backend(program.cgra);
      const auto run = run_kernel(program, "network", arguments, backend.get(), Context());
      ASSERT_TRUE(run) << run.error().message;
      EXPECT_EQ(run->arguments[1].buffer, y.data);
      EXPECT_EQ(run->globals, golden->globals);
      std::size_t launched = 0;
      for (const LaunchRecord& launch : run->launches) launched += launch.refused.empty() ? 1 : 0;
      EXPECT_GE(launched, regions);
    }
  }

  fs::path root;
};

TEST_F(NetworkProgram, LenetIsTheIntegerEvaluator) { expect_equal(small_lenet(), "hycube_8x8", 6); }
TEST_F(NetworkProgram, ResidualsAndDepthwiseConvolutionsToo) { expect_equal(small_residual(8), "hycube_8x8", 6); }
TEST_F(NetworkProgram, FourBitsToo) { expect_equal(small_residual(4), "hycube_4x4", 6); }

}  // namespace
}  // namespace heddle::session
