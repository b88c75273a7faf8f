// Scale layouts, chosen scales, refusals.
#include "compiler/numerics/scales.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/matchers.h"

namespace heddle::numerics {
namespace {

ScalarFormat format_of(const char* text) { return parse_scalar_format(text).value(); }

std::vector<float> random_tensor(std::size_t size, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x(size);
  for (float& value : x)
    value = static_cast<float>(std::ldexp(random.unit() - 0.3, static_cast<int>(random.between(-6, 6))));
  return x;
}

/// The scale index of every element, by division of indices instead of runs.
std::vector<std::size_t> indices(std::size_t size, std::size_t channels, std::size_t inner, std::size_t block) {
  std::vector<std::size_t> result;
  const std::size_t blocks = (inner + block - 1) / block;
  for (std::size_t i = 0; i < size; ++i) result.push_back(i / inner % channels * blocks + i % inner / block);
  return result;
}

struct Case {
  ScaleLayout layout;
  std::size_t channels, inner, block;
};

TEST(Scales, EveryLayout_UsesTheScaleOfTheElement) {
  constexpr std::size_t kSize = 2 * 6 * 35;  // [2][6][35], or 12 rows of 35
  const std::vector<float> x = random_tensor(kSize, 61);
  const Case kCases[] = {
      {per_tensor(), 1, kSize, kSize}, {per_channel(6, 35), 6, 35, 35}, {per_block(12, 35, 16), 12, 35, 16}};
  for (const Case& c : kCases) {
    for (const char* text : {"int4", "uint8", "int8:affine", "uint4:affine", "e4m3", "e2m1", "ue4m4"}) {
      for (const ScaleKind kind : {ScaleKind::kFloat, ScaleKind::kPowerOfTwo}) {
        const ScalarFormat format = format_of(text);
        const Scales scales = cover(format, c.layout, kind, x).value();
        ASSERT_THAT(validate(format, scales, kSize), IsOk());
        Quantizer how;
        how.format = format;
        std::vector<std::uint8_t> codes(kSize);
        std::vector<float> values(kSize);
        std::vector<float> fake(kSize);
        quantize(how, scales, x, codes);
        dequantize(format, scales, codes, values);
        quantize_dequantize(how, scales, x, fake);
        const auto index = indices(kSize, c.channels, c.inner, c.block);
        for (std::size_t i = 0; i < kSize; ++i) {
          how.scale = scales.scale[index[i]];
          how.zero_point = scales.zero_point.empty() ? 0 : scales.zero_point[index[i]];
          ASSERT_EQ(codes[i], quantize(how, x[i])) << text << " element " << i;
          ASSERT_EQ(values[i], dequantize(how, codes[i]));
          ASSERT_EQ(fake[i], values[i]);
        }
      }
    }
  }
}

TEST(Cover, ReachesTheEndsAndNothingSaturates) {
  const std::vector<float> x = random_tensor(1000, 62);
  const float low = *std::min_element(x.begin(), x.end());
  const float high = *std::max_element(x.begin(), x.end());
  const float largest = std::max(high, -low);
  EXPECT_FLOAT_EQ(cover(format_of("int8"), per_tensor(), ScaleKind::kFloat, x)->scale[0], largest / 127);
  EXPECT_FLOAT_EQ(cover(format_of("e4m3fn"), per_tensor(), ScaleKind::kFloat, x)->scale[0], largest / 448);
  EXPECT_FLOAT_EQ(cover(format_of("uint8"), per_tensor(), ScaleKind::kFloat, x)->scale[0], high / 255);
  const Scales affine = cover(format_of("uint8:affine"), per_tensor(), ScaleKind::kFloat, x).value();
  EXPECT_FLOAT_EQ(affine.scale[0], (high - low) / 255);
  EXPECT_EQ(affine.zero_point[0], static_cast<std::int32_t>(std::nearbyint(-low / affine.scale[0])));
  const float power = cover(format_of("int8"), per_tensor(), ScaleKind::kPowerOfTwo, x)->scale[0];
  EXPECT_EQ(std::exp2(std::ilogb(power)), power);
  EXPECT_GE(power, largest / 127);
  EXPECT_LT(power / 2, largest / 127);
}

TEST(Cover, PowerOfTwo_IsKeptIfItIsOne) {
  const std::vector<float> x = {127.0F * 0.25F, -3};
  EXPECT_EQ(cover(format_of("int8"), per_tensor(), ScaleKind::kPowerOfTwo, x)->scale[0], 0.25F);
}

TEST(Cover, EdgesOfFloat32_StayPositiveAndFinite) {
  for (const float edge : {0.0F, 1e-45F, 1e-38F, 3.4e38F}) {
    for (const char* text : {"int8", "int2", "e2m1", "e5m2", "uint8:affine", "e1m2:bias=60"}) {
      for (const ScaleKind kind : {ScaleKind::kFloat, ScaleKind::kPowerOfTwo}) {
        const std::vector<float> x = {edge, -edge, 0};
        const auto scales = cover(format_of(text), per_tensor(), kind, x);
        ASSERT_THAT(scales, IsOk());
        EXPECT_THAT(validate(format_of(text), *scales, x.size()), IsOk()) << text << " " << edge;
      }
    }
  }
  EXPECT_EQ(cover(format_of("int8"), per_tensor(), ScaleKind::kFloat, {})->scale[0], 1.0F);
}

TEST(Scales, WhatDoesNotFit_IsRefused) {
  const std::vector<float> x(12, 1.0F);
  const ScalarFormat int8 = format_of("int8");
  EXPECT_THAT(cover(int8, per_channel(5, 2), ScaleKind::kFloat, x),
              HasError(ErrorCode::kBadInput, "12 elements are not whole groups of 5"));
  EXPECT_THAT(cover(int8, {0, 0, 0}, ScaleKind::kFloat, x), HasError(ErrorCode::kBadInput, "not whole groups"));
  EXPECT_THAT(cover(int8, per_tensor(), ScaleKind::kFloat, std::vector<float>{1, NAN}),
              HasError(ErrorCode::kBadInput, "element 1 is nan"));
  EXPECT_THAT(cover(int8, per_tensor(), ScaleKind::kFloat, std::vector<float>{-INFINITY}),
              HasError(ErrorCode::kBadInput, "element 0 is -inf"));
  const Scales good = cover(int8, per_channel(3, 2), ScaleKind::kFloat, x).value();
  Scales bad = good;
  bad.scale[1] = 0;
  EXPECT_THAT(validate(int8, bad, 12), HasError(ErrorCode::kBadInput, "scale 1 is 0"));
  bad = good;
  bad.scale.pop_back();
  EXPECT_THAT(validate(int8, bad, 12), HasError(ErrorCode::kBadInput, "2 scales where the layout has 3"));
  EXPECT_THAT(validate(int8, good, 13), HasError(ErrorCode::kBadInput, "13 elements"));
  EXPECT_THAT(validate(format_of("int8:affine"), good, 12),
              HasError(ErrorCode::kBadInput, "0 zero points where int8:affine needs 3"));
  bad = good;
  bad.zero_point = {0, 128, 0};
  EXPECT_THAT(validate(format_of("int8:affine"), bad, 12), HasError(ErrorCode::kBadInput, "zero point 1 is 128"));
}

}  // namespace
}  // namespace heddle::numerics
