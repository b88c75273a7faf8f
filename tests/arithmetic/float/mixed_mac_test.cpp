// fp_mac of narrow formats into fp32 against the processor's fused multiply-add on the exact values: all pairs of codes
// of the formats of up to 8 bits, random ones of fp16 and bf16.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <memory>
#include <vector>

#include "Vfp_mixed_mac.h"
#include "compiler/numerics/format.h"
#include "tests/arithmetic/float/oracle.h"
#include "tests/arithmetic/float/small_format.h"
#include "tests/arithmetic/float/vectors.h"

namespace heddle {
namespace {

using numerics::FloatFormat;
using numerics::minifloat;
using numerics::Specials;

struct Unit {
  const char* name;
  FloatFormat a, b;
  const IData* output = nullptr;
};

std::uint32_t code_of(float value) { return std::isnan(value) ? 0x7FC00000U : std::bit_cast<std::uint32_t>(value); }

class MixedMac : public testing::Test {
 protected:
  void check(const std::vector<Unit>& units, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    model_.a_i = a;
    model_.b_i = b;
    model_.c_i = c;
    model_.eval();
    for (const Unit& unit : units) {
      const float expected = std::fmaf(value_of(unit.a, a), value_of(unit.b, b), std::bit_cast<float>(c));
      ASSERT_EQ(*unit.output, code_of(expected))
          << unit.name << std::hex << " a 0x" << a << " b 0x" << b << " c 0x" << c << " expected " << expected;
    }
  }

  Vfp_mixed_mac model_;
  const FloatFormat e4m3_ = minifloat(4, 3), e5m2_ = minifloat(5, 2), e3m2_ = minifloat(3, 2);
  const FloatFormat biased_ = {4, 3, true, Specials::kNone, 11, true};
  const std::vector<Unit> small_ = {
      {"e4m3", e4m3_, e4m3_, &model_.e4m3_o},
      {"e5m2", e5m2_, e5m2_, &model_.e5m2_o},
      {"e4m3 * e5m2", e4m3_, e5m2_, &model_.e4m3_e5m2_o},
      {"e4m3fn", minifloat(4, 3, Specials::kFn), minifloat(4, 3, Specials::kFn), &model_.e4m3fn_o},
      {"e5m2ieee", minifloat(5, 2, Specials::kIeee), minifloat(5, 2, Specials::kIeee), &model_.e5m2ieee_o},
      {"e4m3fnuz", minifloat(4, 3, Specials::kFnuz), minifloat(4, 3, Specials::kFnuz), &model_.e4m3fnuz_o},
      {"e3m2", e3m2_, e3m2_, &model_.e3m2_o},
      {"e2m3 * e3m2", minifloat(2, 3), e3m2_, &model_.e2m3_e3m2_o},
      {"e2m1", minifloat(2, 1), minifloat(2, 1), &model_.e2m1_o},
      {"e1m6 * e6m1", minifloat(1, 6), minifloat(6, 1), &model_.e1m6_e6m1_o},
      {"e3m0 * ue2m2", minifloat(3, 0), minifloat(2, 2, Specials::kNone, false), &model_.e3m0_ue2m2_o},
      {"e4m3:bias=11 * e4m3", biased_, e4m3_, &model_.e4m3b11_o},
  };
  const std::vector<Unit> wide_ = {
      {"fp16", numerics::fp16(), numerics::fp16(), &model_.fp16_o},
      {"bf16", numerics::bf16(), numerics::bf16(), &model_.bf16_o},
      {"bf16 * fp16", numerics::bf16(), numerics::fp16(), &model_.bf16_fp16_o},
  };
};

/// An accumulator near the product of one of the units, or anything.
std::uint32_t accumulator(FloatVectors& singles, const std::vector<Unit>& units, std::uint32_t a, std::uint32_t b) {
  const Unit& unit = units[singles.random().below(units.size())];
  return singles.operand_near(code_of(value_of(unit.a, a) * value_of(unit.b, b)));
}

TEST_F(MixedMac, AllPairsOfEightBits_EqualTheProcessor) {
  FloatVectors singles(8, 23, 31);
  for (std::uint32_t pair = 0; pair < 65536; ++pair)
    for (int k = 0; k < 8; ++k) {
      check(small_, pair >> 8U, pair & 255U, accumulator(singles, small_, pair >> 8U, pair & 255U));
      if (HasFatalFailure()) return;
    }
}

TEST_F(MixedMac, RandomSixteenBits_EqualTheProcessor) {
  FloatVectors singles(8, 23, 32);
  FloatVectors halves(5, 10, 33);
  FloatVectors brains(8, 7, 34);
  const std::uint64_t count = vector_count(1'000'000);
  for (std::uint64_t i = 0; i < count; ++i) {
    FloatVectors& source = (i & 1U) != 0 ? halves : brains;
    const std::uint32_t a = source.operand();
    const std::uint32_t b = (i & 2U) != 0 ? halves.operand() : brains.operand();
    check(wide_, a, b, accumulator(singles, wide_, a, b));
    if (HasFatalFailure()) return;
  }
}

/// The decoder above, against LLVM's for the formats that it knows.
TEST(SmallFormat, EveryCode_HasTheValueLlvmSays) {
  using llvm::APFloat;
  const std::vector<std::pair<FloatFormat, const llvm::fltSemantics*>> formats = {
      {minifloat(4, 3, Specials::kFn), &APFloat::Float8E4M3FN()},
      {minifloat(5, 2, Specials::kIeee), &APFloat::Float8E5M2()},
      {minifloat(4, 3, Specials::kFnuz), &APFloat::Float8E4M3FNUZ()},
      {minifloat(3, 2), &APFloat::Float6E3M2FN()},
      {minifloat(2, 3), &APFloat::Float6E2M3FN()},
      {minifloat(2, 1), &APFloat::Float4E2M1FN()},
      {numerics::fp16(), &APFloat::IEEEhalf()},
      {numerics::bf16(), &APFloat::BFloat()}};
  for (const auto& [format, semantics] : formats)
    for (std::uint32_t code = 0; code < 1U << format.bits(); ++code) {
      APFloat value = from_code(*semantics, code);
      bool inexact = false;
      value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &inexact);
      ASSERT_EQ(code_of(value_of(format, code)), to_code(value)) << format.exponent_bits << " " << std::hex << code;
    }
}

}  // namespace
}  // namespace heddle
