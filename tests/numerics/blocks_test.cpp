// MX and NVFP4 against a slow reference: element values by their formula, the nearest found by search, exact in double
// or MPFR.
#include "compiler/numerics/blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/numerics/mpfr_oracle.h"
#include "tests/support/matchers.h"

namespace heddle::numerics {
namespace {

/// An element format as the OCP text tables it: exponent of the largest normal, largest value, mantissa bits.
struct Element {
  const char* name;
  int emax;
  double largest;
  int mantissa;
};
constexpr Element kElements[] = {{"mxfp8_e4m3", 8, 448, 3}, {"mxfp8_e5m2", 15, 57344, 2},
                                 {"mxfp6_e3m2", 4, 28, 2},  {"mxfp6_e2m3", 2, 7.5, 3},
                                 {"mxfp4", 2, 6, 1},        {"mxint8", 0, 1 + 63.0 / 64, 6}};

BlockFormat format_of(const std::string& text) { return std::get<BlockFormat>(parse_format(text).value()); }

double element_meaning(const BlockFormat& format, Code code) {
  if (std::holds_alternative<IntFormat>(format.element)) return static_cast<std::int8_t>(code) / 64.0;
  return meaning(std::get<FloatFormat>(format.element), code);
}

/// The finite codes of non-negative values, by value: also their order by code.
std::vector<double> magnitudes(const BlockFormat& format, double largest) {
  std::vector<double> values;
  for (Code code = 0; code < Code{1} << (bits(format.element) - 1); ++code) {
    const double value = element_meaning(format, code);
    if (std::isfinite(value) && value <= largest) values.push_back(value);
  }
  return values;
}

/// The index of the nearest magnitude, the even one of two. `compare(v)` orders the exact number against v.
template <class Compare>
std::size_t nearest(const std::vector<double>& values, Compare&& compare) {
  std::size_t best = 0;
  while (best + 1 < values.size() && compare(values[best + 1]) >= 0) ++best;
  if (best + 1 == values.size()) return best;
  const int order = compare((values[best] + values[best + 1]) / 2);
  if (order == 0) return best % 2 == 0 ? best : best + 1;
  return order > 0 ? best + 1 : best;
}

int reference_exponent(const Element& element, SharedExponent rule, double largest) {
  int exponent = -1000;
  if (rule == SharedExponent::kCeil) {
    exponent = -300;
    while (largest > element.largest * std::ldexp(1.0, exponent)) ++exponent;
  } else {
    // MPFR's exponent is one more than floor(log2).
    Mpfr rounded(rule == SharedExponent::kEven ? element.mantissa + 1 : 53);
    mpfr_set_d(rounded, largest, MPFR_RNDN);
    exponent = static_cast<int>(mpfr_get_exp(static_cast<mpfr_ptr>(rounded))) - 1 - element.emax;
  }
  return std::min(127, std::max(-127, exponent));
}

/// Blocks with all kinds of spreads, each third one at the edges of float32.
std::vector<float> random_blocks(std::size_t blocks, std::size_t size, Random& random) {
  std::vector<float> x;
  for (std::size_t b = 0; b < blocks; ++b) {
    const int top = b % 3 == 0 ? (b % 2 == 0 ? 127 : -140) : static_cast<int>(random.between(-20, 20));
    const auto spread = static_cast<int>(random.between(0, 12));
    for (std::size_t i = 0; i < size; ++i) {
      const int exponent = top - static_cast<int>(random.below(static_cast<std::uint64_t>(spread) + 1));
      // Few mantissa bits in every other block, so that ties are met.
      double mantissa = 1 + random.unit();
      if (b % 2 != 0) mantissa = 1 + static_cast<double>(random.below(32)) / 32;
      x.push_back(static_cast<float>(std::ldexp(random.below(2) != 0 ? mantissa : -mantissa, exponent)));
      if (!std::isfinite(x.back())) x.back() = std::numeric_limits<float>::max();
    }
  }
  return x;
}

void expect_mx_block(const Element& element, const BlockFormat& format, std::span<const float> x,
                     std::span<const std::uint8_t> codes, std::uint8_t scale, std::span<const float> values) {
  double largest = 0;
  for (const float v : x) largest = std::max(largest, std::fabs(static_cast<double>(v)));
  const int exponent = largest == 0 ? -127 : reference_exponent(element, format.rule, largest);
  ASSERT_EQ(int{scale}, exponent + 127) << element.name << " max " << largest;
  const std::vector<double> grid = magnitudes(format, element.largest);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double exact = std::ldexp(std::fabs(static_cast<double>(x[i])), -exponent);
    const std::size_t index = nearest(grid, [&](double v) { return exact < v ? -1 : exact > v ? 1 : 0; });
    const double magnitude = std::signbit(x[i]) ? -grid[index] : grid[index];
    ASSERT_EQ(element_meaning(format, codes[i]), magnitude)
        << element.name << " element " << i << " of " << x[i] << ", scale 2^" << exponent;
    ASSERT_EQ(values[i], static_cast<float>(std::ldexp(magnitude, exponent)));
  }
}

TEST(Mx, EveryElementSizeAndRule_AsTheReference) {
  Random random(71);
  for (const Element& element : kElements) {
    for (const int k : {16, 32, 64}) {
      for (const char* rule : {"", ":ceil", ":even"}) {
        const std::string text = element.name + (k == 32 ? std::string() : ":k=" + std::to_string(k)) + rule;
        const BlockFormat format = format_of(text);
        const auto block = static_cast<std::size_t>(k);
        // Rows of two blocks and a half.
        const std::size_t row = 2 * block + block / 2;
        std::vector<float> x = random_blocks(5 * 30, block / 2, random);
        std::fill(x.begin(), x.begin() + k, 0.0F);
        const BlockTensor tensor = quantize_blocks(format, row, x).value();
        const std::vector<float> values = dequantize_blocks(tensor).value();
        ASSERT_EQ(tensor.scales.size(), 3 * x.size() / row);
        std::size_t index = 0;
        for (std::size_t start = 0; start < x.size(); start += row) {
          for (std::size_t column = 0; column < row; column += block, ++index) {
            const std::size_t count = std::min(block, row - column);
            expect_mx_block(element, format, std::span(x).subspan(start + column, count),
                            std::span(tensor.codes).subspan(start + column, count), tensor.scales[index],
                            std::span(values).subspan(start + column, count));
            if (HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

TEST(Mx, CeilNeverSaturates_FloorDoes) {
  // 7 * 2^3: floor gives 2^(5-2), where 7 saturates to 6; ceil gives 2^4, where 3.5 ties to 4 (even mantissa); even
  // rounds 7 to 8 in two bits, and gives 2^4 too.
  const std::vector<float> x = {56};
  EXPECT_EQ(dequantize_blocks(quantize_blocks(format_of("mxfp4"), 1, x).value()).value()[0], 48);
  EXPECT_EQ(dequantize_blocks(quantize_blocks(format_of("mxfp4:ceil"), 1, x).value()).value()[0], 64);
  EXPECT_EQ(dequantize_blocks(quantize_blocks(format_of("mxfp4:even"), 1, x).value()).value()[0], 64);
}

TEST(Mx, NanOrInfinity_MakesTheBlockNan) {
  for (const Element& element : kElements) {
    for (const float special : {NAN, INFINITY, -INFINITY}) {
      std::vector<float> x(64, 1.0F);
      x[40] = special;
      const BlockTensor tensor = quantize_blocks(format_of(element.name), 64, x).value();
      EXPECT_EQ(tensor.scales[1], 255);
      const std::vector<float> values = dequantize_blocks(tensor).value();
      EXPECT_EQ(values[0], 1.0F);
      for (std::size_t i = 32; i < 64; ++i) EXPECT_TRUE(std::isnan(values[i]));
    }
  }
}

/// Orders x / (scale * tensor_scale) against v exactly: x against the product.
int order_quotient(float x, double scale, float tensor_scale, double v) {
  Mpfr product;
  mpfr_set_d(product, scale, MPFR_RNDN);
  mpfr_mul_d(product, product, static_cast<double>(tensor_scale), MPFR_RNDN);
  mpfr_mul_d(product, product, v, MPFR_RNDN);
  return -mpfr_cmp_d(product, std::fabs(static_cast<double>(x)));
}

TEST(Nvfp4, AsTheReference) {
  Random random(72);
  const std::vector<double> e2m1 = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
  std::vector<double> e4m3;
  for (Code code = 0; code < 127; ++code) e4m3.push_back(meaning(minifloat(4, 3, Specials::kFn), code));
  for (const std::size_t block : {16U, 32U, 64U}) {
    for (const int top : {0, 100, -100, -140}) {
      const BlockFormat format = format_of(block == 16 ? "nvfp4" : "nvfp4:k=" + std::to_string(block));
      std::vector<float> x;
      for (std::size_t i = 0; i < 40 * block; ++i) {
        const int exponent = top - static_cast<int>((i / block) % 25) - static_cast<int>(random.below(5));
        x.push_back(static_cast<float>(std::ldexp(random.unit() - 0.5, exponent)));
      }
      std::fill(x.begin() + static_cast<std::ptrdiff_t>(block), x.begin() + 2 * static_cast<std::ptrdiff_t>(block),
                0.0F);
      const BlockTensor tensor = quantize_blocks(format, 2 * block, x).value();
      const std::vector<float> values = dequantize_blocks(tensor).value();
      float largest = 0;
      for (const float v : x) largest = std::max(largest, std::fabs(v));
      ASSERT_EQ(tensor.tensor_scale, std::max(largest / 2688.0F, std::numeric_limits<float>::min()));
      for (std::size_t b = 0; b < tensor.scales.size(); ++b) {
        const auto run = std::span(x).subspan(b * block, block);
        float top_of_block = 0;
        for (const float v : run) top_of_block = std::max(top_of_block, std::fabs(v));
        const float wanted = top_of_block / 6.0F / tensor.tensor_scale;
        std::size_t scale = nearest(e4m3, [&](double v) { return wanted < v ? -1 : wanted > v ? 1 : 0; });
        if (top_of_block != 0 && scale == 0) scale = 1;
        ASSERT_EQ(std::size_t{tensor.scales[b]}, scale) << "block " << b << " of " << top;
        for (std::size_t i = 0; i < block; ++i) {
          const std::size_t code = scale == 0 ? 0 : nearest(e2m1, [&](double v) {
            return order_quotient(run[i], e4m3[scale], tensor.tensor_scale, v);
          });
          ASSERT_EQ(tensor.codes[b * block + i] & 7U, code) << "block " << b << " element " << i << " of " << top;
          const double value = e2m1[code] * e4m3[scale] * static_cast<double>(tensor.tensor_scale);
          ASSERT_EQ(std::fabs(values[b * block + i]), static_cast<float>(value));
          ASSERT_TRUE(code == 0 || std::signbit(values[b * block + i]) == std::signbit(run[i]));
        }
      }
    }
  }
}

TEST(Blocks, WhatDoesNotFit_IsRefused) {
  const std::vector<float> x(10, 1.0F);
  EXPECT_THAT(quantize_blocks(format_of("mxfp4"), 4, x),
              HasError(ErrorCode::kBadInput, "10 elements are not whole rows of 4"));
  EXPECT_THAT(quantize_blocks(format_of("mxfp4"), 0, x), HasError(ErrorCode::kBadInput, "rows of 0"));
  EXPECT_THAT(quantize_blocks(format_of("nvfp4"), 1, std::vector<float>{NAN}),
              HasError(ErrorCode::kBadInput, "nvfp4 has no code"));
  BlockTensor tensor = quantize_blocks(format_of("mxfp4"), 10, x).value();
  tensor.scales.push_back(0);
  EXPECT_THAT(dequantize_blocks(tensor), HasError(ErrorCode::kBadInput, "have 1 blocks, not 2 scales"));
  EXPECT_THAT(quantize_blocks(format_of("mxfp4"), 0, {}), IsOk());
  EXPECT_EQ(quantize_blocks(format_of("nvfp4"), 4, std::vector<float>(4, 0.0F))->tensor_scale, 1.0F);
}

TEST(BlockDot, IsTheSumOfTheDequantisedProducts) {
  Random random(73);
  for (const char* a_name : {"mxfp8_e4m3", "mxfp8_e5m2", "mxfp6_e3m2", "mxfp4", "mxint8", "nvfp4"}) {
    for (const char* b_name : {"mxfp8_e4m3", "mxfp4", "mxint8", "nvfp4"}) {
      const BlockFormat a_format = format_of(a_name);
      const BlockFormat b_format = format_of(b_name);
      for (int trial = 0; trial < 50; ++trial) {
        std::vector<std::uint8_t> a;
        std::vector<std::uint8_t> b;
        Mpfr sum(2000);
        Mpfr term(200);
        mpfr_set_zero(sum, 1);
        const auto scale_of = [&](const BlockFormat& f) {
          return static_cast<std::uint8_t>(random.between(f.e4m3_scale ? 0 : 100, f.e4m3_scale ? 126 : 150));
        };
        const std::uint8_t a_scale = scale_of(a_format);
        const std::uint8_t b_scale = scale_of(b_format);
        const auto scale_value = [](const BlockFormat& f, std::uint8_t s) {
          return f.e4m3_scale ? meaning(minifloat(4, 3, Specials::kFn), s) : std::ldexp(1.0, s - 127);
        };
        for (int i = 0; i < 32; ++i) {
          const auto draw = [&](const BlockFormat& f) {
            Code code = 0;
            do code = static_cast<Code>(random.below(Code{1} << bits(f.element)));
            while (!std::isfinite(element_meaning(f, code)));
            return static_cast<std::uint8_t>(code);
          };
          a.push_back(draw(a_format));
          b.push_back(draw(b_format));
          mpfr_set_d(term, element_meaning(a_format, a.back()) * scale_value(a_format, a_scale), MPFR_RNDN);
          mpfr_mul_d(term, term, element_meaning(b_format, b.back()) * scale_value(b_format, b_scale), MPFR_RNDN);
          mpfr_add(sum, sum, term, MPFR_RNDN);
        }
        const Accumulator ours = block_dot({a_format, a, a_scale}, {b_format, b, b_scale});
        ASSERT_FALSE(ours.wrapped()) << a_name << " " << b_name;
        mpfr_set_d(term, to_double(ours.value()), MPFR_RNDN);
        ASSERT_EQ(mpfr_get_d(sum, MPFR_RNDZ), to_double(ours.value())) << a_name << " " << b_name;
      }
    }
  }
}

}  // namespace
}  // namespace heddle::numerics
