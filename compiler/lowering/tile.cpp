#include "compiler/lowering/tile.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace heddle::lowering {
namespace {

/// Counters of four loops, the running addresses of three arrays, without a loop unit.
constexpr std::int64_t kLoopOperations = 24;
/// Sums are words.
constexpr std::int64_t kSumBytes = 4;
/// Of the second nest: bias and multiplier of a channel.
constexpr std::int64_t kChannelBytes = 8;

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

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
  std::int64_t weights = 0;  ///< of one channel of the group; there are `channels` such arrays
  std::int64_t sums = 0;     ///< likewise
  std::int64_t result = 0;
};

Footprint footprint(const ConvShape& shape, const ConvTile& tile) {
  return {shape.input_rows(tile.launch_rows) * shape.row_bytes,
          tile.launch_groups * shape.taps * shape.run * shape.element_bytes,
          tile.launch_groups * tile.launch_rows * shape.columns * kSumBytes,
          tile.launch_rows * shape.columns * shape.channels};
}

bool fits(const ConvShape& shape, const ConvTile& tile, const Machine& machine) {
  const Footprint bytes = footprint(shape, tile);
  const std::int64_t sums = bytes.input + tile.channels * (bytes.weights + bytes.sums);
  const std::int64_t tail = bytes.result + tile.channels * bytes.sums + shape.channels * kChannelBytes;
  // Pieces begin where their host addresses do modulo 8: a granule for each is lost.
  const std::int64_t room = machine.scratchpad_bytes() - 16 * (2 * tile.channels + 2);
  return std::max(sums, tail) <= room;
}

/// Whether every array lies in one bank, where the mapper knows its accesses apart from others.
bool fits_banks(const ConvShape& shape, const ConvTile& tile, const Machine& machine) {
  const Footprint bytes = footprint(shape, tile);
  const std::int64_t room = machine.bank_bytes - 16;
  return std::max({bytes.input, bytes.weights, bytes.sums}) <= room && bytes.result <= room;
}

/// The fewest launches: as many rows as fit, then as many groups.
std::optional<ConvTile> with_launches(const ConvShape& shape, ConvTile tile, const Machine& machine) {
  const auto rows = divisors(shape.rows / tile.rows, shape.rows);
  const auto groups = divisors(shape.channels / tile.channels, shape.channels);
  for (const bool in_banks : {true, false}) {
    for (auto g = groups.rbegin(); g != groups.rend(); ++g) {
      for (auto r = rows.rbegin(); r != rows.rend(); ++r) {
        tile.launch_rows = *r * tile.rows;
        tile.launch_groups = *g;
        if (fits(shape, tile, machine) && (!in_banks || fits_banks(shape, tile, machine))) return tile;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

ConvEstimate estimate(const ConvShape& shape, const ConvTile& tile, const Machine& machine) {
  const std::int64_t sums = tile.rows * tile.channels;
  // Rows that several taps look at are loaded once.
  std::int64_t rows = 0;
  if (shape.stride <= shape.taps && shape.dilation == 1)
    rows = shape.input_rows(tile.rows);
  else
    rows = tile.rows * shape.taps;
  const std::int64_t inputs = rows * tile.depth;
  const std::int64_t weights = shape.taps * tile.depth * tile.channels;
  const std::int64_t products = shape.taps * tile.depth * sums;
  ConvEstimate result;
  // A dot product adds by itself, but to the sums of the iteration before. A sum starts afresh by a select, unless
  // there is a loop unit, and is stored.
  const std::int64_t sum_operations = machine.loop_unit ? 1 : 2;
  const std::int64_t arithmetic = shape.element_bytes > 1 ? products + sums : 2 * products;
  result.operations = inputs + weights + arithmetic + sum_operations * sums + (machine.loop_unit ? 0 : kLoopOperations);
  result.iterations =
      (shape.rows / tile.rows) * shape.columns * (shape.channels / tile.channels) * (shape.run / tile.depth);
  result.interval =
      std::max({ceil_div(inputs + weights + sums, machine.memory_ports),
                ceil_div(inputs + weights + sums, std::int64_t{machine.banks} * machine.bank_ports),
                // All loads of the input meet in its bank, and one array's beside it.
                ceil_div(inputs, machine.bank_ports), ceil_div(shape.taps * tile.depth, machine.bank_ports),
                ceil_div(result.operations, machine.usable_units()), std::int64_t{machine.loop_unit ? 1 : 2}});
  return result;
}

std::optional<ConvTile> choose_tile(const ConvShape& shape, const Machine& machine) {
  std::optional<ConvTile> best;
  std::tuple<std::int64_t, std::int64_t> best_cost;
  for (const std::int64_t rows : divisors(shape.rows, 8)) {
    for (const std::int64_t channels : divisors(shape.channels, 16)) {
      for (const std::int64_t depth : divisors(shape.run, 8)) {
        ConvTile tile{rows, channels, depth, rows, 1};
        const ConvEstimate costs = estimate(shape, tile, machine);
        if (costs.operations > machine.most_operations() || costs.interval > machine.slots) continue;
        const std::tuple cost(costs.cycles(), costs.operations);
        if (best && cost >= best_cost) continue;
        const auto whole = with_launches(shape, tile, machine);
        if (!whole) continue;
        best = whole;
        best_cost = cost;
      }
    }
  }
  return best;
}

}  // namespace heddle::lowering
