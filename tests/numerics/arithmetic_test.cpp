// Exact products, sums and order of every pair of codes against MPFR at 512 bits.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/numerics/mpfr_oracle.h"

namespace heddle::numerics {
namespace {

/// The exact value of `value` in MPFR.
void set(mpfr_ptr number, const Value& value) {
  if (value.kind == Value::Kind::kNan) return mpfr_set_nan(number);
  if (value.kind == Value::Kind::kInfinity) return mpfr_set_inf(number, value.negative ? -1 : 1);
  mpfr_set_ui_2exp(number, value.significand, value.exponent, MPFR_RNDN);
  if (value.negative) mpfr_neg(number, number, MPFR_RNDN);
}

bool same(mpfr_srcptr a, mpfr_srcptr b) {
  if (mpfr_nan_p(a) != 0 || mpfr_nan_p(b) != 0) return mpfr_nan_p(a) != 0 && mpfr_nan_p(b) != 0;
  return mpfr_equal_p(a, b) != 0 && mpfr_signbit(a) == mpfr_signbit(b);
}

/// MPFR's order of two numbers.
Ordering order(mpfr_srcptr a, mpfr_srcptr b) {
  if (mpfr_unordered_p(a, b) != 0) return Ordering::kUnordered;
  if (mpfr_equal_p(a, b) != 0) return Ordering::kEqual;
  return mpfr_less_p(a, b) != 0 ? Ordering::kLess : Ordering::kGreater;
}

class PairsOfWidth : public testing::TestWithParam<int> {};

TEST_P(PairsOfWidth, MultiplyAddCompare_AsMpfr) {
  Mpfr exact;
  Mpfr ours;
  std::vector<FloatFormat> formats;
  for (const FloatFormat& base : minifloats(true)) {
    if (base.bits() != GetParam()) continue;
    // Special codes are met in the IEEE variant; the 8-bit formats have enough pairs without it.
    formats.push_back(base);
    if (base.bits() < 8) formats.push_back(minifloat(base.exponent_bits, base.mantissa_bits, Specials::kIeee));
  }
  for (const FloatFormat& format : formats) {
    if (!validate(format)) continue;
    const Code codes = Code{1} << format.bits();
    std::vector<std::unique_ptr<Mpfr>> meanings;
    for (Code code = 0; code < codes; ++code) {
      meanings.push_back(std::make_unique<Mpfr>());
      meaning(format, code, *meanings.back());
    }
    for (Code a = 0; a < codes; ++a) {
      const Value va = decode(format, a);
      for (Code b = 0; b < codes; ++b) {
        const Value vb = decode(format, b);
        mpfr_mul(exact, *meanings[a], *meanings[b], MPFR_RNDN);
        set(ours, multiply(va, vb));
        ASSERT_TRUE(same(ours, exact)) << name(format) << ": " << a << " * " << b;
        mpfr_add(exact, *meanings[a], *meanings[b], MPFR_RNDN);
        const Value sum = add(va, vb);
        set(ours, sum);
        // 8-bit codes are at most 2^7 binades apart, a little more than the 64 bits of a sum.
        ASSERT_TRUE(sum.sticky || same(ours, exact)) << name(format) << ": " << a << " + " << b;
        ASSERT_EQ(compare(va, vb), order(*meanings[a], *meanings[b])) << name(format) << ": " << a << " ? " << b;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Bits, PairsOfWidth, testing::Values(3, 4, 5, 6, 7, 8));

TEST(Add, StickySums_RoundAsMpfr) {
  // Operands far apart, where the exact sum has more than 64 bits.
  Random random(5);
  Mpfr exact(2000);
  Mpfr other(2000);
  MpfrRounder rounder(minifloat(8, 3, Specials::kIeee));
  const FloatFormat target = minifloat(8, 3, Specials::kIeee);
  for (int i = 0; i < 200000; ++i) {
    Value a{Value::Kind::kFinite, random.below(2) != 0, false, random.next() >> random.below(60),
            static_cast<int>(random.between(-80, 60))};
    Value b{Value::Kind::kFinite, random.below(2) != 0, false, random.next() >> random.below(60),
            static_cast<int>(random.between(-80, 60))};
    // Every other sum lies next to a tie of a 4-bit significand.
    if (i % 2 != 0) a.significand = 2 * random.between(8, 15) + 1;
    set(exact, a);
    set(other, b);
    mpfr_add(exact, exact, other, MPFR_RNDN);
    for (const Rounding rounding : {Rounding::kNearestEven, Rounding::kNearestAway, Rounding::kTowardZero}) {
      ASSERT_EQ(encode(target, add(a, b), {rounding, Overflow::kIeee, nullptr}),
                rounder.encode(exact, rounding, Overflow::kIeee))
          << i;
    }
  }
}

TEST(FromDouble, IsExactBothWays) {
  Random random(3);
  for (int i = 0; i < 200000; ++i) {
    const double x = std::bit_cast<double>(random.next());
    if (std::isnan(x)) continue;
    ASSERT_EQ(std::bit_cast<std::uint64_t>(to_double(from_double(x))), std::bit_cast<std::uint64_t>(x));
  }
  EXPECT_EQ(to_double(from_double(5e-324)), 5e-324);
  EXPECT_TRUE(std::isnan(to_double(from_double(NAN))));
  EXPECT_EQ(to_double(from_double(-INFINITY)), -INFINITY);
}

}  // namespace
}  // namespace heddle::numerics
