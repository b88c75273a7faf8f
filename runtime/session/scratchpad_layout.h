// Finds room in the scratchpad for the pieces of host memory of one launch.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/arch/cgra.h"

namespace heddle::session {

/// Pieces share no word of so many bytes, the widest that there is.
inline constexpr std::int64_t kGranule = 8;

/// A piece of memory to place. Its address will be congruent to `alignment_of` modulo 8, and no other piece shares an
/// aligned 8-byte word with it.
struct Piece {
  std::int64_t bytes = 0;
  std::uint64_t alignment_of = 0;        ///< a host address
  int bank = -1;                         ///< wanted bank of the first byte (blocked scratchpads); -1 = anywhere
  std::optional<std::uint32_t> at = {};  ///< it lies there, and has room there
};

/// Scratchpad bytes [begin, begin + bytes) that are to be left alone.
struct Obstacle {
  std::int64_t begin = 0;
  std::int64_t bytes = 0;
};

/// Addresses by piece, first fit. A wanted bank is a wish: the piece goes there if that bank has room (a piece larger
/// than a bank starts at its first byte), else anywhere. Pieces are placed in order; if that fails, the largest first.
/// nullopt: they do not fit.
std::optional<std::vector<std::uint32_t>> place_pieces(const arch::Scratchpad& scratchpad,
                                                       const std::vector<Piece>& pieces);

/// The same around obstacles, which pieces that lie there already may be parts of; but every wish for a bank is met,
/// and pieces are placed in order: nullopt if that does not work.
std::optional<std::vector<std::uint32_t>> place_around(const arch::Scratchpad& scratchpad,
                                                       const std::vector<Piece>& pieces,
                                                       const std::vector<Obstacle>& obstacles);

}  // namespace heddle::session
