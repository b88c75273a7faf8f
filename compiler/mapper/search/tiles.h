// Repeated parts of a graph, as unrolled loops have them, laid once and stamped all over a large array.
#pragma once

#include <optional>
#include <vector>

#include "compiler/mapper/search/task.h"

namespace heddle::mapper::search {

/// Disjoint sets of operations of the same shape: copies[i][t] does in copy i what copies[0][t] does in copy 0. Values
/// that run between copies, or to and from operations of none, are no part of the shape.
struct Tiles {
  std::vector<std::vector<int>> copies;
  [[nodiscard]] int size() const { return copies.empty() ? 0 : static_cast<int>(copies.front().size()); }
};

/// The repetition that covers most of the graph; no copies if fewer than half of the operations are in one. All copies
/// grow in step from operations that look alike, along edges that all of them have.
Tiles find_tiles(const Task& task);

/// Where construction starts: PEs by number of the fabric, and times of one copy relative to each other.
struct Seat {
  int node = 0;
  int pe = 0;
  int time = 0;
};

/// By copy. The first copy is mapped alone on a rectangle so small that the array has one for every copy; the others
/// get the same PEs and cycles, shifted. Nothing if there is no such rectangle, or no mapping on it. `banks`: by node.
std::optional<std::vector<std::vector<Seat>>> stamp(const Problem& problem, const Fabric& fabric, const Task& task,
                                                    const std::vector<Capability>& capability,
                                                    const std::vector<int>& banks, const Tiles& tiles, int ii,
                                                    std::uint64_t seed);

}  // namespace heddle::mapper::search
