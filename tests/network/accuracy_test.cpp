#include "compiler/network/accuracy.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "compiler/tensor/elements.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary.h"

namespace heddle::network {
namespace {

using tensor::Tensor;
using tensor::Type;

Tensors scores(std::initializer_list<float> values, std::int64_t examples) {
  Tensor tensor = tensor::make_tensor(Type::kFloat32, {examples, static_cast<std::int64_t>(values.size()) / examples});
  std::ranges::copy(values, tensor::elements<float>(tensor).begin());
  return {{"y", tensor}};
}

TEST(Accuracy, CountsTheLargestScore) {
  const std::vector<std::int64_t> labels{1, 0, 2, 7};
  const auto result = accuracy(scores({0, 3, -1, 2, 1, 0, 5, 5, 4}, 3), labels);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->right, 2);
  EXPECT_EQ(result->examples, 3);
  EXPECT_DOUBLE_EQ(result->share(), 2.0 / 3);
}

TEST(Accuracy, OfEqualScoresTheFirstCounts) {
  EXPECT_EQ(accuracy(scores({5, 5}, 1), std::vector<std::int64_t>{0})->right, 1);
  EXPECT_EQ(accuracy(scores({5, 5}, 1), std::vector<std::int64_t>{1})->right, 0);
}

TEST(Accuracy, WhatDoesNotFitIsAnError) {
  EXPECT_FALSE(accuracy(scores({1, 2}, 2), std::vector<std::int64_t>{0}));
  EXPECT_FALSE(accuracy(scores({1, 2}, 1), std::vector<std::int64_t>{2}));
  EXPECT_FALSE(accuracy(scores({1, 2}, 1), std::vector<std::int64_t>{-1}));
  Tensors two = scores({1, 2}, 1);
  two["z"] = two["y"];
  EXPECT_FALSE(accuracy(two, std::vector<std::int64_t>{0}));
}

TEST(Labels, FromNpyAndNpz) {
  const std::filesystem::path stem = test::temporary("labels");
  Tensor labels = tensor::make_tensor(Type::kUint8, {3});
  labels.data = {4, 255, 0};
  std::ofstream(stem.string() + ".npy", std::ios::binary) << tensor::print_npy(labels);
  EXPECT_EQ(*read_labels(stem.string() + ".npy"), (std::vector<std::int64_t>{4, 255, 0}));
  ASSERT_THAT(tensor::write_npz(stem.string() + ".npz", {{"labels", labels}, {"images", labels}}), IsOk());
  EXPECT_EQ(read_labels(stem.string() + ".npz")->size(), 3U);
  labels.shape = {1, 3};
  ASSERT_THAT(tensor::write_npz(stem.string() + ".npz", {{"l", labels}}), IsOk());
  EXPECT_FALSE(read_labels(stem.string() + ".npz"));
}

}  // namespace
}  // namespace heddle::network
