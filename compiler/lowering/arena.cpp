#include "compiler/lowering/arena.h"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <optional>
#include <tuple>

namespace heddle::lowering {
namespace {

bool meet(const Block& a, const Block& b) { return a.first <= b.last && b.first <= a.last; }

/// Places blocks one after the other.
class Packer {
 public:
  explicit Packer(const std::vector<Block>& blocks) : blocks_(blocks), offsets_(blocks.size(), 0) {}

  void place(std::size_t k) {
    offsets_[k] = best_gap(blocks_[k]);
    peak_ = std::max(peak_, offsets_[k] + blocks_[k].bytes);
    const auto behind = std::ranges::find_if(placed_, [&](std::size_t other) { return offsets_[other] > offsets_[k]; });
    placed_.insert(behind, k);
  }
  [[nodiscard]] const std::vector<std::int64_t>& offsets() const { return offsets_; }
  [[nodiscard]] std::int64_t peak() const { return peak_; }

 private:
  /// The lowest offset of the smallest gap among blocks of the same time; behind them all if there is none.
  [[nodiscard]] std::int64_t best_gap(const Block& block) const {
    std::int64_t end = 0;  // of what is taken so far
    std::optional<std::int64_t> best;
    std::int64_t smallest = 0;
    for (const std::size_t other : placed_) {
      if (!meet(block, blocks_[other])) continue;
      const std::int64_t gap = offsets_[other] - end;
      if (gap >= block.bytes && (!best || gap < smallest)) {
        best = end;
        smallest = gap;
      }
      end = std::max(end, offsets_[other] + blocks_[other].bytes);
    }
    return best.value_or(end);
  }

  const std::vector<Block>& blocks_;
  std::vector<std::int64_t> offsets_;
  std::vector<std::size_t> placed_;  ///< by ascending offset
  std::int64_t peak_ = 0;
};

std::int64_t most_at_once(const std::vector<Block>& blocks) {
  std::int64_t most = 0;
  for (const Block& at : blocks) {  // the need rises only where some block begins
    std::int64_t bytes = 0;
    for (const Block& block : blocks)
      if (block.first <= at.first && at.first <= block.last) bytes += block.bytes;
    most = std::max(most, bytes);
  }
  return most;
}

}  // namespace

Arena pack_blocks(const std::vector<Block>& given, std::int64_t alignment) {
  std::vector<Block> blocks = given;
  for (Block& block : blocks) block.bytes = (block.bytes + alignment - 1) / alignment * alignment;
  Arena arena;
  arena.offsets.assign(blocks.size(), 0);
  arena.bound = most_at_once(blocks);
  for (const Block& block : blocks) arena.sum += block.bytes;
  using Key = std::tuple<std::int64_t, std::int64_t>;
  const std::array<std::function<Key(const Block&)>, 3> orders = {
      [](const Block& b) { return Key{-b.bytes, b.first}; },
      [](const Block& b) { return Key{-b.bytes * (b.last - b.first + 1), b.first}; },
      [](const Block& b) { return Key{b.first, -b.bytes}; },
  };
  std::optional<std::int64_t> least;
  for (const auto& key : orders) {
    std::vector<std::size_t> order(blocks.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&](std::size_t k) { return blocks[k].bytes == 0; });
    std::ranges::stable_sort(order, {}, [&](std::size_t k) { return key(blocks[k]); });
    Packer packer(blocks);
    for (const std::size_t k : order) packer.place(k);
    if (least && packer.peak() >= *least) continue;
    least = packer.peak();
    arena.offsets = packer.offsets();
    if (*least == arena.bound) break;
  }
  arena.peak = least.value_or(0);
  return arena;
}

}  // namespace heddle::lowering
