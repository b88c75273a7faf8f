// Every code of every minifloat, decoded and encoded, against MPFR.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "tests/numerics/mpfr_oracle.h"

namespace heddle::numerics {
namespace {

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

/// The 27 formats of a signedness, each with all specials, several biases, with and without subnormals.
std::vector<FloatFormat> variants(bool is_signed) {
  std::vector<FloatFormat> formats;
  for (const FloatFormat& base : minifloats(is_signed)) {
    for (FloatFormat format : with_all_specials(base)) {
      const int usual = format.bias;
      for (const int bias : {usual, 0, usual + 4, -5, 200}) {
        for (const bool subnormals : {true, false}) {
          format.bias = bias;
          format.subnormals = subnormals;
          if (validate(format)) formats.push_back(format);
        }
      }
    }
  }
  return formats;
}

class Minifloats : public testing::TestWithParam<bool> {};

TEST_P(Minifloats, DecodeEveryCode_MeansWhatTheFormulaSays) {
  std::int64_t codes = 0;
  for (const FloatFormat& format : variants(GetParam())) {
    for (Code code = 0; code < Code{1} << format.bits(); ++code, ++codes) {
      const double ours = to_double(decode(format, code));
      ASSERT_TRUE(same(ours, meaning(format, code))) << name(format) << " code " << code << ": " << ours;
    }
  }
  RecordProperty("codes", std::to_string(codes));
  EXPECT_GT(codes, 20000);
}

TEST_P(Minifloats, EncodeCriticalValues_AsMpfrRounds) {
  std::int64_t casts = 0;
  Mpfr exact;
  for (const FloatFormat& format : variants(GetParam())) {
    MpfrRounder rounder(format);
    for (const double x : critical_values(rounder)) {
      mpfr_set_d(exact, x, MPFR_RNDN);
      for (const Rounding rounding : {Rounding::kNearestEven, Rounding::kNearestAway, Rounding::kTowardZero}) {
        for (const Overflow overflow : {Overflow::kSaturate, Overflow::kIeee}) {
          const Code ours = encode(format, from_double(x), {rounding, overflow, nullptr});
          const Code expected = rounder.encode(exact, rounding, overflow);
          ASSERT_EQ(ours, expected) << name(format) << " of " << std::hexfloat << x << ", rounding "
                                    << static_cast<int>(rounding) << ", overflow " << static_cast<int>(overflow);
          ++casts;
        }
      }
    }
  }
  RecordProperty("casts", std::to_string(casts));
}

TEST_P(Minifloats, EncodeBfloat16Prefixes_AsMpfrRounds) {
  Mpfr exact;
  for (const FloatFormat& format : minifloats(GetParam())) {
    MpfrRounder rounder(format);
    for (std::uint32_t prefix = 0; prefix < 65536; ++prefix) {
      const auto x = static_cast<double>(std::bit_cast<float>(prefix << 16U));
      mpfr_set_d(exact, x, MPFR_RNDN);
      const Code expected = rounder.encode(exact, Rounding::kNearestEven, Overflow::kSaturate);
      ASSERT_EQ(encode(format, from_double(x)), expected) << name(format) << " of " << std::hexfloat << x;
    }
  }
}

TEST_P(Minifloats, EncodeOfDecode_GivesTheCodeBack) {
  for (const FloatFormat& format : variants(GetParam())) {
    for (Code code = 0; code < Code{1} << format.bits(); ++code) {
      const Value value = decode(format, code);
      const Code again = encode(format, value, {Rounding::kNearestEven, Overflow::kIeee, nullptr});
      if (value.kind == Value::Kind::kNan) {
        ASSERT_EQ(again, nan_code(format)) << name(format) << " code " << code;
      } else if (format.subnormals || !value.is_zero()) {
        ASSERT_EQ(again, code) << name(format);
      } else {
        ASSERT_TRUE(decode(format, again).is_zero()) << name(format) << " code " << code;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Signedness, Minifloats, testing::Values(true, false),
                         [](const auto& test) { return test.param ? "Signed" : "Unsigned"; });

TEST(Encode, IntegersRoundAndClampAsMpfr) {
  Mpfr exact;
  for (const char* text :
       {"int2", "int3", "int4", "int8", "int8:narrow", "int16", "int32", "uint2", "uint4", "uint8", "uint32"}) {
    const ScalarFormat scalar = parse_scalar_format(text).value();
    const IntFormat format = std::get<IntFormat>(scalar);
    std::vector<double> points = {INFINITY, -INFINITY, 1e30, -1e30, 1e-30, -1e-30, 0.0, -0.0};
    for (int i = -600; i <= 600; ++i) points.push_back(i / 4.0);
    for (const std::int64_t edge : {format.min(), format.max()}) {
      for (int i = -8; i <= 8; ++i) points.push_back(static_cast<double>(edge) + i / 4.0);
    }
    for (const double x : points) {
      mpfr_set_d(exact, x, MPFR_RNDN);
      // MPFR's own roundings of a number to an integer, by name.
      const std::pair<Rounding, int (*)(mpfr_ptr, mpfr_srcptr)> kRules[] = {{Rounding::kNearestEven, mpfr_roundeven},
                                                                            {Rounding::kNearestAway, mpfr_round},
                                                                            {Rounding::kTowardZero, mpfr_trunc}};
      for (const auto& [rounding, rule] : kRules) {
        Mpfr rounded;
        rule(rounded, exact);
        const double clamped = std::clamp(mpfr_get_d(rounded, MPFR_RNDN), static_cast<double>(format.min()),
                                          static_cast<double>(format.max()));
        const Code code = encode(scalar, from_double(x), {rounding, Overflow::kSaturate, nullptr});
        ASSERT_EQ(to_double(decode(scalar, code)), clamped + 0.0) << text << " of " << x;
      }
    }
    ASSERT_EQ(encode(scalar, Value::nan()), 0U);
  }
}

TEST(Encode, Stochastic_GoesToANeighbourWithTheRightFrequency) {
  Random random(7);
  const FloatFormat format = minifloat(4, 3);
  const RoundingMode mode{Rounding::kStochastic, Overflow::kSaturate, &random};
  constexpr int kTrials = 20000;
  for (const double fraction : {0.0, 0.1, 0.5, 0.9}) {
    int ups = 0;
    for (int i = 0; i < kTrials; ++i) {
      const double rounded = to_double(decode(format, encode(format, from_double(-(1 + fraction / 8)), mode)));
      ASSERT_TRUE(rounded == -1.0 || (rounded == -1.125 && fraction > 0)) << rounded;
      ups += rounded == -1.125 ? 1 : 0;
    }
    // Six standard deviations of a binomial: a false alarm once in 5e8 seeds.
    EXPECT_NEAR(ups, kTrials * fraction, 6 * std::sqrt(kTrials * fraction * (1 - fraction))) << fraction;
  }
}

TEST(Encode, OneExponentBit_IsSignMagnitudeIntegers) {
  for (int width = 3; width <= 8; ++width) {
    const FloatFormat format = minifloat(1, width - 2);
    const double unit = std::ldexp(1.0, format.min_exponent());
    for (Code code = 0; code < Code{1} << width; ++code) {
      const auto magnitude = static_cast<double>(code & ((Code{1} << (width - 1)) - 1));
      const double integer = code >> (width - 1) != 0 ? -magnitude : magnitude;
      ASSERT_EQ(to_double(decode(format, code)), integer * unit) << name(format) << " code " << code;
    }
  }
}

}  // namespace
}  // namespace heddle::numerics
