// Operators that no loops are made of: the compiled program against the integer evaluator, in every byte.
#include "runtime/session/host_operators.h"

#include <gtest/gtest.h>

#include <random>

#include "compiler/frontend/onnx/export.h"
#include "compiler/network/builder.h"
#include "runtime/session/backend.h"
#include "runtime/session/network_layers.h"
#include "runtime/session/network_run.h"
#include "tests/session/network_support.h"
#include "tests/support/small_networks.h"

namespace heddle::session {
namespace {

using namespace small_networks;  // NOLINT: a test of networks
using ::testing::HasSubstr;

/// A normalisation between layers on codes, whose memory has its channels last; a slice backwards of codes that have a
/// border, because a convolution with pads reads them too.
Graph small_mixture() {
  Maker m(7);
  const ValueId x = *m.b.input("x", {Type::kFloat32, {1, 3, 8, 8}});
  const ValueId v = m.relu(m.conv(x, 4, 3, 1));
  const ValueId back = *m.b.add1(Slice{{0, 0, 7, 0}, {1, 1, -1, 1}, {1, 4, 8, 8}}, {v}, "back");
  const ValueId sum = *m.b.add1(Binary{BinaryKind::kAdd}, {m.conv(v, 4, 3, 1), back}, "sum");
  Tensor scale = tensor::make_tensor(Type::kFloat32, {8});
  for (float& value : tensor::elements<float>(scale)) value = 0.75F;
  const ValueId normal = *m.b.add1(LayerNormalization{3, 1e-5F}, {sum, m.b.constant("scale", scale)}, "normal");
  const ValueId flat = *m.b.add1(Reshape{{1, 256}}, {m.conv(normal, 4, 3, 1)}, "flat");
  return m.quantised(*m.b.add1(Softmax{1, false}, {m.dense(flat, 6)}, "shares"));
}

struct HostOperators : ::testing::Test {
  /// Natively and with launches interpreted, for several inputs.
  void expect_equal(const CompiledProgram& program, const Graph& golden) {
    std::mt19937 random(3);
    const auto backend = make_interpreter_backend(program.cgra);
    for (int round = 0; round < 3; ++round) {
      Tensors inputs;
      for (const ValueId id : golden.inputs)
        inputs[golden.value(id).name] = random_floats(random, golden.value(id).type.shape, 1.2);
      const Tensors expected = *evaluate(golden, inputs);
      const auto run = run_example(program, golden, inputs, *backend, Context());
      ASSERT_THAT(run, IsOk());
      EXPECT_TRUE(run->outputs == expected);
      std::vector<Argument> arguments;
      for (const ValueId id : golden.inputs) arguments.push_back({std::nullopt, inputs[golden.value(id).name].data});
      for (const ValueId id : golden.outputs)
        arguments.push_back({std::nullopt, std::vector<std::uint8_t>(expected.at(golden.value(id).name).data.size())});
      const auto native = run_kernel(program, "network", arguments, nullptr, Context());
      ASSERT_THAT(native, IsOk());
      for (std::size_t k = 0; k < golden.outputs.size(); ++k)
        EXPECT_EQ(native->arguments[golden.inputs.size() + k].buffer,
                  expected.at(golden.value(golden.outputs[k]).name).data);
    }
  }

  Folder folder;
};

TEST_F(HostOperators, AreTheIntegerEvaluatorAndSayWhy) {
  const CompiledProgram program = compile_network(small_mixture(), shipped("hycube_4x4"), folder.path);
  expect_equal(program, *program.network);
  const auto layers = explained_layers(program, *program.network, Context());
  ASSERT_THAT(layers, IsOk());
  int found = 0;
  for (const Json& layer : (*layers)["layers"]) {
    if (layer["name"] != "normal" && layer["name"] != "back" && layer["name"] != "shares") continue;
    ++found;
    EXPECT_EQ(layer["place"], "host");
    const std::string reason = layer["reason"];
    EXPECT_THAT(reason, HasSubstr("the host's library"));
    EXPECT_THAT(reason, HasSubstr(layer["name"] == "back" ? "no loops are made" : "the operator has no integer form"));
  }
  EXPECT_EQ(found, 3);
  EXPECT_EQ(program.report["operators"].size(), 3U);
}

TEST_F(HostOperators, AreFoundAgainInTheNetworkOfTheDirectory) {
  const Graph graph = small_mixture();
  const auto output = folder.path / "out";
  compile_network(graph, shipped("hycube_4x4"), folder.path, output, *frontend::export_onnx(graph));
  const auto program = load_program(output);
  ASSERT_THAT(program, IsOk());
  expect_equal(*program, *golden_network(output));
  // Another network in its place.
  std::ofstream(output / kNetworkFile, std::ios::binary) << *frontend::export_onnx(small_lenet());
  EXPECT_THAT(load_program(output), HasError(ErrorCode::kBadInput, "which the program was compiled with"));
}

TEST_F(HostOperators, ResultsThatNothingComputesAreWritten) {
  Builder b("net");
  const ValueId x = *b.input("x", {Type::kFloat32, {2, 3}});
  std::mt19937 random(1);
  b.mark_output(b.constant("known", random_floats(random, {4}, 1)));
  b.mark_output(*b.add1(Softmax{1, false}, {x}, "shares"));
  b.mark_output(x);
  const Graph graph = *std::move(b).finish();
  expect_equal(compile_network(graph, shipped("hycube_4x4"), folder.path), graph);
}

TEST_F(HostOperators, FailAsTheEvaluatorDoes) {
  Builder b("net");
  const ValueId x = *b.input("x", {Type::kInt64, {2}});
  std::mt19937 random(1);
  b.mark_output(*b.add1(Gather{0}, {b.constant("table", random_floats(random, {5}, 1)), x}, "taken"));
  const Graph graph = *std::move(b).finish();
  const CompiledProgram program = compile_network(graph, shipped("hycube_4x4"), folder.path);
  const auto run = [&](std::int64_t index) {
    return run_kernel(program, "network", {buffer<std::int64_t>({0, index}), buffer<float>({0, 0})}, nullptr,
                      Context());
  };
  EXPECT_THAT(run(-5), IsOk());
  EXPECT_THAT(run(5), HasError(ErrorCode::kBadInput, "node 'taken' (Gather)"));
}

// What the memory of a call looks like: a border, channels last, two nodes of which the second reads the first.
TEST_F(HostOperators, OfOneLayerRunInTurnOnBorderedMemory) {
  Builder b("net");
  const ValueId x = *b.input("x", {Type::kInt8, {1, 2, 2, 2}});
  Tensor multiplier = tensor::make_tensor(Type::kInt32, {1});
  tensor::elements<std::int32_t>(multiplier)[0] = 3;
  const Window window{{1, 2}, {1, 1}, {1, 1}, {0, 0}, {0, 0}};
  const ValueId sums = *b.add1(WindowSum{window, 1}, {x}, "sums");
  b.mark_output(*b.add1(Requantize{Type::kInt8, 1, 1, 0, -128, 127}, {sums, b.constant("m", multiplier)}, "codes"));
  const Graph graph = *std::move(b).finish();
  lowering::Plan plan = lowering::plan(graph);
  ASSERT_EQ(plan.layers.size(), 1U);
  lowering::Buffer& source = *plan.buffers[graph.inputs[0].index()];
  source = {true, {1, 2, 2, 2}, {0, 1, 0, 0}, {0, 0, 1, 1}, 0};  // rows, columns, channels
  lowering::HostCallWords call = lowering::host_call_words(graph, plan, plan.layers[0]);
  std::vector<std::int8_t> memory(3 * 3 * 3, 99);
  std::vector<std::int8_t> codes(4);
  Tensor dense = tensor::make_tensor(Type::kInt8, {1, 2, 2, 2});
  for (std::size_t channel = 0; channel < 2; ++channel)
    for (std::size_t row = 0; row < 2; ++row)
      for (std::size_t column = 0; column < 2; ++column) {
        const auto value = static_cast<std::int8_t>(5 * channel + 3 * row + column);
        memory[((row + 1) * 3 + column) * 3 + channel] = value;
        tensor::elements<std::int8_t>(dense)[(channel * 2 + row) * 2 + column] = value;
      }
  const std::vector<std::int8_t*> places{memory.data(), codes.data()};
  ASSERT_EQ(call.addresses.size(), places.size());
  for (std::size_t k = 0; k < places.size(); ++k)
    call.words[call.addresses[k]] = reinterpret_cast<std::intptr_t>(places[k]) + call.starts[k];
  ASSERT_THAT(run_operators(graph, call.words.data()), IsOk());
  const Tensor expected = evaluate(graph, {{"x", dense}})->at("codes");
  const auto got = lowering::plan(graph).buffers[graph.outputs[0].index()];
  ASSERT_FALSE(got->channels_last);
  EXPECT_EQ(codes, std::vector<std::int8_t>(tensor::elements<std::int8_t>(expected).begin(),
                                            tensor::elements<std::int8_t>(expected).end()));
}

}  // namespace
}  // namespace heddle::session
