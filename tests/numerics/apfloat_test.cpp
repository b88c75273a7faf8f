// Casts and arithmetic against LLVM 19's APFloat, in the formats that it has.
#include "tests/numerics/apfloat.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "tests/numerics/mpfr_oracle.h"

namespace heddle::numerics {
namespace {

constexpr RoundingMode kIeeeMode{Rounding::kNearestEven, Overflow::kIeee, nullptr};

bool is_nan(const FloatFormat& format, Code code) { return decode(format, code).kind == Value::Kind::kNan; }

/// Equal codes, or NaN of any payload.
testing::AssertionResult agree(const FloatFormat& format, Code ours, Code theirs) {
  if (ours == theirs || (is_nan(format, ours) && is_nan(format, theirs))) return testing::AssertionSuccess();
  return testing::AssertionFailure() << name(format) << ": ours " << ours << ", APFloat " << theirs;
}

/// Codes where carries, subnormals and specials are near, and random ones.
std::vector<Code> interesting_codes(const FloatFormat& format, int random_count, Random& random) {
  std::vector<Code> codes;
  const int magnitude_bits = format.bits() - 1;
  const Code sign = Code{1} << magnitude_bits;
  for (int field = 0; field < 1 << format.exponent_bits; ++field) {
    const Code base = static_cast<Code>(field) << format.mantissa_bits;
    for (const Code low :
         {Code{0}, Code{1}, (Code{1} << format.mantissa_bits) - 1, Code{1} << (format.mantissa_bits - 1)}) {
      codes.insert(codes.end(), {base | low, base | low | sign});
    }
  }
  for (int i = 0; i < random_count; ++i) codes.push_back(static_cast<Code>(random.next()) & (sign | (sign - 1)));
  return codes;
}

TEST(ApFloat, SmallFormats_DecodeEveryCodeAlike) {
  for (const ApFormat& ap : ap_small_formats()) {
    const FloatFormat format = ap.format();
    for (Code code = 0; code < Code{1} << format.bits(); ++code) {
      llvm::APFloat number = ap_decode(ap, code);
      bool loses = false;
      number.convert(llvm::APFloat::IEEEdouble(), llvm::RoundingMode::NearestTiesToEven, &loses);
      const double theirs = number.convertToDouble();
      const double ours = to_double(decode(format, code));
      ASSERT_TRUE((std::isnan(ours) && std::isnan(theirs)) ||
                  (ours == theirs && std::signbit(ours) == std::signbit(theirs)))
          << ap.name << " code " << code << ": ours " << ours << ", APFloat " << theirs;
    }
  }
}

TEST(ApFloat, SmallFormats_RoundCriticalValuesAlike) {
  for (const ApFormat& ap : ap_small_formats()) {
    const FloatFormat format = ap.format();
    for (const double x : critical_values(MpfrRounder(format))) {
      // A format that is all finite has nothing to convert specials to: APFloat's answer is then not defined.
      if (!std::isfinite(x) && !nan_code(format)) continue;
      for (const Rounding rounding : {Rounding::kNearestEven, Rounding::kNearestAway, Rounding::kTowardZero}) {
        const Code ours = encode(format, from_double(x), {rounding, Overflow::kIeee, nullptr});
        ASSERT_TRUE(agree(format, ours, ap_encode(ap, x, rounding)))
            << std::hexfloat << x << ", rounding " << static_cast<int>(rounding);
      }
    }
  }
}

TEST(ApFloat, SmallFormats_RoundBfloat16PrefixesAlike) {
  for (const ApFormat& ap : ap_small_formats()) {
    const FloatFormat format = ap.format();
    for (std::uint32_t prefix = 0; prefix < 65536; ++prefix) {
      const auto x = static_cast<double>(std::bit_cast<float>(prefix << 16U));
      if (!std::isfinite(x) && !nan_code(format)) continue;
      const Code ours = encode(format, from_double(x), kIeeeMode);
      ASSERT_TRUE(agree(format, ours, ap_encode(ap, x, Rounding::kNearestEven))) << std::hexfloat << x;
    }
  }
}

TEST(ApFloat, WideFormats_RoundRandomDoublesAlike) {
  Random random(11);
  for (const ApFormat& ap : ap_wide_formats()) {
    const FloatFormat format = ap.format();
    for (int i = 0; i < 200000; ++i) {
      // Exponents over the whole range of the format and a little beyond; every other one a tie or next to one.
      const int exponent = static_cast<int>(random.between(format.min_exponent() - 3, format.max_exponent() + 2));
      double x = std::ldexp(1 + random.unit(), exponent);
      const double rounded = to_double(decode(format, encode(format, from_double(x))));
      if (i % 2 != 0) x = rounded + std::ldexp(1.0, std::max(exponent, 1 - format.bias) - format.mantissa_bits - 1);
      if (i % 4 == 3) x = std::nextafter(x, i % 8 == 3 ? 0 : INFINITY);
      for (const Rounding rounding : {Rounding::kNearestEven, Rounding::kNearestAway, Rounding::kTowardZero}) {
        const Code ours = encode(format, from_double(-x), {rounding, Overflow::kIeee, nullptr});
        ASSERT_TRUE(agree(format, ours, ap_encode(ap, -x, rounding))) << std::hexfloat << -x;
      }
    }
  }
}

TEST(ApFloat, WideFormats_AddAndMultiplyAlike) {
  Random random(12);
  for (const ApFormat& ap : ap_wide_formats()) {
    const FloatFormat format = ap.format();
    const std::vector<Code> codes = interesting_codes(format, 400, random);
    for (int i = 0; i < 400000; ++i) {
      const Code a = codes[random.below(codes.size())];
      Code b = codes[random.below(codes.size())];
      // Every other partner is near in exponent, where sums cancel.
      if (i % 2 != 0)
        b = (a ^ static_cast<Code>(random.below(Code{4} << format.mantissa_bits)) ^ static_cast<Code>(i % 4 == 1)) &
            ((Code{2} << (format.bits() - 1)) - 1);
      llvm::APFloat product = ap_decode(ap, a);
      llvm::APFloat sum = product;
      product.multiply(ap_decode(ap, b), llvm::RoundingMode::NearestTiesToEven);
      sum.add(ap_decode(ap, b), llvm::RoundingMode::NearestTiesToEven);
      const Value va = decode(format, a);
      const Value vb = decode(format, b);
      ASSERT_TRUE(agree(format, encode(format, multiply(va, vb), kIeeeMode), ap_code(product))) << a << " * " << b;
      ASSERT_TRUE(agree(format, encode(format, add(va, vb), kIeeeMode), ap_code(sum))) << a << " + " << b;
    }
  }
}

}  // namespace
}  // namespace heddle::numerics
