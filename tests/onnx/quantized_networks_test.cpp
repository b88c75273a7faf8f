// Networks that ship, quantised to int8, against onnxruntime on the file that we write: every code and every logit.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>

#include "compiler/compression/quantization/quantize.h"
#include "compiler/frontend/onnx/export.h"
#include "compiler/frontend/onnx/import.h"
#include "compiler/tensor/elements.h"
#include "compiler/tensor/idx.h"
#include "tests/onnx/judge.h"
#include "tests/support/matchers.h"
#include "workloads/networks/networks.h"

namespace heddle::frontend {
namespace {

namespace fs = std::filesystem;
using network::Graph;
using network::Tensors;

struct Subject {
  Graph graph;  ///< float
  std::vector<Tensors> calibration;
  Tensors inputs;
};

/// Trained on Fashion-MNIST: calibrated with training images, compared on a test image.
Subject trained(const std::string& name) {
  const std::string data = "/usr/share/datasets/fashion-mnist/";
  const auto training = tensor::read_idx(data + "train-images-idx3-ubyte.gz");
  const auto unseen = tensor::read_idx(data + "t10k-images-idx3-ubyte.gz");
  Subject result{*load_onnx(HEDDLE_SOURCE_DIR "/workloads/networks/trained/" + name + ".onnx"), {}, {}};
  for (int i = 0; i < 10; ++i)
    result.calibration.push_back({{"image", *tensor::gray_images(*tensor::take_examples(*training, i, 1))}});
  result.inputs = {{"image", *tensor::gray_images(*tensor::take_examples(*unseen, 0, 1))}};
  return result;
}

Subject seeded(const std::string& name) {
  Subject result{*workloads::make_network(name, 1), {}, {}};
  for (std::uint64_t seed = 3; seed < 6; ++seed) result.calibration.push_back(random_inputs(result.graph, seed));
  result.inputs = random_inputs(result.graph, 2);
  return result;
}

/// What was compared, layer by layer.
struct Counts {
  std::int64_t codes = 0;
  std::int64_t different = 0;
  int farthest = 0;          ///< difference of two codes
  std::int64_t ties = 0;     ///< of the different ones: both values before rounding lie at a half, but for their noise
  std::int64_t carried = 0;  ///< of the others: what the layer reads differs already
  int layers = 0;
  int equal_layers = 0;
};

/// Codes of one Quantize (`carried`: something before it differs), whose inputs were `ours` and `theirs`.
void compare(const Graph& graph, const network::Node& node, const Tensors& ours, const Tensors& theirs, bool carried,
             Counts& counts) {
  const float scale = graph.value(node.outputs[0]).quantization->scales[0];
  const std::string before = graph.value(node.inputs[0]).name;
  const std::string after = graph.value(node.outputs[0]).name;
  const auto a = tensor::elements<float>(ours.at(before));
  const auto b = tensor::elements<float>(theirs.at(before));
  float largest = 0;
  for (const float value : a) largest = std::max(largest, std::abs(value));
  std::int64_t different = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (ours.at(after).data[i] == theirs.at(after).data[i]) continue;
    ++different;
    const auto code = [&](const tensor::Tensor& codes) {
      return codes.type == tensor::Type::kInt8 ? static_cast<std::int8_t>(codes.data[i]) : int{codes.data[i]};
    };
    counts.farthest = std::max(counts.farthest, std::abs(code(ours.at(after)) - code(theirs.at(after))));
    const double steps = std::abs(a[i]) / scale;
    const double from_half = std::abs(steps - std::floor(steps) - 0.5);
    const bool tie = std::abs(a[i] - b[i]) <= 2e-6 * largest && from_half * scale <= 2e-6 * largest;
    if (tie)
      ++counts.ties;
    else if (carried)
      ++counts.carried;
  }
  counts.codes += static_cast<std::int64_t>(a.size());
  counts.different += different;
  ++counts.layers;
  if (different == 0) ++counts.equal_layers;
}

/// The quantised network with every value before and after a Quantize as a result.
Graph opened(Graph graph) {
  for (const network::Node& node : graph.nodes) {
    if (!std::holds_alternative<network::Quantize>(node.op)) continue;
    for (const network::ValueId id : {node.inputs[0], node.outputs[0]})
      if (std::ranges::find(graph.outputs, id) == graph.outputs.end() &&
          std::ranges::find(graph.inputs, id) == graph.inputs.end())
        graph.outputs.push_back(id);
  }
  return graph;
}

/// Prints the counts; returns them.
Counts compared(const std::string& name, const Subject& subject, bool optimized) {
  Counts counts;
  const auto quantised = compression::quantize(subject.graph, subject.calibration, {});
  EXPECT_THAT(quantised, IsOk());
  const Graph graph = opened(*quantised);
  const fs::path file = fs::path(testing::TempDir()) / ("heddle_quantised_" + name + ".onnx");
  EXPECT_THAT(save_onnx(graph, file), IsOk());
  auto ours = network::evaluate(graph, subject.inputs);
  auto theirs = run_onnxruntime(file, subject.inputs, optimized);
  fs::remove(file);
  EXPECT_THAT(ours, IsOk());
  EXPECT_THAT(theirs, IsOk());
  ours->insert(subject.inputs.begin(), subject.inputs.end());
  theirs->insert(subject.inputs.begin(), subject.inputs.end());
  std::vector<bool> differs(graph.values.size(), false);
  for (const network::Node& node : graph.nodes) {
    const bool carried = std::ranges::any_of(node.inputs, [&](auto id) { return id.valid() && differs[id.index()]; });
    const std::int64_t before = counts.different;
    if (std::holds_alternative<network::Quantize>(node.op)) compare(graph, node, *ours, *theirs, carried, counts);
    for (const network::ValueId id : node.outputs) differs[id.index()] = carried || counts.different > before;
  }
  const std::string output = graph.value(graph.outputs[0]).name;
  const double difference = relative_difference(ours->at(output), theirs->at(output));
  std::cout << name << (optimized ? ", optimised: " : ": ") << counts.codes - counts.different << " of " << counts.codes
            << " codes equal; of the others " << counts.ties << " at a half, " << counts.carried
            << " behind such, none farther than " << counts.farthest << "; " << counts.equal_layers << " of "
            << counts.layers << " layers equal; results differ by " << difference << "\n";
  return counts;
}

TEST(Quantized_Networks, DifferFromOnnxruntimeOnlyAtHalves) {
  REQUIRE_ONNXRUNTIME();
  for (const std::string name : {"lenet5_fashion", "resnet8_fashion"}) {
    const Counts counts = compared(name, trained(name), false);
    EXPECT_EQ(counts.different, counts.ties) << name;
    EXPECT_GT(counts.codes, 3000) << name;
  }
  for (const std::string name : {"autoencoder", "ds_cnn", "mobilenet_v1_025", "resnet20"}) {
    const Counts counts = compared(name, seeded(name), false);
    EXPECT_EQ(counts.different, counts.ties) << name;
  }
}

/// With its optimisations onnxruntime computes on codes and rounds a sum of two in other steps; what differs there is
/// carried on by the layers behind.
TEST(Quantized_Networks, OnnxruntimesIntegerKernels) {
  REQUIRE_ONNXRUNTIME();
  const Counts lenet = compared("lenet5_fashion", trained("lenet5_fashion"), true);
  EXPECT_LE(lenet.different, 1);
  const Counts resnet = compared("resnet8_fashion", trained("resnet8_fashion"), true);
  EXPECT_LT(resnet.different * 20, resnet.codes);
}

/// With HEDDLE_EXHAUSTIVE also those that take minutes, or gigabytes. In deep ones a code spreads that starts at a
/// half.
TEST(Quantized_Networks, DeepOnesDifferAtHalvesAndBehindThem) {
  REQUIRE_ONNXRUNTIME();
  std::vector<std::string> names{"resnet20"};
  if (std::getenv("HEDDLE_EXHAUSTIVE") != nullptr)
    names = {"mobilenet_v2", "resnet18", "vit_small", "window_transformer", "gcn"};
  for (const std::string& name : names) {
    const Counts counts = compared(name, seeded(name), false);
    EXPECT_EQ(counts.different, counts.ties + counts.carried) << name;
  }
}

}  // namespace
}  // namespace heddle::frontend
