// Codes of four bits, eight in a word, of codes in bytes. Private to this room.
#pragma once

#include <mlir/IR/Builders.h>
#include <mlir/IR/Value.h>

#include <cstdint>
#include <optional>

#include "compiler/lowering/machine.h"

namespace heddle::lowering {

/// An iteration makes one word of each of `parts` equal parts of the memory; a launch makes `launch_words` of each.
struct NibbleTile {
  std::int64_t parts = 1;
  std::int64_t launch_words = 1;
  std::int64_t interval = 1;

  /// Cycles for `words` words of nibbles, by ports and banks.
  [[nodiscard]] std::int64_t cycles(std::int64_t words) const { return words / parts * interval; }
};

/// None if nothing divides the words such that a launch fits the scratchpad.
std::optional<NibbleTile> choose_nibbles(std::int64_t words, const Machine& machine);

/// A function NAME__nibbles, which is one launch, beside the function that the builder is in, and its calls. Word k of
/// the result holds word 2k of `memory` in the lower halves of its bytes and word 2k + 1 in the upper ones.
mlir::Value emit_nibbles(mlir::OpBuilder& builder, mlir::Location location, mlir::Value memory, const NibbleTile& tile,
                         bool is_signed);

}  // namespace heddle::lowering
