// Tiles of convolutions: against all tiles of small shapes, and what holds for every tile.
#include "compiler/lowering/tile.h"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace heddle::lowering {
namespace {

Machine machine(std::int64_t bank_bytes, int banks = 8, bool loop_unit = false) {
  Machine result;
  result.units = 64;
  result.memory_ports = 8;
  result.slots = 32;
  result.banks = banks;
  result.bank_bytes = bank_bytes;
  result.loop_unit = loop_unit;
  return result;
}

/// A 3 x 3 convolution over `depth` channels with a border of one.
ConvShape shape(std::int64_t size, std::int64_t depth, std::int64_t channels, std::int64_t stride = 1) {
  ConvShape result;
  result.rows = result.columns = size;
  result.channels = channels;
  result.run = 3 * depth;
  result.taps = 3;
  result.stride = stride;
  result.row_bytes = (size * stride + 2) * depth;
  return result;
}

std::vector<ConvShape> small_shapes() {
  std::vector<ConvShape> shapes;
  for (const std::int64_t size : {1, 4, 6})
    for (const std::int64_t depth : {1, 2, 4})
      for (const std::int64_t channels : {1, 6, 8})
        for (const std::int64_t stride : {1, 2}) shapes.push_back(shape(size, depth, channels, stride));
  return shapes;
}

using Cost = std::tuple<std::int64_t, std::int64_t>;

/// The least cost of all tiles, divisors or not told apart by remainders; none if none fits.
std::optional<Cost> least_cost(const ConvShape& shape, const Machine& machine) {
  std::optional<Cost> least;
  const auto consider = [&](const ConvTile& tile) {
    if (!fits(shape, tile, machine)) return;
    const ConvEstimate costs = estimate(shape, tile, machine);
    if (costs.operations > machine.most_operations() || costs.interval > machine.slots) return;
    const Cost cost(costs.cycles(), costs.operations);
    if (!least || cost < *least) least = cost;
  };
  for (std::int64_t p = 1; p <= 8; ++p)
    for (std::int64_t u = 1; u <= 16; ++u)
      for (std::int64_t d = 1; d <= 8; ++d)
        for (std::int64_t r = p; r <= shape.rows; r += p)
          for (std::int64_t g = 1; g * u <= shape.channels; ++g) {
            if (shape.rows % r != 0 || shape.channels % (g * u) != 0 || shape.run % d != 0) continue;
            for (const std::int64_t arrays : {std::int64_t{machine.banks} - 1, std::int64_t{machine.banks}, u})
              if (arrays <= shape.taps * d * u && arrays > 0) consider({p, u, d, arrays, r, g});
            consider({p, u, d, std::min(shape.taps * d * u, std::int64_t{machine.banks} - 1), r, g});
          }
  return least;
}

TEST(Tile, SmallShapes_CostAsTheBestOfAllTiles) {
  for (const ConvShape& shape : small_shapes())
    for (const std::int64_t bytes : {64, 128, 256, 4096}) {
      const Machine array = machine(bytes);
      const auto tile = choose_tile(shape, array);
      const auto least = least_cost(shape, array);
      ASSERT_EQ(tile.has_value(), least.has_value());
      if (!tile) continue;
      const ConvEstimate costs = estimate(shape, *tile, array);
      EXPECT_EQ(Cost(costs.cycles(), costs.operations), *least) << shape.rows << " " << shape.run << " " << bytes;
    }
}

TEST(Tile, EveryTile_DividesItsShapeAndFits) {
  for (const ConvShape& shape : small_shapes())
    for (const std::int64_t bytes : {128, 512, 4096}) {
      const auto tile = choose_tile(shape, machine(bytes));
      if (!tile) continue;
      EXPECT_EQ(shape.rows % tile->launch_rows, 0);
      EXPECT_EQ(tile->launch_rows % tile->rows, 0);
      EXPECT_EQ(shape.channels % (tile->channels * tile->launch_groups), 0);
      EXPECT_EQ(shape.run % tile->depth, 0);
      EXPECT_TRUE(fits(shape, *tile, machine(bytes)));
    }
}

TEST(Tile, LargerBanks_AreNeverWorse) {
  for (const ConvShape& shape : {shape(56, 64, 64), shape(7, 512, 512), shape(14, 128, 256, 2), shape(8, 3, 10)}) {
    std::optional<std::int64_t> before;
    for (std::int64_t bytes = 256; bytes <= 65536; bytes *= 2) {
      const auto tile = choose_tile(shape, machine(bytes));
      if (!tile) {
        EXPECT_FALSE(before);
        continue;
      }
      const std::int64_t cycles = estimate(shape, *tile, machine(bytes)).cycles();
      EXPECT_LE(cycles, before.value_or(cycles)) << bytes;
      before = cycles;
    }
    EXPECT_TRUE(before);
  }
}

// 6 loads of the input, 48 weights dealt to seven arrays of 7, 8 sums: 62 accesses to 8 banks.
TEST(Tile, WeightsDealtToSevenArrays_LeaveTheInputABank) {
  const ConvShape layer = shape(7, 512, 512);
  EXPECT_EQ(estimate(layer, {1, 8, 2, 7, 1, 1}, machine(16384)).interval, 8);
  EXPECT_EQ(estimate(layer, {1, 8, 2, 7, 1, 1}, machine(16384)).stalls, 0);
  EXPECT_EQ(estimate(layer, {1, 8, 2, 8, 1, 1}, machine(16384)).interval, 12);
}

TEST(Tile, InputThatSpansBanks_Stalls) {
  const ConvShape layer = shape(7, 512, 512);
  EXPECT_GT(estimate(layer, {1, 8, 2, 7, 7, 1}, machine(16384)).stalls, 0);
}

}  // namespace
}  // namespace heddle::lowering
