#include "compiler/dfg/number_operations.h"

#include "compiler/base/check.h"
#include "compiler/numerics/value.h"

namespace heddle::dfg {
namespace {

using numerics::Code;
using numerics::FloatFormat;
using numerics::IntFormat;
using numerics::Ordering;
using numerics::ScalarFormat;
using numerics::Value;

constexpr IntFormat kS32{32, true, false, false};
constexpr IntFormat kU32{32, false, false, false};

FloatFormat minifloat(int exponent_bits, int mantissa_bits) {
  FloatFormat format;
  format.exponent_bits = exponent_bits;
  format.mantissa_bits = mantissa_bits;
  format.bias = (1 << (exponent_bits - 1)) - 1;
  return format;
}

std::vector<NumberOperation> make_table() {
  using F = NumberFunction;
  const FloatFormat single = numerics::fp32();
  const FloatFormat half = numerics::fp16();
  const FloatFormat brain = numerics::bf16();
  std::vector<NumberOperation> table = {
      {Opcode::kFp32Add, "fp32_add", "fp32", F::kAdd, single},
      {Opcode::kFp32Sub, "fp32_sub", "fp32", F::kSub, single},
      {Opcode::kFp32Mul, "fp32_mul", "fp32", F::kMul, single},
      {Opcode::kFp32Mac, "fp32_mac", "fp32", F::kMac, single},
      {Opcode::kFp32Min, "fp32_min", "fp32", F::kMin, single},
      {Opcode::kFp32Max, "fp32_max", "fp32", F::kMax, single},
      {Opcode::kFp32Lt, "fp32_lt", "fp32", F::kLt, single},
      {Opcode::kFp32Le, "fp32_le", "fp32", F::kLe, single},
      {Opcode::kFp32Eq, "fp32_eq", "fp32", F::kEq, single},
      {Opcode::kFp32FromS32, "fp32_from_s32", "fp32", F::kFromS32, single},
      {Opcode::kFp32FromU32, "fp32_from_u32", "fp32", F::kFromU32, single},
      {Opcode::kFp32ToS32, "fp32_to_s32", "fp32", F::kToS32, single},
      {Opcode::kFp32ToU32, "fp32_to_u32", "fp32", F::kToU32, single},
      {Opcode::kFp16Add, "fp16_add", "fp16", F::kAdd, half},
      {Opcode::kFp16Sub, "fp16_sub", "fp16", F::kSub, half},
      {Opcode::kFp16Mul, "fp16_mul", "fp16", F::kMul, half},
      {Opcode::kFp16Mac, "fp16_mac", "fp16", F::kMac, half},
      {Opcode::kFp16Min, "fp16_min", "fp16", F::kMin, half},
      {Opcode::kFp16Max, "fp16_max", "fp16", F::kMax, half},
      {Opcode::kFp16Lt, "fp16_lt", "fp16", F::kLt, half},
      {Opcode::kFp16Le, "fp16_le", "fp16", F::kLe, half},
      {Opcode::kFp16Eq, "fp16_eq", "fp16", F::kEq, half},
      {Opcode::kFp16ToFp32, "fp16_to_fp32", "fp16", F::kToFp32, half},
      {Opcode::kFp16FromFp32, "fp16_from_fp32", "fp16", F::kFromFp32, half},
      {Opcode::kBf16Add, "bf16_add", "bf16", F::kAdd, brain},
      {Opcode::kBf16Sub, "bf16_sub", "bf16", F::kSub, brain},
      {Opcode::kBf16Mul, "bf16_mul", "bf16", F::kMul, brain},
      {Opcode::kBf16Mac, "bf16_mac", "bf16", F::kMac, brain},
      {Opcode::kBf16Min, "bf16_min", "bf16", F::kMin, brain},
      {Opcode::kBf16Max, "bf16_max", "bf16", F::kMax, brain},
      {Opcode::kBf16Lt, "bf16_lt", "bf16", F::kLt, brain},
      {Opcode::kBf16Le, "bf16_le", "bf16", F::kLe, brain},
      {Opcode::kBf16Eq, "bf16_eq", "bf16", F::kEq, brain},
      {Opcode::kBf16ToFp32, "bf16_to_fp32", "bf16", F::kToFp32, brain},
      {Opcode::kBf16FromFp32, "bf16_from_fp32", "bf16", F::kFromFp32, brain},
  };
  const auto small = [&table](Opcode first, std::string_view format, const FloatFormat& number,
                              const std::vector<std::string_view>& names) {
    const F functions[] = {F::kAdd, F::kMul, F::kMac, F::kToFp32, F::kFromFp32};
    for (std::size_t k = 0; k < names.size(); ++k)
      table.push_back(
          {static_cast<Opcode>(static_cast<std::size_t>(first) + k), names[k], format, functions[k], number});
  };
  small(Opcode::kE4m3Add, "e4m3", minifloat(4, 3),
        {"e4m3_add", "e4m3_mul", "e4m3_mac", "e4m3_to_fp32", "e4m3_from_fp32"});
  small(Opcode::kE5m2Add, "e5m2", minifloat(5, 2),
        {"e5m2_add", "e5m2_mul", "e5m2_mac", "e5m2_to_fp32", "e5m2_from_fp32"});
  small(Opcode::kE3m2Add, "e3m2", minifloat(3, 2),
        {"e3m2_add", "e3m2_mul", "e3m2_mac", "e3m2_to_fp32", "e3m2_from_fp32"});
  small(Opcode::kE2m3Add, "e2m3", minifloat(2, 3),
        {"e2m3_add", "e2m3_mul", "e2m3_mac", "e2m3_to_fp32", "e2m3_from_fp32"});
  small(Opcode::kE2m1Add, "e2m1", minifloat(2, 1),
        {"e2m1_add", "e2m1_mul", "e2m1_mac", "e2m1_to_fp32", "e2m1_from_fp32"});
  return table;
}

/// IEEE formats overflow to infinity; the all-finite ones have none and saturate.
Code round_to(const FloatFormat& format, const Value& value) {
  const bool ieee = format.specials == numerics::Specials::kIeee;
  return numerics::encode(
      format, value,
      {numerics::Rounding::kNearestEven, ieee ? numerics::Overflow::kIeee : numerics::Overflow::kSaturate, nullptr});
}

Value negated(Value value) {
  value.negative = !value.negative;
  return value;
}

/// Which of two numbers is the least, or the greatest.
Value extreme(const Value& a, const Value& b, bool least) {
  if (a.kind == Value::Kind::kNan) return b;
  if (b.kind == Value::Kind::kNan) return a;
  const Ordering order = numerics::compare(a, b);
  if (order == Ordering::kEqual) return a.negative == least ? a : b;  // of zeros, -0 is the lesser
  return (order == Ordering::kLess) == least ? a : b;
}

std::uint64_t to_integer(const IntFormat& format, const Value& value) {
  return numerics::encode(ScalarFormat(format), value,
                          {numerics::Rounding::kTowardZero, numerics::Overflow::kSaturate, nullptr});
}

}  // namespace

int NumberOperation::word_bits() const {
  const bool narrow =
      function == NumberFunction::kMac || function == NumberFunction::kToFp32 || function == NumberFunction::kFromFp32;
  return narrow ? 32 : number.bits();
}

int number_operands(NumberFunction function) {
  if (function == NumberFunction::kMac) return 3;
  return function >= NumberFunction::kToFp32 ? 1 : 2;
}

bool is_commutative(NumberFunction function) {
  switch (function) {
    case NumberFunction::kAdd:
    case NumberFunction::kMul:
    case NumberFunction::kMac:
    case NumberFunction::kMin:
    case NumberFunction::kMax:
    case NumberFunction::kEq: return true;
    default: return false;
  }
}

const std::vector<NumberOperation>& number_operations() {
  static const std::vector<NumberOperation> table = make_table();
  return table;
}

const NumberOperation& number_operation(Opcode op) {
  HEDDLE_CHECK(is_number(op), "not an operation of a number format");
  return number_operations()[static_cast<std::size_t>(op) - static_cast<std::size_t>(Opcode::kFp32Add)];
}

const std::vector<std::string_view>& number_formats() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> found;
    for (const NumberOperation& operation : number_operations())
      if (found.empty() || found.back() != operation.format) found.push_back(operation.format);
    return found;
  }();
  return names;
}

std::uint64_t evaluate_number(Opcode op, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  const NumberOperation& operation = number_operation(op);
  const FloatFormat& format = operation.number;
  static const FloatFormat kSingle = numerics::fp32();
  const auto number = [&format](std::uint64_t word) { return numerics::decode(format, static_cast<Code>(word)); };
  const auto single = [](std::uint64_t word) { return numerics::decode(kSingle, static_cast<Code>(word)); };
  const auto compared = [&] { return numerics::compare(number(a), number(b)); };
  switch (operation.function) {
    case NumberFunction::kAdd: return round_to(format, numerics::add(number(a), number(b)));
    case NumberFunction::kSub: return round_to(format, numerics::add(number(a), negated(number(b))));
    case NumberFunction::kMul: return round_to(format, numerics::multiply(number(a), number(b)));
    case NumberFunction::kMac:
      return round_to(kSingle, numerics::add(numerics::multiply(number(a), number(b)), single(c)));
    case NumberFunction::kMin: return round_to(format, extreme(number(a), number(b), true));
    case NumberFunction::kMax: return round_to(format, extreme(number(a), number(b), false));
    case NumberFunction::kLt: return compared() == Ordering::kLess ? 1 : 0;
    case NumberFunction::kLe: return compared() == Ordering::kLess || compared() == Ordering::kEqual ? 1 : 0;
    case NumberFunction::kEq: return compared() == Ordering::kEqual ? 1 : 0;
    case NumberFunction::kToFp32: return round_to(kSingle, number(a));
    case NumberFunction::kFromFp32: return round_to(format, single(a));
    case NumberFunction::kFromS32: return round_to(kSingle, numerics::decode(ScalarFormat(kS32), static_cast<Code>(a)));
    case NumberFunction::kFromU32: return round_to(kSingle, numerics::decode(ScalarFormat(kU32), static_cast<Code>(a)));
    case NumberFunction::kToS32: return to_integer(kS32, single(a));
    case NumberFunction::kToU32: return to_integer(kU32, single(a));
  }
  HEDDLE_CHECK(false, "no such function of a number format");
}

}  // namespace heddle::dfg
