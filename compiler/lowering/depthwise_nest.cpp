// One nest in host loops over what fits the scratchpad:
//
//   for row block, channel, column:  the new column of the block's input rows; sums under the window; their codes
//
// The columns before the new one are values of earlier iterations. The loop begins as many columns early as the window
// keeps, and stores nothing there; so nothing has to start afresh, and what a row hands to the next one is never used.
#include "compiler/lowering/depthwise_nest.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>
#include <mlir/Dialect/SCF/IR/SCF.h>

#include <algorithm>

#include "compiler/lowering/loops.h"
#include "compiler/lowering/words.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only

namespace {

/// Cycles by bounds, and whether the mapper takes a graph of that size.
std::optional<std::int64_t> cycles(const DepthwiseShape& shape, const DepthwiseTile& tile, const Machine& machine) {
  const std::int64_t taps = shape.kernel_rows * shape.kernel_columns;
  const std::int64_t inputs = shape.input_rows(tile.rows) * (shape.keeps_columns() ? 1 : shape.kernel_columns);
  const std::int64_t accesses = inputs + taps + 2 + tile.rows;
  // A product and a sum a tap, a requantisation a row, counters and addresses.
  const std::int64_t operations = accesses + 2 * taps * tile.rows + 10 * tile.rows + 24;
  if (operations > machine.most_operations()) return std::nullopt;
  const std::int64_t interval = std::max({ceil_div(accesses, machine.memory_ports),
                                          ceil_div(inputs, machine.bank_ports), ceil_div(tile.rows, machine.bank_ports),
                                          ceil_div(operations, machine.usable_units()), std::int64_t{2}});
  if (interval > machine.slots) return std::nullopt;
  const std::int64_t early = shape.keeps_columns() ? shape.kernel_columns - 1 : 0;
  return interval * (shape.rows / tile.rows) * shape.channels * (shape.columns + early);
}

bool fits(const DepthwiseShape& shape, const DepthwiseTile& tile, const Machine& machine, bool in_banks) {
  const std::int64_t input = shape.input_rows(tile.launch_rows) * shape.row_bytes;
  const std::int64_t result = tile.launch_rows * shape.columns * shape.channels;
  const std::int64_t constants = shape.channels * (shape.kernel_rows * shape.kernel_columns + 8);
  const std::int64_t room = machine.bank_bytes - 16;
  if (in_banks && std::max(input, result) > room) return false;
  return input + result + constants + 16 * (shape.kernel_rows + 4) <= machine.scratchpad_bytes();
}

std::optional<DepthwiseTile> with_launches(const DepthwiseShape& shape, DepthwiseTile tile, const Machine& machine) {
  for (const bool in_banks : {true, false}) {
    for (std::int64_t blocks = shape.rows / tile.rows; blocks > 0; --blocks) {
      tile.launch_rows = blocks * tile.rows;
      if (shape.rows % tile.launch_rows == 0 && fits(shape, tile, machine, in_banks)) return tile;
    }
  }
  return std::nullopt;
}

/// Input codes of one iteration as words: [input row][kernel column].
using Rows = std::vector<std::vector<Value>>;

Value sum_of_row(const Words& words, const DepthwiseNest& nest, const Rows& inputs, const std::vector<Value>& weights,
                 std::int64_t row) {
  const DepthwiseShape& shape = nest.shape;
  Value sum;
  for (std::int64_t k = 0; k < shape.kernel_rows; ++k) {
    for (std::int64_t l = 0; l < shape.kernel_columns; ++l) {
      const Value code = inputs[static_cast<std::size_t>(row * shape.row_stride + k)][static_cast<std::size_t>(l)];
      const Value product = words.mul(code, weights[static_cast<std::size_t>(k * shape.kernel_columns + l)]);
      sum = sum ? words.add(sum, product) : product;
    }
  }
  return sum;
}

/// Constants of the launch.
struct Factors {
  std::vector<Value> weights;  ///< by kernel row: [kernel column][channel]
  Value start;
  Value multipliers;  ///< or null
};

Factors constants_of(OpBuilder& b, Location loc, const DepthwiseNest& nest) {
  Factors factors;
  const std::int64_t row = nest.shape.kernel_columns * nest.shape.channels;
  for (std::int64_t k = 0; k < nest.shape.kernel_rows; ++k) {
    const auto from = nest.weights.begin() + k * row;
    factors.weights.push_back(constant_memory(b, loc, std::vector<std::int8_t>(from, from + row)));
  }
  factors.start = constant_memory(b, loc, nest.start);
  if (nest.multipliers.size() > 1) factors.multipliers = constant_memory(b, loc, nest.multipliers);
  return factors;
}

/// Places of one iteration.
struct Step {
  Value channel;
  Value from;    ///< index of the newest column's element in the block's first input row
  Value to;      ///< index of the first row's element in the result
  Value stores;  ///< whether the column is one of the result; null: always
};

/// The iteration; returns the columns that the next one keeps, row by row.
std::vector<Value> emit_column(OpBuilder& b, Location loc, const DepthwiseNest& nest, const Factors& factors,
                               ValueRange memory, const Step& at, ValueRange before) {
  const DepthwiseShape& shape = nest.shape;
  const Words words(b, loc);
  const auto kept = static_cast<std::size_t>(shape.keeps_columns() ? shape.kernel_columns - 1 : 0);
  Rows inputs;
  std::vector<Value> after;
  for (std::int64_t r = 0; r < shape.input_rows(nest.tile.rows); ++r) {
    std::vector<Value> row(before.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(r) * kept),
                           before.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(r + 1) * kept));
    for (std::int64_t l = static_cast<std::int64_t>(kept); l < shape.kernel_columns; ++l) {
      const std::int64_t distance = r * nest.input_at.row + (kept > 0 ? 0 : l * shape.channels);
      row.push_back(
          words.widened(b.create<memref::LoadOp>(loc, memory[0], plus(b, loc, at.from, distance)), nest.input_type));
    }
    if (kept > 0) after.insert(after.end(), row.begin() + 1, row.end());
    inputs.push_back(std::move(row));
  }
  std::vector<Value> weights;
  for (std::int64_t k = 0; k < shape.kernel_rows; ++k)
    for (std::int64_t l = 0; l < shape.kernel_columns; ++l)
      weights.push_back(words.widened(b.create<memref::LoadOp>(loc, factors.weights[static_cast<std::size_t>(k)],
                                                               plus(b, loc, at.channel, l * shape.channels)),
                                      tensor::Type::kInt8));
  const Value start = b.create<memref::LoadOp>(loc, factors.start, at.channel);
  const Value factor = factors.multipliers ? b.create<memref::LoadOp>(loc, factors.multipliers, at.channel).getResult()
                                           : words.word(nest.multipliers.front());
  std::vector<Value> codes;
  for (std::int64_t p = 0; p < nest.tile.rows; ++p) {
    const Value sum = words.add(sum_of_row(words, nest, inputs, weights, p), start);
    codes.push_back(words.code(nest.tail, words.mul(sum, factor)));
  }
  const OpBuilder::InsertionGuard guard(b);
  if (at.stores) b.setInsertionPointToStart(b.create<scf::IfOp>(loc, at.stores, false).thenBlock());
  for (std::int64_t p = 0; p < nest.tile.rows; ++p)
    b.create<memref::StoreOp>(loc, codes[static_cast<std::size_t>(p)], memory[1],
                              plus(b, loc, at.to, p * nest.result_at.row));
  return after;
}

/// One launch: `v` is input, result, and the index of the first element in each.
void emit_launch(OpBuilder& b, Location loc, const DepthwiseNest& nest, ValueRange v) {
  const DepthwiseShape& shape = nest.shape;
  const Factors factors = constants_of(b, loc, nest);
  const std::int64_t early = shape.keeps_columns() ? shape.kernel_columns - 1 : 0;
  const auto kept = static_cast<std::size_t>(early * shape.input_rows(nest.tile.rows));
  const std::vector<Value> zeros(kept, Words(b, loc).word(0));
  const auto listed = [](ValueRange values) { return std::vector<Value>(values.begin(), values.end()); };
  loop(b, loc, nest.tile.launch_rows / nest.tile.rows, zeros, [&](Value i, ValueRange of_blocks) {
    const Value from = plus(b, loc, v[2], times(b, loc, i, nest.tile.rows * shape.row_stride * nest.input_at.row));
    const Value to = plus(b, loc, v[3], times(b, loc, i, nest.tile.rows * nest.result_at.row));
    return listed(loop(b, loc, shape.channels, listed(of_blocks), [&](Value c, ValueRange of_channels) {
      const Value from_channel = plus(b, loc, from, c);
      const Value to_channel = plus(b, loc, plus(b, loc, to, c), -early * shape.channels);
      return listed(loop(b, loc, shape.columns + early, listed(of_channels), [&](Value t, ValueRange before) {
        Step at;
        at.channel = c;
        at.from = plus(b, loc, from_channel, times(b, loc, t, shape.column_stride * shape.channels));
        at.to = plus(b, loc, to_channel, times(b, loc, t, shape.channels));
        if (early > 0) at.stores = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, t, index(b, loc, early));
        return emit_column(b, loc, nest, factors, v.take_front(2), at, before);
      }));
    }));
  });
}

}  // namespace

std::optional<DepthwiseTile> choose_tile(const DepthwiseShape& shape, const Machine& machine) {
  std::optional<DepthwiseTile> best;
  std::int64_t fewest = 0;
  for (std::int64_t rows = 1; rows <= std::min<std::int64_t>(shape.rows, 8); ++rows) {
    if (shape.rows % rows != 0) continue;
    const auto cost = cycles(shape, {rows, rows}, machine);
    if (!cost || (best && *cost >= fewest)) continue;
    const auto whole = with_launches(shape, {rows, rows}, machine);
    if (!whole) continue;
    best = whole;
    fewest = *cost;
  }
  return best;
}

void emit_depthwise(OpBuilder& b, Location loc, const DepthwiseNest& nest) {
  const Value zero = index(b, loc, 0);
  std::vector<Value> arguments{nest.input, nest.result, zero, zero};
  auto columns = launch_function(b, loc, "__columns", arguments, [&](ValueRange v) { emit_launch(b, loc, nest, v); });
  loop(b, loc, nest.images, [&](Value image) {
    loop(b, loc, nest.shape.rows / nest.tile.launch_rows, [&](Value rows) {
      const Value row = times(b, loc, rows, nest.tile.launch_rows);
      arguments[2] = plus(b, loc, plus(b, loc, times(b, loc, image, nest.input_at.image), nest.input_at.start),
                          times(b, loc, row, nest.shape.row_stride * nest.input_at.row));
      arguments[3] = plus(b, loc, plus(b, loc, times(b, loc, image, nest.result_at.image), nest.result_at.start),
                          times(b, loc, row, nest.result_at.row));
      b.create<func::CallOp>(loc, columns, arguments);
    });
  });
}

}  // namespace heddle::lowering
