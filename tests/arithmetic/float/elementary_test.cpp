// fp_exp2 and fp_recip equal exp2_pwl and recip_pwl bit for bit: all 16-bit and 8-bit inputs, random fp32 ones.
// How far these are from 2^x and 1/x is measured in elementary_error_test.cpp.
#include <gtest/gtest.h>

#include "Vfp_elementary.h"
#include "compiler/numerics/elementary.h"
#include "tests/arithmetic/float/vectors.h"

namespace heddle {
namespace {

using numerics::exp2_pwl;
using numerics::recip_pwl;

const numerics::FloatFormat kE4m3 = {4, 3, true, numerics::Specials::kNone, 7, true};
const numerics::FloatFormat kE3m4 = {3, 4, true, numerics::Specials::kNone, 3, true};

TEST(Elementary, AllInputsOfSixteenBits_EqualTheModel) {
  Vfp_elementary model;
  for (std::uint32_t x = 0; x < 65536; ++x) {
    model.a_i = x;
    model.eval();
    ASSERT_EQ(model.exp2_fp16_o, exp2_pwl(numerics::fp16(), x, 32)) << std::hex << x;
    ASSERT_EQ(model.exp2_coarse_o, exp2_pwl(numerics::fp16(), x, 8)) << std::hex << x;
    ASSERT_EQ(model.exp2_bf16_o, exp2_pwl(numerics::bf16(), x, 16)) << std::hex << x;
    ASSERT_EQ(model.recip_fp16_o, recip_pwl(numerics::fp16(), x, 64)) << std::hex << x;
    ASSERT_EQ(model.recip_coarse_o, recip_pwl(numerics::fp16(), x, 16)) << std::hex << x;
    ASSERT_EQ(model.recip_bf16_o, recip_pwl(numerics::bf16(), x, 32)) << std::hex << x;
    if (x < 256) {
      ASSERT_EQ(model.exp2_e4m3_o, exp2_pwl(kE4m3, x, 16)) << std::hex << x;
      ASSERT_EQ(model.recip_e3m4_o, recip_pwl(kE3m4, x, 8)) << std::hex << x;
    }
  }
}

TEST(Elementary, RandomFp32_EqualsTheModel) {
  Vfp_elementary model;
  FloatVectors singles(8, 23, 91);
  const std::uint64_t count = vector_count(500'000);
  for (std::uint64_t i = 0; i < count; ++i) {
    // Every other one in the range where 2^x is a normal number.
    const std::uint32_t x = (i & 1U) != 0 ? singles.operand() : (singles.uniform() & 0x83FFFFFFU) + 0x40000000U;
    model.a_i = x;
    model.eval();
    ASSERT_EQ(model.exp2_fp32_o, exp2_pwl(numerics::fp32(), x, 256)) << std::hex << x;
    ASSERT_EQ(model.recip_fp32_o, recip_pwl(numerics::fp32(), x, 256)) << std::hex << x;
  }
}

}  // namespace
}  // namespace heddle
