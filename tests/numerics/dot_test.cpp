// Exact dot products and accumulator widths against GMP and MPFR.
#include "compiler/numerics/dot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/numerics/gmp.h"
#include "tests/numerics/mpfr_oracle.h"

namespace heddle::numerics {
namespace {

ScalarFormat format_of(const char* text) { return parse_scalar_format(text).value(); }

/// A finite code's value in units of 2^unit_exponent, from the documentation's formula by MPFR (or the bits of an
/// integer).
Gmp oracle_units(const ScalarFormat& format, Code code) {
  if (const auto* integer = std::get_if<IntFormat>(&format)) {
    return integer->is_signed ? Gmp(code).wrapped(integer->bits) : Gmp(code);
  }
  const auto& real = std::get<FloatFormat>(format);
  Mpfr number;
  meaning(real, code, number);
  mpfr_mul_2si(number, number, real.bias + real.mantissa_bits - 1, MPFR_RNDN);
  Gmp units;
  EXPECT_EQ(mpfr_get_z(units.get(), number, MPFR_RNDN), 0) << name(format) << " " << code;
  return units;
}

/// Finite, and used: a narrow format leaves its most negative code out.
bool is_used(const ScalarFormat& format, Code code) {
  const auto* real = std::get_if<FloatFormat>(&format);
  if (real != nullptr) return std::isfinite(meaning(*real, code));
  const auto& integer = std::get<IntFormat>(format);
  return !integer.narrow || code != Code{1} << (integer.bits - 1);
}

std::vector<Code> finite_codes(const ScalarFormat& format) {
  std::vector<Code> codes;
  for (Code code = 0; code < Code{1} << bits(format); ++code) {
    if (is_used(format, code)) codes.push_back(code);
  }
  return codes;
}

/// Formats whose pairs are tried: integers, floats with each kind of specials, unsigned ones.
std::vector<ScalarFormat> sample_formats() {
  std::vector<ScalarFormat> formats;
  for (const char* text : {"int2",     "int4", "int8",  "int8:narrow", "uint4",        "uint8",      "e2m1",
                           "e2m3",     "e3m2", "e3m0",  "e4m3",        "e4m3fn",       "e4m3fnuz",   "e5m2",
                           "e5m2ieee", "e1m6", "ue4m4", "ue2m2",       "e4m3:bias=11", "e4m3:nosub", "e6m1"}) {
    formats.push_back(format_of(text));
  }
  return formats;
}

TEST(FormulaBits, AreThoseOfTheLiterature) {
  // 4,608 terms: the longest dot product of ResNet-18 (Aggarwal et al., arXiv 2311.12359).
  const std::pair<const char*, int> kWidths[] = {{"e2m3", 26}, {"e3m2", 32}, {"e4m3", 50}, {"e5m2", 80},
                                                 {"int8", 30}, {"int4", 22}, {"e2m1", 22}, {"e1m1", 18}};
  for (const auto& [text, width] : kWidths)
    EXPECT_EQ(formula_bits(format_of(text), format_of(text), 4608), width) << text;
  for (const FloatFormat& a : minifloats(true)) {
    for (const FloatFormat& b : minifloats(true)) {
      const int written = (1 << a.exponent_bits) + a.mantissa_bits + (1 << b.exponent_bits) + b.mantissa_bits + 13 - 1;
      EXPECT_EQ(formula_bits(a, b, 4608), written) << name(a) << " " << name(b);
    }
  }
}

TEST(MinimalBits, HoldTheWorstSumsAndNoFewerDo) {
  for (const ScalarFormat& a : sample_formats()) {
    for (const ScalarFormat& b : sample_formats()) {
      Gmp least;
      Gmp greatest;
      std::vector<Gmp> b_units;
      for (const Code code : finite_codes(b)) b_units.push_back(oracle_units(b, code));
      for (const Code code : finite_codes(a)) {
        const Gmp x = oracle_units(a, code);
        for (const Gmp& y : b_units) {
          const Gmp product = x * y;
          if (product.compare(least) < 0) least = product;
          if (product.compare(greatest) > 0) greatest = product;
        }
      }
      for (const std::uint64_t n : {1, 2, 3, 27, 64, 4608}) {
        const auto fits = [&](int width) {
          const Gmp half = Gmp(1).shifted_left(width - 1);
          return (least * Gmp(n)).compare(Gmp(0) - half) >= 0 && (greatest * Gmp(n)).compare(half) < 0;
        };
        const int minimal = minimal_bits(a, b, n);
        ASSERT_TRUE(fits(minimal) && !fits(minimal - 1)) << name(a) << " " << name(b) << " " << n << ": " << minimal;
        ASSERT_LE(minimal, formula_bits(a, b, n)) << name(a) << " " << name(b) << " " << n;
      }
    }
  }
}

TEST(Dot, EveryPairOfFormats_IsExact) {
  Random random(31);
  for (const ScalarFormat& a_format : sample_formats()) {
    const auto a_codes = finite_codes(a_format);
    for (const ScalarFormat& b_format : sample_formats()) {
      const auto b_codes = finite_codes(b_format);
      std::vector<Code> a;
      std::vector<Code> b;
      Gmp exact;
      for (int i = 0; i < 50; ++i) {
        a.push_back(a_codes[random.below(a_codes.size())]);
        b.push_back(b_codes[random.below(b_codes.size())]);
        exact = exact + oracle_units(a_format, a.back()) * oracle_units(b_format, b.back());
      }
      const Accumulator sum = dot(a_format, a, b_format, b);
      ASSERT_EQ(to_gmp(sum.integer()), exact) << name(a_format) << " " << name(b_format);
      ASSERT_FALSE(sum.wrapped());
      // Too narrow a register holds the sum modulo its size.
      for (int width = 1; width < sum.layout().bits; width += 3) {
        const Accumulator narrow = dot(a_format, a, b_format, b, {width, sum.layout().lsb});
        ASSERT_EQ(to_gmp(narrow.integer()), exact.wrapped(width))
            << name(a_format) << " " << name(b_format) << " " << width;
        ASSERT_EQ(narrow.wrapped(), !(exact == exact.wrapped(width)));
      }
    }
  }
}

TEST(Accumulator, PassingOverflow_DoesNoHarm) {
  Accumulator sum({8, 0});
  for (const double term : {100.0, 100.0, -120.0}) sum.add(from_double(term));
  EXPECT_EQ(to_double(sum.value()), 80.0);
  sum.add(from_double(50));
  EXPECT_TRUE(sum.wrapped());
  EXPECT_EQ(to_double(sum.value()), 130.0 - 256.0);
}

TEST(Accumulator, Specials_PoisonAsIeeeArithmetic) {
  const double kTerms[] = {INFINITY, -INFINITY, NAN, 0.0, -0.0, 1.0, -2.0};
  for (const double a : kTerms) {
    for (const double b : kTerms) {
      for (const double c : kTerms) {
        Accumulator sum({16, 0});
        sum.multiply_add(from_double(a), from_double(b));
        sum.add(from_double(c));
        sum.add(from_double(1));
        // `+ 0.0`: a register has one zero.
        const double expected = a * b + c + 1 + 0.0;
        const double ours = to_double(sum.value());
        EXPECT_TRUE(std::isnan(expected) ? std::isnan(ours) : ours == expected) << a << " * " << b << " + " << c;
      }
    }
  }
}

TEST(CertifiedBounds, AreReachedAndTight) {
  Random random(32);
  const std::pair<const char*, const char*> kPairs[] = {{"int4", "uint4"}, {"int8", "int8"}, {"e2m1", "ue2m2"},
                                                        {"e4m3", "e4m3"},  {"int4", "e3m2"}, {"e5m2", "uint8"},
                                                        {"e3m2", "int8"}};
  for (const auto& [weight_name, activation_name] : kPairs) {
    const ScalarFormat weight_format = format_of(weight_name);
    const ScalarFormat activation_format = format_of(activation_name);
    const Code largest = encode(activation_format, Value::infinity(false));
    const Code least = encode(activation_format, Value::infinity(true));
    for (int trial = 0; trial < 50; ++trial) {
      std::vector<Code> weights;
      for (int i = 0; i < 30; ++i) weights.push_back(static_cast<Code>(random.below(Code{1} << bits(weight_format))));
      const SumBounds bounds = certified_bounds(weight_format, weights, activation_format);
      // The activations that make every term as large, or as low, as it can be.
      std::vector<Code> up;
      std::vector<Code> down;
      for (const Code weight : weights) {
        const bool negative = to_double(decode(weight_format, weight)) < 0;
        up.push_back(negative ? least : largest);
        down.push_back(negative ? largest : least);
      }
      const Accumulator highest = dot(weight_format, weights, activation_format, up);
      const Accumulator lowest = dot(weight_format, weights, activation_format, down);
      ASSERT_EQ(highest.integer().hex(), bounds.highest.hex()) << weight_name << " " << activation_name;
      ASSERT_EQ(lowest.integer().hex(), bounds.lowest.hex());
      const AccumulatorLayout layout{bounds.bits(), highest.layout().lsb};
      ASSERT_LE(layout.bits, highest.layout().bits);
      const auto wraps = [&](int width) {
        return dot(weight_format, weights, activation_format, up, {width, layout.lsb}).wrapped() ||
               dot(weight_format, weights, activation_format, down, {width, layout.lsb}).wrapped();
      };
      ASSERT_FALSE(wraps(layout.bits));
      ASSERT_TRUE(wraps(layout.bits - 1));
    }
  }
}

TEST(CertifiedBounds, OfARange_UseIt) {
  const ScalarFormat int8 = format_of("int8");
  const std::vector<Code> weights = {100, 0x9C, 3};  // 100, -100, 3
  const SumBounds bounds = certified_bounds(int8, weights, {from_double(-1), from_double(10)}, 0);
  EXPECT_EQ(bounds.highest.low(), 100 * 10 + 100 * 1 + 3 * 10);
  EXPECT_EQ(bounds.lowest.low(), -100 * 1 - 100 * 10 - 3 * 1);
  EXPECT_EQ(bounds.bits(), 12);
}

}  // namespace
}  // namespace heddle::numerics
