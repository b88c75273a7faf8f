// Operations of number formats against three oracles that share nothing with compiler/numerics: LLVM's APFloat, the
// plain C of heddle/numbers.h (doubles of the machine), and the machine's float.
#include <gtest/gtest.h>
#include <llvm/ADT/APFloat.h>

#include <bit>
#include <cmath>
#include <limits>

#include "compiler/base/random.h"
#include "compiler/dfg/interpret.h"
#include "compiler/dfg/number_operations.h"
#include "compiler/dfg/number_text.h"
#include "heddle/numbers.h"
#include "tests/support/number_codes.h"

namespace heddle::dfg {
namespace {

using llvm::APFloat;
using llvm::APInt;
using Word = std::uint64_t;

float as_float(Word word) { return std::bit_cast<float>(static_cast<std::uint32_t>(word)); }
Word as_word(float value) {
  return std::isnan(value) ? 0x7FC00000U : std::bit_cast<std::uint32_t>(value);  // as the array has it
}

/// What numbers.h computes; `known` false where it has no such function.
Word by_c(const NumberOperation& operation, Word a, Word b, Word c, bool& known) {
  known = true;
#define COMMON(F)                                                                                                 \
  if (operation.format == #F) switch (operation.function) {                                                       \
      case NumberFunction::kAdd: return heddle_##F##_add(static_cast<heddle_##F>(a), static_cast<heddle_##F>(b)); \
      case NumberFunction::kMul: return heddle_##F##_mul(static_cast<heddle_##F>(a), static_cast<heddle_##F>(b)); \
      case NumberFunction::kMac:                                                                                  \
        return as_word(heddle_##F##_mac(static_cast<heddle_##F>(a), static_cast<heddle_##F>(b), as_float(c)));    \
      case NumberFunction::kToFp32: return as_word(heddle_##F##_to_fp32(static_cast<heddle_##F>(a)));             \
      case NumberFunction::kFromFp32: return heddle_##F##_from_fp32(as_float(a));                                 \
      default: break;                                                                                             \
    }
#define HALF(F)                                                                                                   \
  COMMON(F)                                                                                                       \
  if (operation.format == #F) switch (operation.function) {                                                       \
      case NumberFunction::kSub: return heddle_##F##_sub(static_cast<heddle_##F>(a), static_cast<heddle_##F>(b)); \
      case NumberFunction::kMin: return heddle_##F##_min(static_cast<heddle_##F>(a), static_cast<heddle_##F>(b)); \
      case NumberFunction::kMax: return heddle_##F##_max(static_cast<heddle_##F>(a), static_cast<heddle_##F>(b)); \
      case NumberFunction::kLt:                                                                                   \
        return static_cast<Word>(heddle_##F##_lt(static_cast<heddle_##F>(a), static_cast<heddle_##F>(b)));        \
      case NumberFunction::kLe:                                                                                   \
        return static_cast<Word>(heddle_##F##_le(static_cast<heddle_##F>(a), static_cast<heddle_##F>(b)));        \
      case NumberFunction::kEq:                                                                                   \
        return static_cast<Word>(heddle_##F##_eq(static_cast<heddle_##F>(a), static_cast<heddle_##F>(b)));        \
      default: break;                                                                                             \
    }
  HALF(fp16)
  HALF(bf16)
  COMMON(e4m3)
  COMMON(e5m2)
  COMMON(e3m2)
  COMMON(e2m3)
  COMMON(e2m1)
#undef HALF
#undef COMMON
  if (operation.format == "fp32") switch (operation.function) {
      case NumberFunction::kMac: return as_word(heddle_fp32_mac(as_float(a), as_float(b), as_float(c)));
      case NumberFunction::kMin: return as_word(heddle_fp32_min(as_float(a), as_float(b)));
      case NumberFunction::kMax: return as_word(heddle_fp32_max(as_float(a), as_float(b)));
      default: break;
    }
  known = false;
  return 0;
}

/// The machine's float; conversions to integers where C defines them.
Word by_machine(NumberFunction function, Word a, Word b, Word c, bool& known) {
  const float x = as_float(a);
  const float y = as_float(b);
  const auto integer = static_cast<std::uint32_t>(a);
  known = true;
  switch (function) {
    case NumberFunction::kAdd: return as_word(x + y);
    case NumberFunction::kSub: return as_word(x - y);
    case NumberFunction::kMul: return as_word(x * y);
    case NumberFunction::kMac: return as_word(std::fma(x, y, as_float(c)));
    case NumberFunction::kLt: return x < y ? 1 : 0;
    case NumberFunction::kLe: return x <= y ? 1 : 0;
    case NumberFunction::kEq: return x == y ? 1 : 0;
    case NumberFunction::kFromS32: return as_word(static_cast<float>(static_cast<std::int32_t>(integer)));
    case NumberFunction::kFromU32: return as_word(static_cast<float>(integer));
    case NumberFunction::kToS32:
      if (x > -2147483648.0F && x < 2147483648.0F) return static_cast<std::uint32_t>(static_cast<std::int32_t>(x));
      return std::isnan(x) ? 0U : x < 0 ? 0x80000000U : 0x7FFFFFFFU;
    case NumberFunction::kToU32:
      if (x > -1.0F && x < 4294967296.0F) return static_cast<std::uint32_t>(x);
      return std::isnan(x) || x < 0 ? 0U : 0xFFFFFFFFU;
    default: known = false; return 0;
  }
}

const llvm::fltSemantics* semantics_of(std::string_view format) {
  if (format == "fp32") return &APFloat::IEEEsingle();
  if (format == "fp16") return &APFloat::IEEEhalf();
  if (format == "bf16") return &APFloat::BFloat();
  if (format == "e3m2") return &APFloat::Float6E3M2FN();
  if (format == "e2m3") return &APFloat::Float6E2M3FN();
  if (format == "e2m1") return &APFloat::Float4E2M1FN();
  return nullptr;  // it has no e4m3 and e5m2 without special codes
}

Word code_of(APFloat value, const llvm::fltSemantics& semantics) {
  if (value.isNaN()) value = APFloat::getQNaN(semantics);
  return value.bitcastToAPInt().getZExtValue();
}

/// LLVM's software floats, for the formats and functions they have.
Word by_apfloat(const NumberOperation& operation, Word a, Word b, Word c, bool& known) {
  constexpr auto kEven = APFloat::rmNearestTiesToEven;
  const llvm::fltSemantics* semantics = semantics_of(operation.format);
  known = semantics != nullptr;
  if (!known) return 0;
  const auto bits = static_cast<unsigned>(operation.number.bits());
  const llvm::fltSemantics& single = APFloat::IEEEsingle();
  const auto wide = [&](Word code, const llvm::fltSemantics& from, unsigned width) {
    APFloat value(from, APInt(width, code & ((Word{1} << width) - 1)));
    bool lossy = false;
    value.convert(APFloat::IEEEdouble(), kEven, &lossy);
    return value;
  };
  APFloat x = wide(a, *semantics, bits);
  const APFloat y = wide(b, *semantics, bits);
  bool lossy = false;
  const bool ieee = operation.number.specials == numerics::Specials::kIeee;
  switch (operation.function) {
    case NumberFunction::kMac:
      x.fusedMultiplyAdd(y, wide(c, single, 32), kEven);
      known = false;
      return 0;
    case NumberFunction::kToFp32: x.convert(single, kEven, &lossy); return code_of(x, single);
    case NumberFunction::kAdd:
    case NumberFunction::kSub:
    case NumberFunction::kMul: {
      known = ieee;  // the others do not saturate in arithmetic
      if (!known) return 0;
      APFloat left(*semantics, APInt(bits, a & ((Word{1} << bits) - 1)));
      const APFloat right(*semantics, APInt(bits, b & ((Word{1} << bits) - 1)));
      if (operation.function == NumberFunction::kAdd) left.add(right, kEven);
      if (operation.function == NumberFunction::kSub) left.subtract(right, kEven);
      if (operation.function == NumberFunction::kMul) left.multiply(right, kEven);
      return code_of(left, *semantics);
    }
    case NumberFunction::kFromFp32: {
      APFloat value = APFloat(single, APInt(32, a & 0xFFFFFFFFU));
      known = ieee || value.isFinite();
      if (!known) return 0;
      value.convert(*semantics, kEven, &lossy);
      return code_of(value, *semantics);
    }
    default: known = false; return 0;
  }
}

/// Compares with all oracles that know the operation; returns how many did.
int expect_agreement(const NumberOperation& operation, Word a, Word b, Word c) {
  const Word got = evaluate(operation.op, a, b, c, 32);
  int count = 0;
  bool known = false;
  const auto check = [&](const char* oracle, Word expected) {
    if (!known) return;
    ++count;
    EXPECT_EQ(got, expected) << operation.name << "(" << std::hex << a << ", " << b << ", " << c << "), " << oracle;
  };
  check("numbers.h", by_c(operation, a, b, c, known));
  check("APFloat", by_apfloat(operation, a, b, c, known));
  known = false;
  Word machine = 0;
  if (operation.format == "fp32") machine = by_machine(operation.function, a, b, c, known);
  check("machine", machine);
  return count;
}

class Number : public testing::TestWithParam<NumberOperation> {};

TEST_P(Number, EdgesAndRandomCodes_AgreeWithEveryOracle) {
  const NumberOperation& operation = GetParam();
  Random random(static_cast<std::uint64_t>(operation.op));
  int compared = 0;
  for (int i = 0; i < 20000 && !HasFailure(); ++i) {
    const NumberOperands operands = draw_operands(random, operation);
    compared += expect_agreement(operation, operands.a, operands.b, operands.c);
  }
  EXPECT_GE(compared, 20000);
}

INSTANTIATE_TEST_SUITE_P(All, Number, testing::ValuesIn(number_operations()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Number_Minifloats, AllPairsAgree) {
  Random random(1);
  for (const NumberOperation& operation : number_operations()) {
    if (operation.number.bits() > 8) continue;
    const Word codes = Word{1} << operation.number.bits();
    for (Word a = 0; a < codes && !HasFailure(); ++a)
      for (Word b = 0; b < (number_operands(operation.function) == 1 ? 1 : codes); ++b)
        expect_agreement(operation, operation.function == NumberFunction::kFromFp32 ? draw_single(random) : a, b,
                         draw_code(random, numerics::fp32()));
  }
}

TEST(Number_Bits, AboveTheFormatAreIgnored) {
  for (const NumberOperation& operation : number_operations()) {
    if (operation.function >= NumberFunction::kFromS32 || operation.function == NumberFunction::kFromFp32) continue;
    const Word dirt = ~((Word{1} << operation.number.bits()) - 1);
    const bool mac = operation.function == NumberFunction::kMac;
    const Word c = 0x3FC00000;
    EXPECT_EQ(evaluate(operation.op, 3, 5, c, 64),
              evaluate(operation.op, 3 | dirt, 5 | dirt, mac ? c | 0xABCD00000000 : c, 64))
        << operation.name;
  }
}

TEST(Number_Text, SaysTheValue) {
  EXPECT_EQ(number_text("fp32", 0x3F000000), "0.5");
  EXPECT_EQ(number_text("fp16", 0xFC00), "-inf");
  EXPECT_EQ(number_text("fp16", 0x7E00), "nan");
  EXPECT_EQ(number_text("e4m3", 0x7F), "480");
  EXPECT_EQ(number_text("e2m1", 0x9), "-0.5");
  EXPECT_EQ(number_text("fp64", std::bit_cast<Word>(-0.0)), "-0");
  EXPECT_EQ(constant_text(Opcode::kFp32Mul, Port::kB, 0x3E800000), "0.25");
  EXPECT_EQ(constant_text(Opcode::kE4m3Mac, Port::kA, 0x38), "1");
  EXPECT_EQ(constant_text(Opcode::kE4m3Mac, Port::kC, 0x3F800000), "1");
  EXPECT_EQ(constant_text(Opcode::kAdd, Port::kB, 0x3E800000), "1048576000");
}

}  // namespace
}  // namespace heddle::dfg
