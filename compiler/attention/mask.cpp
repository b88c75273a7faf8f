#include "compiler/attention/mask.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "compiler/base/random.h"

namespace heddle::attention {
namespace {

using Position = std::int64_t;

bool in_window(const WindowPattern& window, Position row, Position key) {
  const Position distance = key - row;
  return distance >= -window.before && distance <= window.after && distance % window.dilation == 0;
}

/// Positions of a line that one at `position` sees.
KeyRange along(const SquarePattern& square, Position side, Position position) {
  const Position reach = square.side / 2;
  const Position center = square.moved ? std::clamp(position, reach, side - 1 - reach) : position;
  return {std::max<Position>(center - reach, 0), std::min(center + reach + 1, side)};
}

KeyRange along(const TilePattern& tile, Position side, Position position) {
  const Position first = (position - tile.shift + tile.side) / tile.side * tile.side + tile.shift - tile.side;
  return {std::max<Position>(first, 0), std::min(first + tile.side, side)};
}

/// Appends, joined to the range before where they touch.
void append(std::vector<KeyRange>& ranges, KeyRange range) {
  if (range.first >= range.last) return;
  if (!ranges.empty() && ranges.back().stride == 1 && range.stride == 1 && ranges.back().last >= range.first)
    ranges.back().last = std::max(ranges.back().last, range.last);
  else
    ranges.push_back(range);
}

/// The first tokens that are seen by all; of a causal window none behind the row, unless they are global.
Position first_tokens(const Workload& workload, Position row) {
  const auto* window = std::get_if<WindowPattern>(&workload.pattern);
  const bool causal = window != nullptr && window->causal();
  return std::max(workload.global_tokens, causal ? std::min(workload.sink_tokens, row + 1) : workload.sink_tokens);
}

std::vector<KeyRange> window_ranges(const WindowPattern& window, const Workload& workload, Position row) {
  const Position before = std::min(window.before, row) / window.dilation * window.dilation;
  const KeyRange seen{row - before, std::min(row + window.after + 1, workload.sequence), window.dilation};
  const Position first = first_tokens(workload, row);
  std::vector<KeyRange> ranges;
  if (window.dilation == 1) {
    append(ranges, {0, std::min(first, seen.first)});
    append(ranges, {seen.first, std::max(seen.last, first)});
    return ranges;
  }
  for (Position key = 0; key < first; ++key)
    if (!in_window(window, row, key)) append(ranges, {key, key + 1});
  ranges.push_back(seen);
  return ranges;
}

}  // namespace

Mask::Mask(const Workload& workload, std::uint64_t seed)
    : workload_(workload),
      seed_(seed),
      side_(std::llround(std::sqrt(static_cast<double>(workload.sequence - workload.global_tokens)))) {}

bool Mask::is_full(std::int64_t row) const {
  if (row < workload_.global_tokens) return true;
  const auto* blocks = std::get_if<BlockPattern>(&workload_.pattern);
  return blocks != nullptr && (row < blocks->size || row >= workload_.sequence - blocks->size);
}

std::vector<std::int64_t> Mask::random_blocks(std::int64_t head, std::int64_t block) const {
  const auto& blocks = std::get<BlockPattern>(workload_.pattern);
  const Position count = workload_.sequence / blocks.size;
  std::vector<Position> free;
  for (Position each = 1; each + 1 < count; ++each)
    if (std::abs(each - block) > blocks.window / 2) free.push_back(each);
  Random random(seed_ ^ (static_cast<std::uint64_t>(head) * 0x9E3779B97F4A7C15U) ^
                (static_cast<std::uint64_t>(block) * 0xC2B2AE3D27D4EB4FU));
  for (std::size_t i = 0; i < static_cast<std::size_t>(blocks.random); ++i)
    std::swap(free[i], free[i + random.below(free.size() - i)]);
  free.resize(static_cast<std::size_t>(blocks.random));
  std::ranges::sort(free);
  return free;
}

bool Mask::sees(std::int64_t head, std::int64_t row, std::int64_t key) const {
  if (is_full(row) || key < workload_.global_tokens) return true;
  if (const auto* window = std::get_if<WindowPattern>(&workload_.pattern))
    return in_window(*window, row, key) || (key < workload_.sink_tokens && (!window->causal() || key <= row));
  if (const auto* blocks = std::get_if<BlockPattern>(&workload_.pattern)) {
    const Position block = key / blocks->size;
    const Position own = row / blocks->size;
    if (block == 0 || block == workload_.sequence / blocks->size - 1 || std::abs(block - own) <= blocks->window / 2)
      return true;
    const auto drawn = random_blocks(head, own);
    return std::ranges::find(drawn, block) != drawn.end();
  }
  const Position y = (row - workload_.global_tokens) / side_, x = (row - workload_.global_tokens) % side_;
  const Position key_y = (key - workload_.global_tokens) / side_, key_x = (key - workload_.global_tokens) % side_;
  const auto near = [&](Position own, Position other) {
    if (const auto* tile = std::get_if<TilePattern>(&workload_.pattern))
      return (own + tile->side - tile->shift) / tile->side == (other + tile->side - tile->shift) / tile->side;
    const auto& square = std::get<SquarePattern>(workload_.pattern);
    const Position center = square.moved ? std::clamp(own, square.side / 2, side_ - 1 - square.side / 2) : own;
    return std::abs(other - center) <= square.side / 2;
  };
  return near(y, key_y) && near(x, key_x);
}

std::vector<KeyRange> Mask::ranges(std::int64_t head, std::int64_t row) const {
  std::vector<KeyRange> result;
  if (is_full(row)) return {{0, workload_.sequence}};
  if (const auto* window = std::get_if<WindowPattern>(&workload_.pattern))
    return window_ranges(*window, workload_, row);
  if (const auto* blocks = std::get_if<BlockPattern>(&workload_.pattern)) {
    const Position own = row / blocks->size;
    const Position count = workload_.sequence / blocks->size;
    std::vector<Position> seen = random_blocks(head, own);
    seen.insert(seen.end(), {0, count - 1});
    for (Position each = std::max<Position>(own - blocks->window / 2, 1);
         each <= std::min(own + blocks->window / 2, count - 2); ++each)
      seen.push_back(each);
    std::ranges::sort(seen);
    for (const Position block : seen) append(result, {block * blocks->size, (block + 1) * blocks->size});
    return result;
  }
  const Position first = workload_.global_tokens;
  append(result, {0, first});
  std::visit(
      [&](const auto& pattern) {
        if constexpr (requires { along(pattern, side_, row); }) {
          const KeyRange lines = along(pattern, side_, (row - first) / side_);
          const KeyRange columns = along(pattern, side_, (row - first) % side_);
          for (Position y = lines.first; y < lines.last; ++y)
            append(result, {first + y * side_ + columns.first, first + y * side_ + columns.last});
        }
      },
      workload_.pattern);
  return result;
}

}  // namespace heddle::attention
