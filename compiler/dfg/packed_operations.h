// Operations on integers packed into a word of 32 bits: dot products added to a sum, and the choice of bytes that a 2:4
// sparse dot product needs. Their meaning is fixed by docs/execution_model.md, section 2.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/dfg/graph.h"

namespace heddle::dfg {

struct PackedOperation {
  Opcode op = Opcode::kNop;
  std::string_view name;    ///< "us8_dot"
  std::string_view group;   ///< "packed8": what an architecture calls it and its kin
  bool dot = true;          ///< a dot product; else a choice of bytes
  int lanes = 4;            ///< elements of a word
  int bits = 8;             ///< of an element; element i lies in bits i * bits and up
  bool a_unsigned = false;  ///< the elements of a; those of b are signed
};

/// All of them, by opcode.
const std::vector<PackedOperation>& packed_operations();
/// Precondition: is_packed(op).
const PackedOperation& packed_operation(Opcode op);

/// The result, zero-extended; bits of the operands above the lowest 32 are ignored.
std::uint64_t evaluate_packed(Opcode op, std::uint64_t a, std::uint64_t b, std::uint64_t c);

}  // namespace heddle::dfg
