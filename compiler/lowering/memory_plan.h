// Where the values between layers lie: one arena for all, by lifetimes in the order of execution (docs/lowering.md).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/lowering/plan.h"

namespace heddle::lowering {

/// The arena, and its sizes in bytes; see Arena.
struct MemoryPlan {
  std::vector<std::optional<std::int64_t>>
      offsets;  ///< by value; none for constants, what is inside a layer, and ports
  std::int64_t peak = 0;
  std::int64_t bound = 0;
  std::int64_t sum = 0;
  std::int64_t weights = 0;  ///< bytes of the constants that layers read
};

/// What values in the arena begin at multiples of, in bytes: they may be read by words, and cross no burst of memory
/// that they need not.
inline constexpr std::int64_t kArenaAlignment = 64;

/// Values live from the layer that makes them to the last one that reads them; a view shares the storage of what it is
/// a view of. Ports lie in the caller's memory.
MemoryPlan plan_memory(const network::Graph& graph, const Plan& plan);

/// Elements of memory, row-major: [begin, begin + count).
struct Piece {
  std::int64_t begin = 0;
  std::int64_t count = 0;
  bool operator==(const Piece&) const = default;
};

/// The border as contiguous pieces, ascending. More than `most` become one, which is everything.
std::vector<Piece> border_pieces(const Buffer& buffer, std::size_t most = 512);

}  // namespace heddle::lowering
