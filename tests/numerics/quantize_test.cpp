// The vectorised loops give the bits of the scalar definition; the scalar definition is the one of ONNX QuantizeLinear.
#include "compiler/numerics/quantize.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "tests/numerics/mpfr_oracle.h"

namespace heddle::numerics {
namespace {

/// Every float32 that a bfloat16 prefix makes, of both signs, NaN and infinities included.
std::vector<float> bfloat16_prefixes() {
  std::vector<float> values;
  for (std::uint32_t prefix = 0; prefix < 65536; ++prefix) values.push_back(std::bit_cast<float>(prefix << 16U));
  return values;
}

/// The values and midpoints of a format in float32, each with its neighbours one ulp away, times `scale`.
std::vector<float> midpoints(const FloatFormat& format, float scale) {
  std::vector<float> values;
  for (const double point : critical_values(MpfrRounder(format))) {
    const auto near = static_cast<float>(point * scale);
    values.insert(values.end(), {near, std::nextafter(near, 0.0F), std::nextafter(near, INFINITY)});
  }
  return values;
}

testing::AssertionResult same_bits(float a, float b) {
  if ((std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << std::hexfloat << a << " and " << b;
}

/// Both loops against the definition, element by element.
void expect_loops_agree(const Quantizer& quantizer, const std::vector<float>& x) {
  std::vector<float> fake(x.size());
  quantize_dequantize(quantizer, x, fake);
  std::vector<std::uint8_t> codes(x.size());
  std::vector<float> values(x.size());
  const bool has_codes = bits(quantizer.format) <= 8;
  if (has_codes) {
    quantize(quantizer, x, codes);
    dequantize(quantizer, codes, values);
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Code code = quantize(quantizer, x[i], i);
    const float value = dequantize(quantizer, code);
    const auto what = [&] {
      std::ostringstream text;
      text << name(quantizer.format) << " of " << std::hexfloat << x[i] << " / " << quantizer.scale << ", rounding "
           << static_cast<int>(quantizer.rounding) << ", overflow " << static_cast<int>(quantizer.overflow);
      return text.str();
    };
    ASSERT_TRUE(same_bits(fake[i], value)) << what();
    ASSERT_TRUE(!has_codes || codes[i] == code) << what() << ": code " << int{codes[i]} << " for " << code;
    ASSERT_TRUE(!has_codes || same_bits(values[i], value)) << what();
  }
}

class Loops : public testing::TestWithParam<std::pair<Rounding, Overflow>> {};

TEST_P(Loops, EveryMinifloat_GivesTheBitsOfTheDefinition) {
  const auto [rounding, overflow] = GetParam();
  // The usual mode runs over all prefixes, the others over a seventh of them.
  const bool usual = rounding == Rounding::kNearestEven && overflow == Overflow::kSaturate;
  std::vector<float> prefixes;
  for (const float x : bfloat16_prefixes()) {
    if (usual || std::bit_cast<std::uint32_t>(x) / 65536 % 7 == 0) prefixes.push_back(x);
  }
  for (const bool is_signed : {true, false}) {
    for (const FloatFormat& base : minifloats(is_signed)) {
      for (FloatFormat format : with_all_specials(base)) {
        Quantizer quantizer{format, 1, 0, rounding, overflow, 0};
        std::vector<float> x = midpoints(format, 1);
        x.insert(x.end(), prefixes.begin(), prefixes.end());
        expect_loops_agree(quantizer, x);
        if (HasFatalFailure()) return;
        // Other biases, flushed subnormals, and a scale that is no power of two.
        format.bias += 3;
        format.subnormals = false;
        if (!validate(format)) continue;
        quantizer.format = format;
        quantizer.scale = 0.3F;
        expect_loops_agree(quantizer, midpoints(format, quantizer.scale));
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(Loops, IntegersAndWideFloats_GiveTheBitsOfTheDefinition) {
  const auto [rounding, overflow] = GetParam();
  std::vector<float> x;
  for (int i = -3000; i <= 3000; ++i) {
    const float tie = static_cast<float>(i) * 0.25F;
    x.insert(x.end(), {tie, std::nextafter(tie, 0.0F), std::nextafter(tie, INFINITY)});
  }
  for (const float value : bfloat16_prefixes()) {
    if (std::bit_cast<std::uint32_t>(value) / 65536 % 3 == 0) x.push_back(value);
  }
  x.insert(x.end(), {NAN, -NAN, INFINITY, -INFINITY, -0.0F});
  for (const char* text : {"int2", "int4", "int8", "int8:narrow", "uint3", "uint8", "int16", "int32", "uint32", "fp16",
                           "bf16", "fp32", "e5m2:bias=200"}) {
    for (const float scale : {1.0F, 0.3F, 0x1p-20F}) {
      expect_loops_agree({parse_scalar_format(text).value(), scale, 0, rounding, overflow, 0}, x);
      if (HasFatalFailure()) return;
    }
  }
  for (const int zero_point : {-128, -5, 127}) {
    expect_loops_agree({parse_scalar_format("int8:affine").value(), 0.5F, zero_point, rounding, overflow, 0}, x);
    expect_loops_agree({parse_scalar_format("uint8:affine").value(), 0.5F, zero_point + 128, rounding, overflow, 0}, x);
  }
}

std::string mode_name(const testing::TestParamInfo<std::pair<Rounding, Overflow>>& test) {
  const auto [rounding, overflow] = test.param;
  const char* rule = rounding == Rounding::kNearestEven ? "Even" : rounding == Rounding::kNearestAway ? "Away" : "Zero";
  return std::string(rule) + (overflow == Overflow::kSaturate ? "Saturating" : "Ieee");
}

INSTANTIATE_TEST_SUITE_P(Modes, Loops,
                         testing::Values(std::pair{Rounding::kNearestEven, Overflow::kSaturate},
                                         std::pair{Rounding::kNearestEven, Overflow::kIeee},
                                         std::pair{Rounding::kNearestAway, Overflow::kSaturate},
                                         std::pair{Rounding::kTowardZero, Overflow::kSaturate},
                                         std::pair{Rounding::kTowardZero, Overflow::kIeee}),
                         mode_name);

TEST(Quantize, Int8_ByNearbyint) {
  // The formula of ONNX QuantizeLinear with the machine's own rounding.
  Random random(51);
  const Quantizer quantizer{
      parse_scalar_format("uint8:affine").value(), 0.037F, 77, Rounding::kNearestEven, Overflow::kSaturate, 0};
  for (int i = 0; i < 100000; ++i) {
    const auto x = static_cast<float>((random.unit() - 0.5) * 12);
    const float expected = std::min(255.0F, std::max(0.0F, std::nearbyint(x / 0.037F) + 77));
    ASSERT_EQ(quantize(quantizer, x), static_cast<Code>(expected)) << x;
    ASSERT_EQ(dequantize(quantizer, static_cast<Code>(expected)), (expected - 77) * 0.037F);
  }
}

TEST(Quantize, InPlace_IsTheSame) {
  std::vector<float> x = bfloat16_prefixes();
  std::vector<float> apart(x.size());
  const Quantizer quantizer{minifloat(4, 3), 0.7F, 0, Rounding::kNearestEven, Overflow::kSaturate, 0};
  quantize_dequantize(quantizer, x, apart);
  quantize_dequantize(quantizer, x, x);
  for (std::size_t i = 0; i < x.size(); ++i) ASSERT_TRUE(same_bits(x[i], apart[i]));
}

TEST(Quantize, Stochastic_DependsOnSeedAndIndexAlone) {
  Random random(52);
  std::vector<float> x(5000);
  for (float& value : x) value = static_cast<float>((random.unit() - 0.5) * 10);
  Quantizer quantizer{minifloat(4, 3), 0.01F, 0, Rounding::kStochastic, Overflow::kSaturate, 99};
  std::vector<std::uint8_t> whole(x.size());
  quantize(quantizer, x, whole);
  // In pieces of any size, from the last to the first.
  std::vector<std::uint8_t> pieces(x.size());
  std::size_t end = x.size();
  while (end > 0) {
    const std::size_t count = std::min<std::size_t>(end, random.below(300) + 1);
    const std::size_t first = end - count;
    quantize(quantizer, std::span(x).subspan(first, count), std::span(pieces).subspan(first, count), first);
    end = first;
  }
  EXPECT_EQ(pieces, whole);
  // One sequential generator gives the same, and another seed another result.
  Random sequence(99);
  for (std::size_t i = 0; i < x.size(); ++i) {
    Random here = random_at(99, i);
    ASSERT_EQ(here.next(), sequence.next());
  }
  quantizer.seed = 100;
  quantize(quantizer, x, pieces);
  EXPECT_NE(pieces, whole);
}

TEST(Quantize, Stochastic_HasNoBias) {
  const std::vector<float> x(100000, 1.03F);
  std::vector<float> values(x.size());
  quantize_dequantize({IntFormat{}, 1, 0, Rounding::kStochastic, Overflow::kSaturate, 5}, x, values);
  double sum = 0;
  for (const float value : values) sum += value;
  // Six standard deviations: sqrt(100000 * 0.03 * 0.97) = 54.
  EXPECT_NEAR(sum, 103000, 6 * 54);
}

}  // namespace
}  // namespace heddle::numerics
