// Convert-back and multiply-accumulate against MPFR, native floats and APFloat.
#include "compiler/numerics/convert_back.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "tests/numerics/apfloat.h"
#include "tests/numerics/gmp.h"
#include "tests/numerics/mpfr_oracle.h"
#include "tests/support/matchers.h"

namespace heddle::numerics {
namespace {

constexpr Rounding kRoundings[] = {Rounding::kNearestEven, Rounding::kNearestAway, Rounding::kTowardZero};

/// An accumulator of up to `bits` bits; every other one is mostly zeros, so that products lie on ties or beside them.
WideInt random_accumulator(int bits, Random& random) {
  const int width = static_cast<int>(random.between(1, bits - 1));
  WideInt integer;
  integer.add_shifted(random.below(2) != 0 ? random.next() : random.next() & random.next() >> 57U << 57U, 64, false);
  integer = integer.wrapped(127);
  if (random.below(2) != 0) integer.add_shifted(1, static_cast<int>(random.below(60)), random.below(2) != 0);
  return (random.below(2) != 0 ? integer.negated() : integer).wrapped(width + 1);
}

/// integer * multiplier * 2^(lsb - shift)
void exact_product(mpfr_ptr result, const WideInt& integer, int lsb, const IntegerScale& scale) {
  mpfr_set_z(result, to_gmp(integer).get(), MPFR_RNDN);
  mpfr_mul_ui(result, result, scale.multiplier, MPFR_RNDN);
  mpfr_mul_2si(result, result, lsb - scale.shift, MPFR_RNDN);
}

/// A scale that brings the accumulator near the range of the output.
IntegerScale random_scale(const WideInt& integer, int lsb, double output_max, Random& random) {
  IntegerScale scale;
  scale.multiplier =
      random.below(4) == 0 ? 1 : static_cast<std::uint32_t>(random.next() >> (32 + random.below(31))) | 1U;
  const int product_bits = integer.signed_bits() + static_cast<int>(std::bit_width(scale.multiplier));
  scale.shift = product_bits + lsb - std::ilogb(output_max) + static_cast<int>(random.between(-3, 14));
  return scale;
}

TEST(ConvertBack, ToFloats_RoundsOnceAsMpfr) {
  Random random(41);
  Mpfr exact(2000);
  for (const char* text :
       {"e2m1", "e3m0", "e4m3", "e4m3fn", "e4m3fnuz", "e5m2ieee", "ue4m4", "e4m3:nosub", "e1m6", "fp16", "bf16"}) {
    const FloatFormat format = parse_float_format(text).value();
    MpfrRounder rounder(format);
    for (int i = 0; i < 20000; ++i) {
      const WideInt integer = random_accumulator(100, random);
      const int lsb = static_cast<int>(random.between(-40, 5));
      const IntegerScale scale = random_scale(integer, lsb, rounder.beyond(), random);
      exact_product(exact, integer, lsb, scale);
      for (const Rounding rounding : kRoundings) {
        const ConvertBack how{scale, ScalarFormat(format), rounding, Overflow::kSaturate, 0};
        ASSERT_EQ(convert_back(integer, lsb, how), rounder.encode(exact, rounding, Overflow::kSaturate))
            << text << " " << integer.hex() << " lsb " << lsb << " * " << scale.multiplier << " >> " << scale.shift;
      }
    }
  }
}

TEST(ConvertBack, ToFp32_AsMpfrGivesFloats) {
  Random random(48);
  Mpfr exact(2000);
  for (int i = 0; i < 20000; ++i) {
    const WideInt integer = random_accumulator(100, random);
    const int lsb = static_cast<int>(random.between(-220, 60));
    const IntegerScale scale = {static_cast<std::uint32_t>(random.next()) | 1U,
                                static_cast<int>(random.between(-10, 40))};
    exact_product(exact, integer, lsb, scale);
    for (const auto& [rounding, rule] :
         {std::pair{Rounding::kNearestEven, MPFR_RNDN}, std::pair{Rounding::kTowardZero, MPFR_RNDZ}}) {
      const Code code = convert_back(integer, lsb, {scale, ScalarFormat(fp32()), rounding, Overflow::kIeee, 0});
      ASSERT_EQ(code, std::bit_cast<Code>(mpfr_get_flt(exact, rule))) << integer.hex();
    }
  }
}

TEST(ConvertBack, ToIntegers_RoundsOffsetsAndClampsAsMpfr) {
  Random random(42);
  Mpfr exact(2000);
  const std::pair<Rounding, int (*)(mpfr_ptr, mpfr_srcptr)> kRules[] = {{Rounding::kNearestEven, mpfr_roundeven},
                                                                        {Rounding::kNearestAway, mpfr_round},
                                                                        {Rounding::kTowardZero, mpfr_trunc}};
  for (const char* text : {"int4", "int8", "int8:narrow", "uint8:affine", "int16", "int32"}) {
    const IntFormat format = std::get<IntFormat>(parse_scalar_format(text).value());
    for (int i = 0; i < 20000; ++i) {
      const WideInt integer = random_accumulator(100, random);
      const int lsb = static_cast<int>(random.between(-40, 5));
      const IntegerScale scale = random_scale(integer, lsb, static_cast<double>(format.max()), random);
      const auto zero_point = static_cast<std::int32_t>(random.between(-200, 200));
      exact_product(exact, integer, lsb, scale);
      for (const auto& [rounding, rule] : kRules) {
        Mpfr rounded;
        rule(rounded, exact);
        const double expected = std::clamp(mpfr_get_d(rounded, MPFR_RNDN) + zero_point,
                                           static_cast<double>(format.min()), static_cast<double>(format.max()));
        const Code code =
            convert_back(integer, lsb, {scale, ScalarFormat(format), rounding, Overflow::kSaturate, zero_point});
        ASSERT_EQ(to_double(decode(ScalarFormat(format), code)), expected) << text << " " << integer.hex();
      }
    }
  }
}

TEST(ConvertBack, DoubleRounding_WouldBeWrong) {
  // 21 / 4 = 5.25 lies between 4 and 6, nearer to 6. Through the integer 5, a tie, it would become 4.
  const ConvertBack how{{21, 2}, ScalarFormat(minifloat(2, 1)), Rounding::kNearestEven, Overflow::kSaturate, 0};
  EXPECT_EQ(to_double(decode(minifloat(2, 1), convert_back(WideInt(1), 0, how))), 6.0);
}

TEST(ConvertBack, OnTwosComplement_AsThePageSays) {
  // docs/numerics.md gives hardware three rules for an arithmetic shift right: half bit, sticky bit, kept part, sign.
  for (int shift = 1; shift <= 6; ++shift) {
    for (std::int64_t p = -1000; p <= 1000; ++p) {
      const std::int64_t kept = p >> shift;
      const bool half = (p >> (shift - 1) & 1) != 0;
      const bool sticky = (p & ((std::int64_t{1} << (shift - 1)) - 1)) != 0;
      const bool sign = p < 0;
      const std::int64_t even = kept + (half && (sticky || (kept & 1) != 0) ? 1 : 0);
      const std::int64_t away = kept + (half && (sticky || !sign) ? 1 : 0);
      const std::int64_t zero = kept + (sign && (half || sticky) ? 1 : 0);
      const IntFormat wide{32, true, false, false};
      ASSERT_EQ(requantize(p, {1, shift}, 0, wide, Rounding::kNearestEven), even) << p << " >> " << shift;
      ASSERT_EQ(requantize(p, {1, shift}, 0, wide, Rounding::kNearestAway), away) << p << " >> " << shift;
      ASSERT_EQ(requantize(p, {1, shift}, 0, wide, Rounding::kTowardZero), zero) << p << " >> " << shift;
    }
  }
}

TEST(ConvertBack, APoisonedRegister_GivesTheSpecialCode) {
  Accumulator sum({20, 0});
  sum.add(Value::infinity(true));
  const ScalarFormat e5m2 = minifloat(5, 2, Specials::kIeee);
  EXPECT_EQ(convert_back(sum, {{1, 0}, e5m2, Rounding::kNearestEven, Overflow::kIeee, 0}), 0xFCU);
  EXPECT_EQ(convert_back(sum, {{1, 0}, e5m2, Rounding::kNearestEven, Overflow::kSaturate, 0}), 0xFBU);
  EXPECT_EQ(convert_back(sum, {{1, 0}, IntFormat{}, Rounding::kNearestEven, Overflow::kSaturate, 5}), 0x80U);
  sum.add(Value::nan());
  EXPECT_EQ(convert_back(sum, {{1, 0}, e5m2, Rounding::kNearestEven, Overflow::kSaturate, 0}), 0x7EU);
}

TEST(NearestIntegerScale, IsWithinHalfAUnit) {
  Random random(43);
  for (int i = 0; i < 20000; ++i) {
    const double scale = std::ldexp(1 + random.unit(), static_cast<int>(random.between(-40, 20)));
    const int width = static_cast<int>(random.between(1, 32));
    const IntegerScale found = nearest_integer_scale(scale, width).value();
    ASSERT_EQ(static_cast<int>(std::bit_width(found.multiplier)), width);
    const double back = std::ldexp(static_cast<double>(found.multiplier), -found.shift);
    ASSERT_LE(std::fabs(back - scale), std::ldexp(scale, -width)) << scale << " in " << width;
  }
  EXPECT_EQ(nearest_integer_scale(0.25, 1).value(), (IntegerScale{1, 2}));
  EXPECT_THAT(nearest_integer_scale(0, 8), HasError(ErrorCode::kBadInput, "positive and finite"));
  EXPECT_THAT(nearest_integer_scale(NAN, 8), HasError(ErrorCode::kBadInput, "positive and finite"));
  EXPECT_THAT(nearest_integer_scale(1, 33), HasError(ErrorCode::kBadInput, "1 to 32 bits, not 33"));
}

TEST(Requantize, Int8Layers_ByHand) {
  // 1000 * 77 / 2^10 = 75.195; -1000 gives -75.195; 20 * 77 / 2^10 = 1.504; 512 * 1 / 2^10 is a tie.
  const IntFormat int8;
  EXPECT_EQ(requantize(1000, {77, 10}, 0, int8), 75);
  EXPECT_EQ(requantize(-1000, {77, 10}, 3, int8), -72);
  EXPECT_EQ(requantize(20, {77, 10}, -128, int8), -126);
  EXPECT_EQ(requantize(512, {1, 10}, 0, int8), 0);
  EXPECT_EQ(requantize(512, {1, 10}, 0, int8, Rounding::kNearestAway), 1);
  EXPECT_EQ(requantize(100000, {77, 10}, 0, int8), 127);
  EXPECT_EQ(requantize(5, {1, -2}, 0, int8), 20);
}

TEST(FusedMultiplyAdd, Fp32_AsNativeFma) {
  Random random(44);
  for (int i = 0; i < 300000; ++i) {
    float operands[3];
    for (float& x : operands) {
      // Exponents near 1 so that sums cancel, and sometimes anything at all.
      const auto pattern = static_cast<std::uint32_t>(random.next());
      x = std::bit_cast<float>(random.below(8) == 0 ? pattern : (pattern & 0x80FFFFFFU) + 0x3E000000U);
    }
    const auto [a, b, c] = operands;
    const float expected = std::fma(a, b, c);
    const Code ours = fused_multiply_add(from_double(a), from_double(b), fp32(), std::bit_cast<Code>(c));
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(std::bit_cast<float>(ours))) << std::hexfloat << a << " " << b << " " << c;
    } else {
      ASSERT_EQ(ours, std::bit_cast<Code>(expected)) << std::hexfloat << a << " " << b << " " << c;
    }
  }
}

TEST(FusedMultiplyAdd, SmallerFormats_AsApFloat) {
  Random random(45);
  // Not e4m3fn: for 0x1a * 0x0d + 0x81 = 3.05e-5 the APFloat of LLVM 19 answers NaN; see below.
  for (const char* text : {"fp16", "bf16", "e5m2ieee"}) {
    for (const auto& list : {ap_small_formats(), ap_wide_formats()}) {
      for (const ApFormat& ap : list) {
        if (ap.name != text) continue;
        const FloatFormat format = ap.format();
        for (int i = 0; i < 100000; ++i) {
          const auto draw = [&] { return static_cast<Code>(random.below(Code{1} << format.bits())); };
          const Code a = draw();
          const Code b = draw();
          const Code c = draw();
          llvm::APFloat expected = ap_decode(ap, a);
          expected.fusedMultiplyAdd(ap_decode(ap, b), ap_decode(ap, c), llvm::RoundingMode::NearestTiesToEven);
          const Code ours = fused_multiply_add(decode(format, a), decode(format, b), format, c);
          const bool both_nan = decode(format, ours).kind == Value::Kind::kNan && expected.isNaN();
          ASSERT_TRUE(both_nan || ours == ap_code(expected)) << text << ": " << a << " * " << b << " + " << c
                                                             << ": ours " << ours << ", APFloat " << ap_code(expected);
        }
      }
    }
  }
}

TEST(FusedMultiplyAdd, E4m3fn_AsMpfr) {
  Random random(47);
  const FloatFormat format = minifloat(4, 3, Specials::kFn);
  MpfrRounder rounder(format);
  Mpfr x;
  Mpfr y;
  Mpfr z;
  for (int i = 0; i < 100000; ++i) {
    const Code codes[3] = {static_cast<Code>(random.below(256)), static_cast<Code>(random.below(256)),
                           static_cast<Code>(random.below(256))};
    meaning(format, codes[0], x);
    meaning(format, codes[1], y);
    meaning(format, codes[2], z);
    mpfr_fma(x, x, y, z, MPFR_RNDN);
    const Code expected = rounder.encode(x, Rounding::kNearestEven, Overflow::kIeee);
    ASSERT_EQ(fused_multiply_add(decode(format, codes[0]), decode(format, codes[1]), format, codes[2]), expected)
        << codes[0] << " * " << codes[1] << " + " << codes[2];
  }
}

TEST(DotFp32, IsTheSequenceOfNativeFmas) {
  Random random(46);
  const FloatFormat e4m3 = minifloat(4, 3);
  const FloatFormat e5m2 = minifloat(5, 2);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<Code> a;
    std::vector<Code> b;
    float expected = 0;
    for (int i = 0; i < 100; ++i) {
      a.push_back(static_cast<Code>(random.below(256)));
      b.push_back(static_cast<Code>(random.below(256)));
      expected =
          std::fma(static_cast<float>(meaning(e4m3, a.back())), static_cast<float>(meaning(e5m2, b.back())), expected);
    }
    ASSERT_EQ(dot_fp32(e4m3, a, e5m2, b), std::bit_cast<Code>(expected));
  }
}

}  // namespace
}  // namespace heddle::numerics
