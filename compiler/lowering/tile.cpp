#include "compiler/lowering/tile.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <vector>

namespace heddle::lowering {
namespace {

/// Counters of four loops, the running addresses of three arrays, without a loop unit.
constexpr std::int64_t kLoopOperations = 24;
/// Sums are words.
constexpr std::int64_t kSumBytes = 4;
/// A piece begins where its host address does modulo 8.
constexpr std::int64_t kSlackBytes = 16;
/// Of the second nest: bias and multiplier of a channel.
constexpr std::int64_t kChannelWords = 2;

/// Divisors of n up to `most`.
std::vector<std::int64_t> divisors(std::int64_t n, std::int64_t most) {
  std::vector<std::int64_t> found;
  for (std::int64_t k = 1; k <= std::min(n, most); ++k)
    if (n % k == 0) found.push_back(k);
  return found;
}

/// Arrays of the launches of a tile.
struct Footprint {
  std::int64_t input = 0;
  std::int64_t weights = 0;  ///< of one of the arrays
  std::int64_t sums = 0;     ///< of one channel of the group; there are `channels` such arrays
  std::int64_t result = 0;
};

Footprint footprint(const ConvShape& shape, const ConvTile& tile) {
  return {shape.input_rows(tile.launch_rows) * shape.row_bytes,
          tile.launch_groups * (shape.run / tile.depth) * tile.weights_of_array(shape) * shape.element_bytes,
          tile.launch_groups * tile.launch_rows * shape.columns * kSumBytes,
          tile.launch_rows * shape.columns * shape.channels};
}

/// Input codes of an iteration: rows that several taps look at are loaded once.
std::int64_t input_loads(const ConvShape& shape, const ConvTile& tile) {
  const bool shared = shape.stride <= shape.taps && shape.dilation == 1;
  return shape.input_words * tile.depth * (shared ? shape.input_rows(tile.rows) : tile.rows * shape.taps);
}

/// An array of the sums, or what is in a bank.
struct Load {
  std::int64_t accesses = 0;  ///< an iteration
  std::int64_t bytes = 0;

  auto operator<=>(const Load&) const = default;
};

/// Input, weights and sums, the most accesses first. The result is not stored beside them.
std::vector<Load> loads_of(const ConvShape& shape, const ConvTile& tile) {
  const Footprint bytes = footprint(shape, tile);
  std::vector<Load> arrays{{input_loads(shape, tile), bytes.input}};
  for (std::int64_t a = 0; a < tile.weight_arrays; ++a)
    arrays.push_back({ceil_div(tile.weights(shape) - a, tile.weight_arrays), bytes.weights});
  arrays.insert(arrays.end(), static_cast<std::size_t>(tile.channels), {tile.rows, bytes.sums});
  std::sort(arrays.rbegin(), arrays.rend());
  return arrays;
}

/// Whether the arrays go to banks, each whole, such that no bank has more than `most`: each to the first with room.
bool fits_banks(const std::vector<Load>& arrays, const Load& most, int count) {
  std::vector<Load> banks(static_cast<std::size_t>(count));
  return std::all_of(arrays.begin(), arrays.end(), [&](const Load& array) {
    const auto bank = std::find_if(banks.begin(), banks.end(), [&](const Load& at) {
      return at.accesses + array.accesses <= most.accesses && at.bytes + array.bytes <= most.bytes;
    });
    if (bank == banks.end()) return false;
    *bank = {bank->accesses + array.accesses, bank->bytes + array.bytes};
    return true;
  });
}

/// Accesses an iteration of the fullest bank; none if the arrays do not go to banks of `bytes` each.
std::optional<std::int64_t> fullest_bank(const std::vector<Load>& arrays, std::int64_t bytes, const Machine& machine) {
  std::int64_t total = 0;
  for (const Load& array : arrays) total += array.accesses;
  std::int64_t most = std::max(ceil_div(total, machine.banks), arrays.front().accesses);
  for (; most <= total; ++most)
    if (fits_banks(arrays, {most, bytes}, machine.banks)) return most;
  return std::nullopt;
}

/// The launches with the fewest cycles, of these those that move the fewest bytes, and of these the fewest.
std::optional<ConvTile> with_launches(const ConvShape& shape, ConvTile tile, const Machine& machine) {
  const auto rows = divisors(shape.rows / tile.rows, shape.rows);
  const auto groups = divisors(shape.channels / tile.channels, shape.channels);
  std::optional<ConvTile> best;
  std::tuple<std::int64_t, std::int64_t> best_cost;
  for (auto g = groups.rbegin(); g != groups.rend(); ++g) {
    for (auto r = rows.rbegin(); r != rows.rend(); ++r) {
      tile.launch_rows = *r * tile.rows;
      tile.launch_groups = *g;
      if (!fits(shape, tile, machine)) continue;
      const std::tuple cost(estimate(shape, tile, machine).cycles(), moved_bytes(shape, tile));
      if (best && cost >= best_cost) continue;
      best = tile;
      best_cost = cost;
    }
  }
  return best;
}

}  // namespace

std::int64_t moved_bytes(const ConvShape& shape, const ConvTile& tile) {
  const Footprint bytes = footprint(shape, tile);
  const std::int64_t launches = shape.rows / tile.launch_rows * (shape.channels / tile.channels / tile.launch_groups);
  return launches * (bytes.input + tile.weight_arrays * bytes.weights);
}

bool fits(const ConvShape& shape, const ConvTile& tile, const Machine& machine) {
  const Footprint bytes = footprint(shape, tile);
  const std::int64_t sums = bytes.input + tile.weight_arrays * bytes.weights + tile.channels * bytes.sums;
  const std::int64_t constants = shape.channels / tile.channels * tile.weight_arrays *
                                 ceil_div(tile.channels * kChannelWords, tile.weight_arrays) * kSumBytes;
  const std::int64_t tail = bytes.result + tile.channels * bytes.sums + constants;
  const std::int64_t room = machine.scratchpad_bytes() - kSlackBytes * (tile.weight_arrays + tile.channels + 3);
  return std::max(sums, tail) <= room;
}

ConvEstimate estimate(const ConvShape& shape, const ConvTile& tile, const Machine& machine) {
  const std::int64_t sums = tile.rows * tile.channels;
  const std::int64_t inputs = input_loads(shape, tile);
  const std::int64_t weights = tile.weights(shape);
  const std::int64_t products = shape.taps * tile.depth * sums;
  ConvEstimate result;
  // A dot product adds by itself, but to the sums of the iteration before. A sum starts afresh by a select, unless
  // there is a loop unit, and is stored.
  const std::int64_t sum_operations = machine.loop_unit ? 1 : 2;
  // Of a word of indices all but one are shifted to their place.
  const std::int64_t picks = shape.input_words > 1 ? products + 2 * tile.factors(shape) - weights : 0;
  const std::int64_t arithmetic = shape.element_bytes > 1 ? products + sums + picks : 2 * products;
  result.operations = inputs + weights + arithmetic + sum_operations * sums + (machine.loop_unit ? 0 : kLoopOperations);
  result.iterations =
      (shape.rows / tile.rows) * shape.columns * (shape.channels / tile.channels) * (shape.run / tile.depth);
  const std::vector<Load> arrays = loads_of(shape, tile);
  const auto in_banks = fullest_bank(arrays, machine.bank_bytes - kSlackBytes, machine);
  // Half of the loads of an input that spans banks were seen to meet others.
  if (!in_banks) result.stalls = inputs / 2 + 1;
  const auto anywhere = fullest_bank(arrays, std::numeric_limits<std::int64_t>::max(), machine);
  result.interval =
      std::max({ceil_div(inputs + weights + sums, machine.memory_ports),
                ceil_div(in_banks.value_or(*anywhere), machine.bank_ports),
                ceil_div(result.operations, machine.usable_units()), std::int64_t{machine.loop_unit ? 1 : 2}});
  return result;
}

std::optional<ConvTile> choose_tile(const ConvShape& shape, const Machine& machine) {
  std::optional<ConvTile> best;
  std::tuple<std::int64_t, std::int64_t> best_cost;
  const auto consider = [&](ConvTile tile, std::int64_t weight_arrays) {
    tile.weight_arrays = std::clamp<std::int64_t>(weight_arrays, 1, tile.weights(shape));
    const ConvEstimate bound = estimate(shape, tile, machine);
    if (bound.operations > machine.most_operations() || bound.interval > machine.slots) return;
    if (best && std::tuple(bound.cycles(), bound.operations) >= best_cost) return;
    const auto whole = with_launches(shape, tile, machine);
    if (!whole) return;
    const ConvEstimate costs = estimate(shape, *whole, machine);
    const std::tuple cost(costs.cycles(), costs.operations);
    if (best && cost >= best_cost) return;
    best = whole;
    best_cost = cost;
  };
  for (const std::int64_t rows : divisors(shape.rows, 8))
    for (const std::int64_t channels : divisors(shape.channels, 16))
      for (const std::int64_t depth : divisors(shape.run, 8))
        for (const std::int64_t arrays : {std::int64_t{machine.banks} - 1, std::int64_t{machine.banks}, channels})
          consider({rows, channels, depth, 1, rows, 1}, arrays);
  return best;
}

}  // namespace heddle::lowering
