// 768-bit integers against GMP.
#include <gmp.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/numerics/gmp.h"

namespace heddle::numerics {
namespace {

/// An integer of a random width, mostly with long runs of zeros or ones, where carries travel.
WideInt random_wide(Random& random) {
  WideInt integer(random.between(-3, 3));
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t magnitude = random.next() >> random.below(64);
    integer.add_shifted(magnitude, static_cast<int>(random.below(640)), random.below(2) != 0);
  }
  return integer;
}

TEST(WideInt, Arithmetic_AsGmp) {
  Random random(21);
  for (int i = 0; i < 20000; ++i) {
    const WideInt a = random_wide(random);
    const WideInt b = random_wide(random);
    const std::uint64_t factor = random.next() >> random.below(64);
    WideInt sum = a;
    sum += b;
    ASSERT_EQ(to_gmp(sum), to_gmp(a) + to_gmp(b));
    ASSERT_EQ(to_gmp(a.negated()), Gmp(0) - to_gmp(a));
    ASSERT_EQ(to_gmp(a.wrapped(600).times(factor)), to_gmp(a.wrapped(600)) * Gmp(factor));
    ASSERT_EQ(compare(a, b), to_gmp(a).compare(to_gmp(b)));
    ASSERT_EQ(a.is_zero(), to_gmp(a) == Gmp(0));
  }
}

TEST(WideInt, AddShifted_AsGmp) {
  Random random(22);
  for (int i = 0; i < 20000; ++i) {
    WideInt integer = random_wide(random);
    const Gmp before = to_gmp(integer);
    const std::uint64_t magnitude = random.next() >> random.below(64);
    const int shift = static_cast<int>(random.below(WideInt::kBits - 64 - 40));
    const bool negative = random.below(2) != 0;
    integer.add_shifted(magnitude, shift, negative);
    const Gmp term = Gmp(magnitude).shifted_left(shift);
    ASSERT_EQ(to_gmp(integer), negative ? before - term : before + term);
  }
}

TEST(WideInt, WidthAndWrap_AsTwosComplement) {
  Random random(23);
  for (int i = 0; i < 20000; ++i) {
    const WideInt a = random_wide(random);
    const Gmp exact = to_gmp(a);
    // -2^(bits-1) <= a < 2^(bits-1), and not for one bit less.
    const auto fits = [&](int bits) {
      const Gmp half = Gmp(1).shifted_left(bits - 1);
      return exact.compare(Gmp(0) - half) >= 0 && exact.compare(half) < 0;
    };
    ASSERT_TRUE(fits(a.signed_bits()));
    ASSERT_TRUE(a.signed_bits() == 1 || !fits(a.signed_bits() - 1));
    const int bits = static_cast<int>(random.between(1, 700));
    ASSERT_EQ(to_gmp(a.wrapped(bits)), exact.wrapped(bits)) << bits;
  }
}

TEST(WideInt, ToValue_KeepsTheTopBitsAndSticky) {
  Random random(24);
  for (int i = 0; i < 20000; ++i) {
    const WideInt a = random_wide(random);
    const Value value = a.to_value(-300);
    Gmp magnitude = Gmp(value.significand).shifted_left(value.exponent + 300);
    const Gmp exact = a.is_negative() ? to_gmp(a.negated()) : to_gmp(a);
    ASSERT_EQ(value.negative, a.is_negative());
    ASSERT_EQ(value.sticky, !(magnitude == exact));
    ASSERT_LE(magnitude.compare(exact), 0);
    ASSERT_GT((magnitude + Gmp(1).shifted_left(value.exponent + 300)).compare(exact), 0);
    ASSERT_TRUE(!value.sticky || value.significand >> 63U != 0);
  }
}

}  // namespace
}  // namespace heddle::numerics
