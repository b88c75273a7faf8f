// Shapes against ones computed by hand from the ONNX definitions.
#include "compiler/network/infer.h"
#include "tests/support/matchers.h"

namespace heddle::network {
namespace {

using tensor::Type;

TensorType type(Extents shape, Type element = Type::kFloat32) { return {element, std::move(shape)}; }

Extents shape_of(const Operator& op, const std::vector<std::optional<TensorType>>& inputs) {
  const auto results = infer(op, inputs);
  EXPECT_THAT(results, IsOk());
  return results ? results->at(0).shape : Extents{-1};
}

TEST(Infer_Windows, StridesPadsAndDilations) {
  // (7 + 1 + 0 - (2*2+1)) / 2 + 1 = 2, (9 + 0 + 2 - 2) / 3 + 1 = 4
  const Window window{{3, 2}, {2, 3}, {2, 1}, {1, 0}, {0, 2}};
  EXPECT_EQ(shape_of(Conv{window, 2}, {type({5, 4, 7, 9}), type({6, 2, 3, 2}), type({6})}), (Extents{5, 6, 2, 4}));
  EXPECT_EQ(shape_of(Pool{PoolKind::kMax, window}, {type({5, 4, 7, 9})}), (Extents{5, 4, 2, 4}));
  // 2*(7-1) + 2*2+1 + 1 - 1 - 0 = 17, 3*(9-1) + 2 + 0 - 0 - 2 = 24
  EXPECT_EQ(shape_of(ConvTranspose{window, {1, 0}, 2}, {type({5, 4, 7, 9}), type({4, 3, 3, 2}), std::nullopt}),
            (Extents{5, 6, 17, 24}));
}

TEST(Infer_Windows, WhatDoesNotFit) {
  const Window window{{3, 3}, {1, 1}, {1, 1}, {0, 0}, {0, 0}};
  const auto conv = [&](Extents x, Extents weights, Window w) { return infer(Conv{w, 1}, {type(x), type(weights)}); };
  EXPECT_THAT(conv({1, 3, 2, 8}, {4, 3, 3, 3}, window),
              HasError(ErrorCode::kBadInput, "does not fit the padded extent 2"));
  EXPECT_THAT(conv({1, 3, 8, 8}, {4, 2, 3, 3}, window), HasError(ErrorCode::kBadInput, "do not fit 1 group"));
  EXPECT_THAT(conv({1, 3, 8, 8}, {4, 3, 5, 3}, window),
              HasError(ErrorCode::kBadInput, "kernel 3x3 but weights 4x3x5x3"));
  Window zero = window;
  zero.strides[1] = 0;
  EXPECT_THAT(conv({1, 3, 8, 8}, {4, 3, 3, 3}, zero), HasError(ErrorCode::kBadInput, "stride of 0"));
  EXPECT_THAT(infer(Conv{window, 1}, {type({1, 3, 8, 8})}), HasError(ErrorCode::kBadInput, "1 inputs"));
}

TEST(Infer_Products, BatchesBroadcastAndVectorsArePromoted) {
  EXPECT_EQ(shape_of(MatMul{}, {type({3}), type({3, 4})}), (Extents{4}));
  EXPECT_EQ(shape_of(MatMul{}, {type({2, 1, 5, 3}), type({7, 3, 4})}), (Extents{2, 7, 5, 4}));
  EXPECT_EQ(shape_of(Gemm{1, 1, true, true}, {type({3, 5}), type({4, 3}), type({4})}), (Extents{5, 4}));
  EXPECT_THAT(infer(MatMul{}, {type({2, 3}), type({4, 2})}), HasError(ErrorCode::kBadInput, "do not fit"));
}

TEST(Infer_Layout, SliceTransposePadConcat) {
  EXPECT_EQ(shape_of(Slice{{4, 0}, {-2, 1}, {3, 2}}, {type({5, 2})}), (Extents{3, 2}));
  EXPECT_THAT(infer(Slice{{4}, {-2}, {4}}, {type({5})}), HasError(ErrorCode::kBadInput, "elements 4 to -2"));
  EXPECT_EQ(shape_of(Transpose{{2, 0, 1}}, {type({5, 6, 7})}), (Extents{7, 5, 6}));
  EXPECT_THAT(infer(Transpose{{0, 0}}, {type({5, 6})}), HasError(ErrorCode::kBadInput, "twice"));
  EXPECT_EQ(shape_of(Pad{PadMode::kConstant, {-1, 2}, {0, 1}}, {type({5, 6})}), (Extents{4, 9}));
  EXPECT_EQ(shape_of(Concat{1}, {type({2, 3}), type({2, 4})}), (Extents{2, 7}));
  EXPECT_EQ(shape_of(Gather{1}, {type({2, 3, 4}), type({5, 6}, Type::kInt64)}), (Extents{2, 5, 6, 4}));
}

TEST(Infer_Elementwise, BroadcastAndTypes) {
  EXPECT_EQ(shape_of(Binary{BinaryKind::kAdd}, {type({2, 1, 4}), type({3, 1})}), (Extents{2, 3, 4}));
  EXPECT_THAT(infer(Binary{}, {type({2}), type({3})}), HasError(ErrorCode::kBadInput, "2 and 3 do not broadcast"));
  EXPECT_THAT(infer(Binary{}, {type({2}), type({2}, Type::kInt64)}),
              HasError(ErrorCode::kBadInput, "float32 and int64"));
  const auto less = infer(Binary{BinaryKind::kLess}, {type({2}), type({2})});
  ASSERT_THAT(less, IsOk());
  EXPECT_EQ(less->at(0).element, Type::kBool);
}

TEST(Infer_Sizes, ClaimsOfTerabytesAreRefused) {
  const Extents large{1 << 20, 1 << 20};
  EXPECT_THAT(infer(Expand{large}, {type({1})}), HasError(ErrorCode::kBadInput, "too large"));
  EXPECT_THAT(infer(Tile{{std::int64_t{1} << 40}}, {type({4})}), HasError(ErrorCode::kBadInput, "too large"));
  EXPECT_THAT(infer(Reshape{{std::int64_t{1} << 62, 4, 0}}, {type({0})}), HasError(ErrorCode::kBadInput, ""));
}

}  // namespace
}  // namespace heddle::network
