// How many pairs a mask has, without looking at each: a row's keys are a product of intervals and a few tokens.
#include <algorithm>
#include <cmath>

#include "compiler/attention/workload.h"

namespace heddle::attention {
namespace {

using Count = std::int64_t;

Count side_of(const Workload& workload) {
  return std::llround(std::sqrt(static_cast<double>(workload.sequence - workload.global_tokens)));
}

/// The first tokens that a row sees whatever its pattern is: globals, and sinks, of which a causal row sees no later.
Count first_tokens(const Workload& workload, Count row) {
  const auto* window = std::get_if<WindowPattern>(&workload.pattern);
  const bool causal = window != nullptr && window->causal();
  const Count sinks = causal ? std::min(workload.sink_tokens, row + 1) : workload.sink_tokens;
  return std::max(workload.global_tokens, sinks);
}

Count keys_of(const WindowPattern& window, const Workload& workload, Count row) {
  const Count before = std::min(window.before, row) / window.dilation;
  const Count after = std::min(window.after, workload.sequence - 1 - row) / window.dilation;
  // Of the tokens that it sees anyway, those that are not in the window.
  const Count first = first_tokens(workload, row);
  Count outside = 0;
  for (Count key = 0; key < first; ++key) {
    const Count distance = key - row;
    const bool inside = distance >= -window.before && distance <= window.after && distance % window.dilation == 0;
    outside += inside ? 0 : 1;
  }
  return before + after + 1 + outside;
}

Count keys_of(const BlockPattern& blocks, const Workload& workload, Count row) {
  const Count count = workload.sequence / blocks.size;
  const Count own = row / blocks.size;
  const Count first = std::max<Count>(own - blocks.window / 2, 0);
  const Count last = std::min(own + blocks.window / 2, count - 1);
  const Count ends = (first > 0 ? 1 : 0) + (last < count - 1 ? 1 : 0);
  return (last - first + 1 + ends + blocks.random) * blocks.size;
}

/// Tokens of a line of the image that one at `position` sees.
Count along(const SquarePattern& square, Count side, Count position) {
  if (square.moved) return square.side;
  const Count reach = square.side / 2;
  return std::min(position + reach, side - 1) - std::max<Count>(position - reach, 0) + 1;
}

Count along(const TilePattern& tile, Count side, Count position) {
  if (tile.shift == 0) return tile.side;
  if (position < tile.shift) return tile.shift;
  return std::min(tile.side, side - (tile.shift + (position - tile.shift) / tile.side * tile.side));
}

template <class TwoD>
Count keys_of(const TwoD& pattern, const Workload& workload, Count row) {
  const Count side = side_of(workload);
  const Count token = row - workload.global_tokens;
  return along(pattern, side, token / side) * along(pattern, side, token % side) + workload.global_tokens;
}

bool sees_all(const Workload& workload, Count row) {
  if (row < workload.global_tokens) return true;
  const auto* blocks = std::get_if<BlockPattern>(&workload.pattern);
  return blocks != nullptr && (row < blocks->size || row >= workload.sequence - blocks->size);
}

}  // namespace

PairCount count_pairs(const Workload& workload) {
  PairCount count;
  for (Count row = workload.sequence - workload.rows; row < workload.sequence; ++row) {
    if (sees_all(workload, row)) {
      ++count.full_rows;
      count.pairs += workload.sequence;
      continue;
    }
    const Count keys =
        std::visit([&](const auto& pattern) { return keys_of(pattern, workload, row); }, workload.pattern);
    count.pairs += keys;
    count.row_keys = std::max(count.row_keys, keys);
  }
  return count;
}

}  // namespace heddle::attention
