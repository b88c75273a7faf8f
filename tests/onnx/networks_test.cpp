// Whole trained networks, where the shared material lies beside the project: against onnxruntime and torch.
#include <iostream>

#include "compiler/frontend/onnx/import.h"
#include "compiler/tensor/elements.h"
#include "tests/onnx/judge.h"
#include "tests/support/matchers.h"

namespace heddle::frontend {
namespace {

namespace fs = std::filesystem;

const fs::path kShared = fs::path(HEDDLE_SOURCE_DIR) / "../shared";

class Shared_Networks : public testing::TestWithParam<const char*> {};

TEST_P(Shared_Networks, AgreeWithOnnxruntime) {
  const fs::path file = kShared / "models" / (std::string(GetParam()) + ".onnx");
  if (!fs::exists(file)) GTEST_SKIP() << "no shared models beside the project";
  REQUIRE_ONNXRUNTIME();
  const auto graph = load_onnx(file);
  ASSERT_THAT(graph, IsOk());
  const network::Tensors inputs = random_inputs(*graph, 1);
  const auto ours = network::evaluate(*graph, inputs);
  const auto theirs = run_onnxruntime(file, inputs);
  ASSERT_THAT(ours, IsOk());
  ASSERT_THAT(theirs, IsOk());
  for (const auto& [name, tensor] : *ours) {
    const double difference = relative_difference(tensor, theirs->at(name));
    std::cout << GetParam() << " " << name << ": relative difference " << difference << "\n";
    EXPECT_LT(difference, 1e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Shared_Networks,
                         testing::Values("resnet8_mlperf_tiny", "mobilenetv1_025_vww", "resnet20_cifar10",
                                         "resnet56_cifar10"),
                         [](const auto& chosen) { return std::string(chosen.param); });

/// CIFAR-10 images, normalised as the ResNets want them.
tensor::Tensor normalized(const tensor::Tensor& images, std::int64_t count) {
  const float mean[] = {0.485F, 0.456F, 0.406F};
  const float deviation[] = {0.229F, 0.224F, 0.225F};
  tensor::Tensor result = tensor::make_tensor(tensor::Type::kFloat32, {count, 3, 32, 32});
  const auto from = tensor::elements<std::uint8_t>(images);
  auto to = tensor::elements<float>(result);
  for (std::size_t i = 0; i < to.size(); ++i) {
    const std::size_t channel = i / 1024 % 3;
    to[i] = (static_cast<float>(from[i]) / 255 - mean[channel]) / deviation[channel];
  }
  return result;
}

// The logits that torch gives for the first images of the test set.
TEST(Shared_Networks, Resnet20GivesTorchsLogits) {
  if (!fs::exists(kShared / "models/resnet20_cifar10.onnx")) GTEST_SKIP() << "no shared models beside the project";
  constexpr std::int64_t kImages = 10;
  const auto images = tensor::read_npz(kShared / "data/cifar10/test.npz");
  const auto reference = tensor::read_npz(kShared / "models/resnet20_cifar10.reference.npz");
  ASSERT_THAT(images, IsOk());
  ASSERT_THAT(reference, IsOk());
  OnnxOptions options;
  options.batch = kImages;
  const auto graph = load_onnx(kShared / "models/resnet20_cifar10.onnx", options);
  ASSERT_THAT(graph, IsOk());
  const auto outputs = network::evaluate(*graph, {{"image", normalized(images->at("images"), kImages)}});
  ASSERT_THAT(outputs, IsOk());
  tensor::Tensor expected = reference->begin()->second;
  for (const auto& [name, tensor] : *reference)
    if (tensor.type == tensor::Type::kFloat32) expected = tensor;
  expected.shape[0] = kImages;
  expected.data.resize(static_cast<std::size_t>(expected.elements()) * sizeof(float));
  EXPECT_LT(relative_difference(outputs->at("logits"), expected), 1e-5);
}

}  // namespace
}  // namespace heddle::frontend
