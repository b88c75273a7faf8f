// Networks trained on Fashion-MNIST, on its real images: what they recognise in float32 and in integers, and the
// compiled program against the integer evaluator.
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/compression/quantization/quantize.h"
#include "compiler/frontend/onnx/import.h"
#include "compiler/network/batches.h"
#include "compiler/network/to_integer.h"
#include "compiler/tensor/elements.h"
#include "compiler/tensor/idx.h"
#include "runtime/session/backend.h"
#include "tests/session/network_support.h"

namespace heddle::session {
namespace {

using network::Tensors;
using tensor::Tensor;

Tensor images(const std::string& part, std::int64_t count) {
  const auto all = tensor::read_idx("/usr/share/datasets/fashion-mnist/" + part + "-images-idx3-ubyte.gz");
  EXPECT_THAT(all, IsOk());
  return *tensor::gray_images(*tensor::take_examples(*all, 0, count));
}

/// How many of the first test images have their largest logit at their label.
int recognised(const Tensor& logits) {
  const auto labels = tensor::read_idx("/usr/share/datasets/fashion-mnist/t10k-labels-idx1-ubyte.gz");
  EXPECT_THAT(labels, IsOk());
  const auto values = tensor::elements<float>(logits);
  int right = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(logits.shape[0]); ++i) {
    const auto row = values.subspan(i * 10, 10);
    right += std::ranges::max_element(row) - row.begin() == labels->data[i] ? 1 : 0;
  }
  return right;
}

struct Trained {
  explicit Trained(const std::string& name)
      : graph(*frontend::load_onnx(HEDDLE_SOURCE_DIR "/workloads/networks/trained/" + name + ".onnx", {})),
        quantised(*compression::quantize(graph, *network::split_batches(graph, {{"image", images("train", 20)}}), {})),
        integer(*network::to_integer(quantised)) {
    EXPECT_TRUE(integer.remainders.empty());
  }

  network::Graph graph;
  network::Graph quantised;
  network::IntegerGraph integer;
};

void expect_recognised(const Trained& net, std::int64_t count, int in_float, int in_integers) {
  const Tensors inputs{{"image", images("t10k", count)}};
  EXPECT_EQ(recognised(network::evaluate_batches(net.graph, inputs)->at("logits")), in_float);
  EXPECT_EQ(recognised(network::evaluate_batches(net.integer.graph, inputs)->at("logits")), in_integers);
}

/// Every logit's bytes, at least so many launches interpreted for each image.
void expect_program(const Trained& net, std::int64_t count, std::ptrdiff_t launches) {
  const Folder folder;
  const CompiledProgram program = compile_network(net.quantised, shipped("hycube_8x8"), folder.path);
  const auto backend = make_interpreter_backend(program.cgra);
  const auto inputs = network::split_batches(net.graph, {{"image", images("t10k", count)}});
  ASSERT_THAT(inputs, IsOk());
  for (const Tensors& input : *inputs) {
    const Tensor expected = network::evaluate(net.integer.graph, input)->at("logits");
    const std::vector<Argument> arguments{{std::nullopt, input.at("image").data},
                                          {std::nullopt, std::vector<std::uint8_t>(expected.data.size())}};
    const auto run = run_kernel(program, "network", arguments, backend.get(), Context());
    ASSERT_THAT(run, IsOk());
    EXPECT_EQ(run->arguments[1].buffer, expected.data);
    EXPECT_GE(std::ranges::count_if(run->launches, [](const LaunchRecord& each) { return each.refused.empty(); }),
              launches);
  }
}

TEST(TrainedNetworks, LenetRecognisesClothes) { expect_recognised(Trained("lenet5_fashion"), 500, 457, 458); }
TEST(TrainedNetworks, ResnetRecognisesClothes) { expect_recognised(Trained("resnet8_fashion"), 100, 91, 91); }
TEST(TrainedNetworks, LenetOnTheArrayIsTheIntegerEvaluator) { expect_program(Trained("lenet5_fashion"), 2, 8); }

TEST(TrainedNetworks, FloatsRunInTheHostsLibrary) {
  const auto graph = *frontend::load_onnx(HEDDLE_SOURCE_DIR "/workloads/networks/trained/lenet5_fashion.onnx", {});
  EXPECT_FALSE(network_module(graph, shipped("hycube_8x8"), "net.onnx", false)->quantised);
  const Folder folder;
  const CompiledProgram program = compile_network(graph, shipped("hycube_8x8"), folder.path);
  const auto backend = make_interpreter_backend(program.cgra);
  const Tensor image = images("t10k", 1);
  const std::vector<Argument> arguments{{std::nullopt, image.data}, {std::nullopt, std::vector<std::uint8_t>(40)}};
  const auto run = run_kernel(program, "network", arguments, backend.get(), Context());
  ASSERT_THAT(run, IsOk());
  EXPECT_EQ(run->arguments[1].buffer, network::evaluate(graph, {{"image", image}})->at("logits").data);
}

}  // namespace
}  // namespace heddle::session
