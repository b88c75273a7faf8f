// fp_convert, fp_from_int, fp_to_int, fp_compare and fp_minmax against LLVM's APFloat: all codes of 16 and 8 bits, and
// random fp32 and integers.
#include <gtest/gtest.h>

#include <llvm/ADT/APSInt.h>

#include <memory>

#include "Vfp_convert.h"
#include "tests/arithmetic/float/oracle.h"
#include "tests/arithmetic/float/vectors.h"

namespace heddle {
namespace {

using llvm::APFloat;
using llvm::APSInt;
using llvm::fltSemantics;

const fltSemantics& kHalf = APFloat::IEEEhalf();
const fltSemantics& kBrain = APFloat::BFloat();
const fltSemantics& kSingle = APFloat::IEEEsingle();
const fltSemantics& kE4m3fn = APFloat::Float8E4M3FN();
constexpr auto kNearest = APFloat::rmNearestTiesToEven;

std::uint32_t converted(const fltSemantics& from, const fltSemantics& to, std::uint32_t code) {
  APFloat value = from_code(from, code);
  bool inexact = false;
  value.convert(to, kNearest, &inexact);
  return to_code(value);
}

std::uint32_t from_int(const fltSemantics& to, std::uint32_t bits, bool is_signed) {
  APFloat value(to);
  value.convertFromAPInt(llvm::APInt(32, bits), is_signed, kNearest);
  return to_code(value);
}

/// APFloat saturates, and makes NaN 0.
std::uint32_t to_int(const fltSemantics& from, std::uint32_t code, unsigned bits, bool is_signed) {
  APSInt integer(bits, !is_signed);
  bool exact = false;
  from_code(from, code).convertToInteger(integer, APFloat::rmTowardZero, &exact);
  return static_cast<std::uint32_t>(integer.getZExtValue());
}

/// {less, less or equal, equal}
std::uint32_t order(const fltSemantics& semantics, std::uint32_t a, std::uint32_t b) {
  switch (from_code(semantics, a).compare(from_code(semantics, b))) {
    case APFloat::cmpLessThan: return 6;
    case APFloat::cmpEqual: return 3;
    default: return 0;
  }
}

std::uint32_t extreme(const fltSemantics& semantics, std::uint32_t a, std::uint32_t b, bool largest) {
  const APFloat x = from_code(semantics, a);
  const APFloat y = from_code(semantics, b);
  return to_code(largest ? llvm::maxnum(x, y) : llvm::minnum(x, y));
}

class Convert : public testing::Test {
 protected:
  void set(std::uint32_t a, std::uint32_t b, bool flag) {
    model_->a_i = a;
    model_->b_i = b;
    model_->flag_i = flag;
    model_->eval();
  }
  void check_single_source(std::uint32_t a) const {
    ASSERT_EQ(model_->fp32_fp16_o, converted(kSingle, kHalf, a)) << std::hex << a;
    ASSERT_EQ(model_->fp32_bf16_o, converted(kSingle, kBrain, a)) << std::hex << a;
    ASSERT_EQ(model_->fp32_e4m3fn_o, converted(kSingle, kE4m3fn, a)) << std::hex << a;
    ASSERT_EQ(model_->fp32_e5m2ieee_o, converted(kSingle, APFloat::Float8E5M2(), a)) << std::hex << a;
    ASSERT_EQ(model_->fp32_e4m3fnuz_o, converted(kSingle, APFloat::Float8E4M3FNUZ(), a)) << std::hex << a;
  }
  void check_integers(std::uint32_t a, bool is_signed) const {
    ASSERT_EQ(model_->int_fp32_o, from_int(kSingle, a, is_signed)) << std::hex << a << is_signed;
    ASSERT_EQ(model_->int_fp16_o, from_int(kHalf, a, is_signed)) << std::hex << a << is_signed;
    ASSERT_EQ(model_->int_bf16_o, from_int(kBrain, a, is_signed)) << std::hex << a << is_signed;
  }
  void check_order(std::uint32_t a, std::uint32_t b, bool largest) const {
    ASSERT_EQ(model_->fp16_order_o, order(kHalf, a & 0xFFFFU, b & 0xFFFFU)) << std::hex << a << " " << b;
    ASSERT_EQ(model_->bf16_order_o, order(kBrain, a & 0xFFFFU, b & 0xFFFFU)) << std::hex << a << " " << b;
    ASSERT_EQ(model_->fp32_order_o, order(kSingle, a, b)) << std::hex << a << " " << b;
    ASSERT_EQ(model_->fp16_extreme_o, extreme(kHalf, a & 0xFFFFU, b & 0xFFFFU, largest)) << std::hex << a << " " << b;
    ASSERT_EQ(model_->bf16_extreme_o, extreme(kBrain, a & 0xFFFFU, b & 0xFFFFU, largest)) << std::hex << a << " " << b;
    ASSERT_EQ(model_->fp32_extreme_o, extreme(kSingle, a, b, largest)) << std::hex << a << " " << b;
  }

  const std::unique_ptr<Vfp_convert> model_ = std::make_unique<Vfp_convert>();
};

TEST_F(Convert, AllSixteenBitSources_EqualLlvm) {
  for (std::uint32_t a = 0; a < 65536; ++a)
    for (const bool is_signed : {false, true}) {
      set(a, 0, is_signed);
      ASSERT_EQ(model_->fp16_fp32_o, converted(kHalf, kSingle, a)) << std::hex << a;
      ASSERT_EQ(model_->bf16_fp32_o, converted(kBrain, kSingle, a)) << std::hex << a;
      ASSERT_EQ(model_->fp16_bf16_o, converted(kHalf, kBrain, a)) << std::hex << a;
      ASSERT_EQ(model_->bf16_fp16_o, converted(kBrain, kHalf, a)) << std::hex << a;
      ASSERT_EQ(model_->fp16_e4m3fn_o, converted(kHalf, kE4m3fn, a)) << std::hex << a;
      ASSERT_EQ(model_->e4m3fn_fp32_o, converted(kE4m3fn, kSingle, a & 255U)) << std::hex << a;
      ASSERT_EQ(model_->fp16_int_o, to_int(kHalf, a, 32, is_signed)) << std::hex << a << is_signed;
      ASSERT_EQ(model_->bf16_int_o, to_int(kBrain, a, 32, is_signed)) << std::hex << a << is_signed;
      ASSERT_EQ(model_->fp16_int8_o, to_int(kHalf, a, 8, is_signed)) << std::hex << a << is_signed;
    }
}

TEST_F(Convert, AllBfloatPrefixesOfFp32_AndNeighboursOfMidpoints_EqualLlvm) {
  for (std::uint32_t prefix = 0; prefix < 65536; ++prefix)
    for (const std::uint32_t low :
         {0x0000U, 0x0001U, 0x7FFFU, 0x8000U, 0x8001U, 0xFFFFU, 0x0FFFU, 0x1000U, 0x1001U, 0x3000U}) {
      set(prefix << 16U | low, 0, false);
      check_single_source(prefix << 16U | low);
      if (HasFatalFailure()) return;
    }
}

TEST_F(Convert, RandomFp32_EqualsLlvm) {
  FloatVectors singles(8, 23, 51);
  const std::uint64_t count = vector_count(500'000);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint32_t a = singles.operand();
    const bool flag = (i & 1U) != 0;
    set(a, singles.operand_near(a), flag);
    check_single_source(a);
    ASSERT_EQ(model_->fp32_int_o, to_int(kSingle, a, 32, flag)) << std::hex << a << flag;
    check_order(a, model_->b_i, flag);
    if (HasFatalFailure()) return;
  }
}

TEST_F(Convert, RandomIntegersAndHalves_EqualLlvm) {
  Random random(52);
  FloatVectors halves(5, 10, 53);
  const std::uint64_t count = vector_count(500'000);
  for (std::uint64_t i = 0; i < count; ++i) {
    const bool flag = (i & 1U) != 0;
    // Of every length, negative too; or two halves, for the order of 16-bit formats.
    std::uint32_t a = static_cast<std::uint32_t>(random.next() >> 32U) >> random.below(32);
    if ((i & 6U) == 0) a = ~a + static_cast<std::uint32_t>(i >> 3U & 1U);
    std::uint32_t b = a;
    if ((i & 6U) == 2) {
      a = halves.operand();
      b = halves.operand_near(a);
    }
    set(a, b, flag);
    check_integers(a, flag);
    check_order(a, b, flag);
    if (HasFatalFailure()) return;
  }
}

TEST_F(Convert, AllPairsOfE4m3fn_AreOrderedAsLlvmSays) {
  for (std::uint32_t pair = 0; pair < 65536; ++pair)
    for (const bool largest : {false, true}) {
      const std::uint32_t a = pair >> 8U, b = pair & 255U;
      set(a, b, largest);
      ASSERT_EQ(model_->e4m3fn_order_o, order(kE4m3fn, a, b)) << std::hex << pair;
      ASSERT_EQ(model_->e4m3fn_extreme_o, extreme(kE4m3fn, a, b, largest)) << std::hex << pair;
    }
}

}  // namespace
}  // namespace heddle
