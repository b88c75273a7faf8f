// Finds room in the scratchpad for the pieces of host memory of one launch.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/arch/cgra.h"

namespace heddle::session {

/// A piece of memory to place. Its address will be congruent to `alignment_of` modulo 8, and no other piece shares an
/// aligned 8-byte word with it.
struct Piece {
  std::int64_t bytes = 0;
  std::uint64_t alignment_of = 0;  ///< a host address
  int bank = -1;                   ///< wanted bank of the first byte (blocked scratchpads); -1 = anywhere
};

/// Addresses by piece, first fit. A wanted bank is a wish: the piece goes there if that bank has room (a piece larger
/// than a bank starts at its first byte), else anywhere. Pieces are placed in order; if that fails, the largest first.
/// nullopt: they do not fit.
std::optional<std::vector<std::uint32_t>> place_pieces(const arch::Scratchpad& scratchpad,
                                                       const std::vector<Piece>& pieces);

}  // namespace heddle::session
