#include "compiler/dfg/packed_operations.h"

#include "compiler/base/check.h"
#include "compiler/dfg/words.h"

namespace heddle::dfg {
namespace {

/// Element `lane` of a word.
std::int64_t element(std::uint64_t word, int lane, int bits, bool is_unsigned) {
  const std::uint64_t code = (word >> static_cast<unsigned>(lane * bits)) & word_mask(bits);
  return is_unsigned ? static_cast<std::int64_t>(code) : sign_extend(code, bits);
}

std::uint64_t dot(const PackedOperation& operation, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  std::int64_t sum = 0;
  for (int lane = 0; lane < operation.lanes; ++lane)
    sum += element(a, lane, operation.bits, operation.a_unsigned) * element(b, lane, operation.bits, false);
  return (c + static_cast<std::uint64_t>(sum)) & word_mask(32);
}

/// Bytes 0 and 1 are bytes of a, 2 and 3 bytes of b; two bits of c say which.
std::uint64_t pick(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  std::uint64_t result = 0;
  for (unsigned lane = 0; lane < 4; ++lane) {
    const std::uint64_t source = lane < 2 ? a : b;
    const std::uint64_t place = (c >> (2 * lane)) & 3U;
    result |= ((source >> (8 * place)) & 0xFFU) << (8 * lane);
  }
  return result;
}

}  // namespace

const std::vector<PackedOperation>& packed_operations() {
  static const std::vector<PackedOperation> table = {
      {Opcode::kS8Dot, "s8_dot", "packed8", true, 4, 8, false},
      {Opcode::kUs8Dot, "us8_dot", "packed8", true, 4, 8, true},
      {Opcode::kS4Dot, "s4_dot", "packed4", true, 8, 4, false},
      {Opcode::kUs4Dot, "us4_dot", "packed4", true, 8, 4, true},
      {Opcode::kB8Pick, "b8_pick", "sparse8", false, 4, 8, true},
  };
  return table;
}

const PackedOperation& packed_operation(Opcode op) {
  HEDDLE_CHECK(is_packed(op), "not an operation on packed integers");
  return packed_operations()[static_cast<std::size_t>(op) - static_cast<std::size_t>(Opcode::kS8Dot)];
}

std::uint64_t evaluate_packed(Opcode op, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  const PackedOperation& operation = packed_operation(op);
  return operation.dot ? dot(operation, a, b, c) : pick(a, b, c);
}

}  // namespace heddle::dfg
