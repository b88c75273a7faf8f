// One piece of memory for many blocks, of which those share bytes that are never needed at the same time.
#pragma once

#include <cstdint>
#include <vector>

namespace heddle::lowering {

/// Needed from step `first` to step `last`, both included.
struct Block {
  std::int64_t bytes = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
};

struct Arena {
  std::vector<std::int64_t> offsets;  ///< by block, in bytes: multiples of the alignment
  std::int64_t peak = 0;              ///< bytes of the whole
  std::int64_t bound = 0;             ///< no arena is smaller: the most bytes that are needed in one step
  std::int64_t sum = 0;               ///< bytes if nothing were shared
};

/// Blocks of no bytes, and those needed at different steps only, may overlap; no others do. All sizes are rounded up to
/// the alignment. Greedy, each block into the smallest gap that holds it, in several orders (by size, by size times
/// steps, by first step); the smallest arena is taken. How far it is from the optimum is at most peak - bound.
Arena pack_blocks(const std::vector<Block>& blocks, std::int64_t alignment);

}  // namespace heddle::lowering
