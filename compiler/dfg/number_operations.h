// Arithmetic of number formats as operations of the array: which opcode computes what in which format.
// Their meaning is fixed by docs/execution_model.md, section 2; formats as in compiler/numerics/format.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/dfg/graph.h"
#include "compiler/numerics/format.h"

namespace heddle::dfg {

/// What an operation of a number format does. kMac: a * b + c with one rounding, where c and the result are fp32
/// whatever the format. kMin, kMax: a number wins over NaN, and -0 is less than +0. kLt, kLe, kEq: 1 or 0, false for
/// NaN.
enum class NumberFunction : std::uint8_t {
  kAdd,
  kSub,
  kMul,
  kMac,
  kMin,
  kMax,
  kLt,
  kLe,
  kEq,
  kToFp32,
  kFromFp32,
  kFromS32,  ///< a is a 32-bit integer
  kFromU32,
  kToS32,  ///< toward zero; clamped; NaN becomes 0
  kToU32,
};

struct NumberOperation {
  Opcode op = Opcode::kNop;
  std::string_view name;    ///< "e4m3_mac"
  std::string_view format;  ///< "e4m3": the group of the operation in an architecture
  NumberFunction function = NumberFunction::kAdd;
  numerics::FloatFormat number;
  int word_bits() const;  ///< that a machine word must have
};

int number_operands(NumberFunction function);
/// a and b may be swapped.
bool is_commutative(NumberFunction function);

/// All of them, by opcode.
const std::vector<NumberOperation>& number_operations();
/// Precondition: is_number(op).
const NumberOperation& number_operation(Opcode op);
/// "fp32", "fp16", ...: in the order of their opcodes.
const std::vector<std::string_view>& number_formats();

/// The result word, zero-extended; bits of the operands above their format are ignored. NaN is positive and quiet.
std::uint64_t evaluate_number(Opcode op, std::uint64_t a, std::uint64_t b, std::uint64_t c);

}  // namespace heddle::dfg
