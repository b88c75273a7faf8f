// Two nests, one after the other, for what fits the scratchpad:
//
//   for column block, row block, depth:  sums of rows x columns; stored when the depth ends
//   for column block, row:               requantisation of the block's columns
//
// As in conv_nest.cpp every column of a block has an array of its own for its sums. All loads of a matrix meet in its
// bank, so that an iteration takes as many cycles as the block has rows or columns.
#include "compiler/lowering/product_nest.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>

#include <algorithm>
#include <tuple>

#include "compiler/lowering/loops.h"
#include "compiler/lowering/words.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only

namespace {

struct Cost {
  std::int64_t interval = 0;
  std::int64_t operations = 0;
};

Cost cost_of(const ProductTile& tile, const Machine& machine) {
  const std::int64_t sums = tile.rows * tile.columns;
  const std::int64_t loads = tile.rows + tile.columns;
  // A load and the subtraction of its zero point; a product and a sum; what starts the sum afresh, and its store.
  const std::int64_t operations = 2 * loads + (machine.loop_unit ? 3 : 4) * sums + (machine.loop_unit ? 0 : 24);
  return {std::max({ceil_div(loads + sums, machine.memory_ports), ceil_div(tile.rows, machine.bank_ports),
                    ceil_div(tile.columns, machine.bank_ports), ceil_div(operations, machine.usable_units()),
                    std::int64_t{machine.loop_unit ? 1 : 2}}),
          operations};
}

bool fits(const ProductShape& shape, const ProductTile& tile, const Machine& machine, bool in_banks) {
  const std::int64_t a = tile.launch_rows * shape.depth;
  const std::int64_t b = shape.depth * shape.columns;
  const std::int64_t sums = shape.columns / tile.columns * tile.launch_rows * 4;
  const std::int64_t result = tile.launch_rows * shape.columns * shape.result_bytes;
  if (in_banks && std::max({a, b, sums, result}) > machine.bank_bytes - 16) return false;
  // Pieces begin where their host addresses do modulo 8: a granule for each is lost.
  return tile.columns * sums + std::max(a + b, result) + 16 * (tile.columns + 2) <= machine.scratchpad_bytes();
}

/// The fewest launches: as many rows as fit.
std::optional<ProductTile> with_launches(const ProductShape& shape, ProductTile tile, const Machine& machine) {
  for (const bool in_banks : {true, false}) {
    for (std::int64_t blocks = shape.rows / tile.rows; blocks > 0; --blocks) {
      tile.launch_rows = blocks * tile.rows;
      if (shape.rows % tile.launch_rows == 0 && fits(shape, tile, machine, in_banks)) return tile;
    }
  }
  return std::nullopt;
}

Value loaded(OpBuilder& b, Location loc, const Factor& factor, Value memory, Value place) {
  const Words words(b, loc);
  const Value code = words.widened(b.create<memref::LoadOp>(loc, memory, place), factor.type);
  return words.plus(code, -factor.zero);
}

/// `v`: A, B, the index of the first element in each, and the sums by column of a block: [column block][row].
void emit_sums(OpBuilder& b, Location loc, const ProductNest& nest, ValueRange v) {
  const ProductShape& shape = nest.shape;
  const auto rows = static_cast<std::size_t>(nest.tile.rows);
  const auto columns = static_cast<std::size_t>(nest.tile.columns);
  const Words words(b, loc);
  loop(b, loc, shape.columns / nest.tile.columns, [&](Value j) {
    const Value b_block = plus(b, loc, v[3], times(b, loc, j, nest.tile.columns));
    loop(b, loc, nest.tile.launch_rows / nest.tile.rows, [&](Value i) {
      const Value a_block = plus(b, loc, v[2], times(b, loc, i, nest.tile.rows * shape.depth));
      const std::vector<Value> zeros(rows * columns, words.word(0));
      const ValueRange sums = loop(b, loc, shape.depth, zeros, [&](Value k, ValueRange before) {
        const Value a_first = plus(b, loc, a_block, k);
        const Value b_first = plus(b, loc, b_block, times(b, loc, k, shape.columns));
        std::vector<Value> a;
        for (std::size_t r = 0; r < rows; ++r)
          a.push_back(loaded(b, loc, nest.a, v[0], plus(b, loc, a_first, static_cast<std::int64_t>(r) * shape.depth)));
        std::vector<Value> after;
        std::vector<Value> other;
        for (std::size_t c = 0; c < columns; ++c)
          other.push_back(loaded(b, loc, nest.b, v[1], plus(b, loc, b_first, static_cast<std::int64_t>(c))));
        for (std::size_t r = 0; r < rows; ++r)
          for (std::size_t c = 0; c < columns; ++c)
            after.push_back(words.add(before[r * columns + c], words.mul(a[r], other[c])));
        return after;
      });
      const Value place = plus(b, loc, times(b, loc, j, nest.tile.launch_rows), times(b, loc, i, nest.tile.rows));
      for (std::size_t k = 0; k < rows * columns; ++k)
        b.create<memref::StoreOp>(loc, sums[static_cast<unsigned>(k)], v[4 + k % columns],
                                  plus(b, loc, place, static_cast<std::int64_t>(k / columns)));
    });
  });
}

/// `v`: the result, the index of its first element, and the sums.
void emit_codes(OpBuilder& b, Location loc, const ProductNest& nest, ValueRange v) {
  const Words words(b, loc);
  loop(b, loc, nest.shape.columns / nest.tile.columns, [&](Value j) {
    loop(b, loc, nest.tile.launch_rows, [&](Value i) {
      const Value from = plus(b, loc, times(b, loc, j, nest.tile.launch_rows), i);
      const Value to =
          plus(b, loc, plus(b, loc, v[1], times(b, loc, i, nest.shape.columns)), times(b, loc, j, nest.tile.columns));
      for (std::int64_t c = 0; c < nest.tile.columns; ++c) {
        Value result = b.create<memref::LoadOp>(loc, v[static_cast<unsigned>(2 + c)], from);
        if (nest.tail) result = words.code(*nest.tail, words.times(result, nest.multiplier));
        b.create<memref::StoreOp>(loc, result, v[0], plus(b, loc, to, c));
      }
    });
  });
}

}  // namespace

std::optional<ProductTile> choose_tile(const ProductShape& shape, const Machine& machine) {
  std::optional<ProductTile> best;
  std::tuple<std::int64_t, std::int64_t> best_cost;
  constexpr std::int64_t kMost = 16;
  for (std::int64_t rows = 1; rows <= std::min(shape.rows, kMost); ++rows) {
    for (std::int64_t columns = 1; columns <= std::min(shape.columns, kMost); ++columns) {
      if (shape.rows % rows != 0 || shape.columns % columns != 0) continue;
      const Cost cost = cost_of({rows, columns, rows}, machine);
      if (cost.operations > machine.most_operations() || cost.interval > machine.slots) continue;
      const std::tuple total(cost.interval * (shape.rows / rows) * (shape.columns / columns), cost.operations);
      if (best && total >= best_cost) continue;
      const auto whole = with_launches(shape, {rows, columns, rows}, machine);
      if (!whole) continue;
      best = whole;
      best_cost = total;
    }
  }
  return best;
}

void emit_product(OpBuilder& b, Location loc, const ProductNest& nest) {
  const ProductShape& shape = nest.shape;
  const Value zero = index(b, loc, 0);
  std::vector<Value> of_sums{nest.a.memory, nest.b.memory, zero, zero};
  std::vector<Value> of_codes{nest.result, zero};
  for (std::int64_t c = 0; c < nest.tile.columns; ++c) {
    const Value sums = b.create<memref::AllocaOp>(
        loc, MemRefType::get({shape.columns / nest.tile.columns * nest.tile.launch_rows}, b.getI32Type()));
    of_sums.push_back(sums);
    of_codes.push_back(sums);
  }
  auto sum = launch_function(b, loc, "__sums", of_sums, [&](ValueRange v) { emit_sums(b, loc, nest, v); });
  auto code = launch_function(b, loc, "__codes", of_codes, [&](ValueRange v) { emit_codes(b, loc, nest, v); });
  std::vector<std::int64_t> places;
  for (const ProductPlace& place : nest.products) places.insert(places.end(), {place.a, place.b, place.result});
  const Value table = constant_memory(b, loc, places);
  loop(b, loc, static_cast<std::int64_t>(nest.products.size()), [&](Value product) {
    const auto begin = [&](std::int64_t k) -> Value {
      const Value word = b.create<memref::LoadOp>(loc, table, plus(b, loc, times(b, loc, product, 3), k));
      return b.create<arith::IndexCastOp>(loc, b.getIndexType(), word);
    };
    loop(b, loc, shape.rows / nest.tile.launch_rows, [&](Value block) {
      const Value row = times(b, loc, block, nest.tile.launch_rows);
      of_sums[2] = plus(b, loc, begin(0), times(b, loc, row, shape.depth));
      of_sums[3] = begin(1);
      of_codes[1] = plus(b, loc, begin(2), times(b, loc, row, shape.columns));
      b.create<func::CallOp>(loc, sum, of_sums);
      b.create<func::CallOp>(loc, code, of_codes);
    });
  });
}

}  // namespace heddle::lowering
