// How far exp2_pwl and recip_pwl are from 2^x and 1/x, by MPFR: all inputs of fp16 and bf16; every 1/4096 of two
// octaves in fp32. The figures asserted here stand in compiler/numerics/elementary.h and docs/arithmetic.md.
#include <gtest/gtest.h>
#include <mpfr.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "compiler/numerics/elementary.h"

namespace heddle::numerics {
namespace {

/// A 100-bit number.
struct Real {
  Real() { mpfr_init2(value, 100); }
  ~Real() { mpfr_clear(value); }
  Real(const Real&) = delete;
  Real& operator=(const Real&) = delete;
  mpfr_t value;
};

enum class Function { kExp2, kRecip };

/// (approximate - f(x)) / 2^unit
double error_in(Function function, double x, double approximate, int unit) {
  Real argument, truth;
  mpfr_set_d(argument.value, x, MPFR_RNDN);
  if (function == Function::kExp2) {
    mpfr_exp2(truth.value, argument.value, MPFR_RNDN);
  } else {
    mpfr_ui_div(truth.value, 1, argument.value, MPFR_RNDN);
  }
  mpfr_d_sub(truth.value, approximate, truth.value, MPFR_RNDN);
  return std::ldexp(mpfr_get_d(truth.value, MPFR_RNDN), -unit);
}

struct Errors {
  double normal = 0;     ///< of normal results, in units of the last place of the result
  double subnormal = 0;  ///< of subnormal results and 0, in units of the smallest subnormal
  int inputs = 0;
};

/// Largest errors over all codes of a 16-bit format whose result is finite.
Errors measure(Function function, const FloatFormat& format, int segments) {
  Errors errors;
  for (Code x = 0; x < 65536; ++x) {
    const Value argument = decode(format, x);
    const Code code = function == Function::kExp2 ? exp2_pwl(format, x, segments) : recip_pwl(format, x, segments);
    const Value result = decode(format, code);
    if (argument.kind != Value::Kind::kFinite || result.kind != Value::Kind::kFinite) continue;
    const double value = to_double(result);
    const int smallest_normal = 1 - format.bias;
    const bool normal = std::abs(value) >= std::ldexp(1.0, smallest_normal);
    const int unit = (normal ? std::ilogb(value) : smallest_normal) - format.mantissa_bits;
    double& worst = normal ? errors.normal : errors.subnormal;
    worst = std::max(worst, std::abs(error_in(function, to_double(argument), value, unit)));
    ++errors.inputs;
  }
  return errors;
}

void expect(Function function, const FloatFormat& format, int segments, double normal, double subnormal) {
  const Errors errors = measure(function, format, segments);
  EXPECT_NEAR(errors.normal, normal, 0.0001) << segments;
  EXPECT_NEAR(errors.subnormal, subnormal, 0.0001) << segments;
  EXPECT_GT(errors.inputs, 29000);
}

TEST(ElementaryError, Exp2OfAllFp16) {
  expect(Function::kExp2, fp16(), 8, 2.3262, 1.4142);
  expect(Function::kExp2, fp16(), 16, 1.0245, 0.6084);
  expect(Function::kExp2, fp16(), 32, 0.6785, 0.5302);
  expect(Function::kExp2, fp16(), 64, 0.6050, 0.5013);
}
TEST(ElementaryError, Exp2OfAllBf16) {
  expect(Function::kExp2, bf16(), 8, 0.7309, 0.5097);
  expect(Function::kExp2, bf16(), 16, 0.5919, 0.5097);
  expect(Function::kExp2, bf16(), 32, 0.5754, 0.5097);
}
TEST(ElementaryError, RecipOfAllFp16) {
  expect(Function::kRecip, fp16(), 16, 2.2922, 1.3562);
  expect(Function::kRecip, fp16(), 32, 0.9008, 0.7224);
  expect(Function::kRecip, fp16(), 64, 0.6199, 0.5418);
  expect(Function::kRecip, fp16(), 128, 0.5546, 0.5241);
}
TEST(ElementaryError, RecipOfAllBf16) {
  expect(Function::kRecip, bf16(), 16, 0.6241, 0.5442);
  expect(Function::kRecip, bf16(), 32, 0.5507, 0.5153);
  expect(Function::kRecip, bf16(), 64, 0.5507, 0.5193);
}

/// Largest and smallest relative error of fp32, where rounding is small beside that of the chords.
std::pair<double, double> relative_range(Function function, int segments) {
  double low = 0, high = 0;
  for (int i = 0; i < 3 * 4096; ++i) {
    const float x = 1.0F + static_cast<float>(i) / 4096.0F + static_cast<float>(i % 7) * 0x1.0p-21F;
    const Code code = std::bit_cast<Code>(function == Function::kExp2 ? x - 3.0F : x);
    const double value = to_double(decode(
        fp32(), function == Function::kExp2 ? exp2_pwl(fp32(), code, segments) : recip_pwl(fp32(), code, segments)));
    const double argument = to_double(decode(fp32(), code));
    const double truth = function == Function::kExp2 ? std::exp2(argument) : 1.0 / argument;
    const double error = error_in(function, argument, value, 0) / truth;
    low = std::min(low, error);
    high = std::max(high, error);
  }
  return {low, high};
}

TEST(ElementaryError, ChordsOfFp32_AreAboveByTheirBound) {
  constexpr double kRounding = 0x1.0p-24;
  for (const int segments : {8, 16, 32, 64, 128, 256}) {
    const double squared = static_cast<double>(segments) * segments;
    const auto [exp2_low, exp2_high] = relative_range(Function::kExp2, segments);
    EXPECT_LT(exp2_high, 0.0601 / squared + 1.3 * kRounding) << segments;
    EXPECT_GT(exp2_high, 0.0590 / squared) << segments;
    EXPECT_GT(exp2_low, -1.3 * kRounding) << segments;
    const auto [recip_low, recip_high] = relative_range(Function::kRecip, segments);
    EXPECT_LT(recip_high, 0.25 / squared + 1.3 * kRounding) << segments;
    EXPECT_GT(recip_high, 0.20 / squared) << segments;
    EXPECT_GT(recip_low, -1.3 * kRounding) << segments;
  }
}

TEST(Elementary, Exp2_IsExactForIntegersAndNowhereDecreases) {
  for (const FloatFormat& format : {fp16(), bf16()}) {
    double last = 0;
    const Code negative = 0x8000;
    const Code infinity = format.bits() == 16 && format.mantissa_bits == 10 ? 0x7C00 : 0x7F80;
    // From -inf up to -0, then from +0 up to the largest.
    for (Code i = 0; i <= 2 * infinity; ++i) {
      const Code x = i <= infinity ? negative | (infinity - i) : i - infinity - 1;
      const double argument = to_double(decode(format, x));
      const double value = to_double(decode(format, exp2_pwl(format, x, 32)));
      ASSERT_GE(value, last) << std::hex << x;
      if (argument == std::floor(argument) && std::abs(argument) < format.bias) {
        ASSERT_EQ(value, std::exp2(argument)) << argument;
      }
      last = value;
    }
  }
}

TEST(Elementary, Specials) {
  EXPECT_EQ(exp2_pwl(fp16(), 0xFE01, 32), 0x7E00U);  // NaN
  EXPECT_EQ(exp2_pwl(fp16(), 0x7C00, 32), 0x7C00U);  // +inf
  EXPECT_EQ(exp2_pwl(fp16(), 0xFC00, 32), 0x0000U);  // -inf
  EXPECT_EQ(exp2_pwl(fp16(), 0x8000, 32), 0x3C00U);  // -0
  EXPECT_EQ(exp2_pwl(fp16(), 0x4C00, 32), 0x7C00U);  // 16: overflow
  EXPECT_EQ(exp2_pwl(fp16(), 0xCE00, 32), 0x0001U);  // -24: the smallest subnormal
  EXPECT_EQ(exp2_pwl(fp16(), 0xCE40, 32), 0x0000U);  // -25: a tie, to even
  EXPECT_EQ(exp2_pwl(fp16(), 0x4C00, 32, Overflow::kSaturate), 0x7BFFU);
  EXPECT_EQ(recip_pwl(fp16(), 0x7E01, 64), 0x7E00U);  // NaN
  EXPECT_EQ(recip_pwl(fp16(), 0x8000, 64), 0xFC00U);  // 1 / -0
  EXPECT_EQ(recip_pwl(fp16(), 0xFC00, 64), 0x8000U);  // 1 / -inf
  EXPECT_EQ(recip_pwl(fp16(), 0x0001, 64), 0x7C00U);  // 2^24: overflow
  EXPECT_EQ(recip_pwl(fp16(), 0x4000, 64), 0x3800U);  // 1 / 2
}

}  // namespace
}  // namespace heddle::numerics
