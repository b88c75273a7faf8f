// One nest in host loops over rows that fit the scratchpad:
//
//   for row, column, group of codes:  loads, a body for each code, one store for each word of four
//
// A bank gives one word in a cycle: four codes in a word are four times as many, and taking them apart is arithmetic,
// of which an array has more than of ports.
#include "compiler/lowering/row_nest.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>

#include <algorithm>
#include <array>

#include "compiler/lowering/conv_packed.h"
#include "compiler/lowering/loops.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only

namespace {

constexpr std::int64_t kLanes = 4;
/// A piece begins where its host address does modulo 8.
constexpr std::int64_t kSlackBytes = 16;
constexpr std::int64_t kTableBytes = 256;

bool are_words(const RowNest& nest) {
  const auto is_word = [](const Lattice& at) {
    return at.start % kLanes == 0 && at.image % kLanes == 0 && at.row % kLanes == 0 && at.column % kLanes == 0;
  };
  return nest.shape.length % kLanes == 0 && is_word(nest.result_at) &&
         std::ranges::all_of(nest.sources, [&](const RowSource& source) {
           return is_word(source.at) &&
                  std::ranges::all_of(source.offsets, [](std::int64_t offset) { return offset % kLanes == 0; });
         });
}

/// Bytes from the first to the last code of `rows` rows.
std::int64_t extent(const RowNest& nest, const Lattice& at, std::int64_t offset, std::int64_t rows) {
  return (rows - 1) * at.row + (nest.shape.columns - 1) * at.column + offset + nest.shape.length;
}

bool fits(const RowNest& nest, std::int64_t rows, const Machine& machine, bool in_banks) {
  std::int64_t total = nest.table.empty() ? 0 : kTableBytes + kSlackBytes;
  std::int64_t most = 0;
  const auto add = [&](std::int64_t bytes) {
    total += bytes + kSlackBytes;
    most = std::max(most, bytes);
  };
  for (const RowSource& source : nest.sources) add(extent(nest, source.at, std::ranges::max(source.offsets), rows));
  add(extent(nest, nest.result_at, 0, rows));
  return total <= machine.scratchpad_bytes() && (!in_banks || most <= machine.bank_bytes - kSlackBytes);
}

/// Cycles of an iteration by ports, banks and issue slots; none if the mapper does not take such a graph.
std::optional<std::int64_t> interval(const RowNest& nest, std::int64_t codes, std::int64_t unroll,
                                     const Machine& machine) {
  std::int64_t loads = 0;
  std::int64_t meet = nest.table.empty() ? 1 : codes * unroll;
  for (const RowSource& source : nest.sources) {
    const auto own = static_cast<std::int64_t>(source.offsets.size()) * unroll;
    loads += own;
    meet = std::max(meet, own);
  }
  // Two operations take a code out of a word, and as many put it into one.
  const std::int64_t apart = codes > 1 ? 2 * (loads * codes + unroll * codes) : 0;
  const std::int64_t looked_up = nest.table.empty() ? 0 : codes * unroll;
  const std::int64_t operations =
      loads + unroll + looked_up + apart + nest.shape.operations * codes * unroll + (machine.loop_unit ? 0 : 24);
  if (operations > machine.most_operations()) return std::nullopt;
  const std::int64_t cycles =
      std::max({ceil_div(loads + unroll + looked_up, machine.memory_ports), ceil_div(meet, machine.bank_ports),
                ceil_div(operations, machine.usable_units()), std::int64_t{machine.loop_unit ? 1 : 2}});
  return cycles <= machine.slots ? std::optional(cycles) : std::nullopt;
}

/// Code `lane` of a word.
Value taken(const Words& words, Value word, tensor::Type type, int lane) {
  if (type == tensor::Type::kInt8) return words.shifted_right_signed(words.shifted_left(word, 24 - 8 * lane), 24);
  const Value moved = words.shifted_right(word, 8 * lane);
  return lane == 3 ? moved : words.bits(moved, 0xFF);
}

class RowEmitter {
 public:
  /// `v`: the sources, the result, where each begins.
  RowEmitter(OpBuilder& b, Location loc, const RowNest& nest, ValueRange v)
      : b_(b), loc_(loc), nest_(nest), words_(b, loc), v_(v.begin(), v.end()) {
    if (!nest.table.empty()) table_ = constant_memory(b, loc, nest.table);
  }

  void emit() {
    const RowShape& shape = nest_.shape;
    loop(b_, loc_, nest_.tile.launch_rows, [&](Value i) {
      loop(b_, loc_, shape.columns, [&](Value j) {
        loop(b_, loc_, shape.length / nest_.tile.codes / nest_.tile.unroll, [&](Value k) {
          const Value piece = times(b_, loc_, k, nest_.tile.unroll);
          for (std::int64_t u = 0; u < nest_.tile.unroll; ++u) emit_group(i, j, plus(b_, loc_, piece, u));
        });
      });
    });
  }

 private:
  /// Index of group `k` of the row's column in the memory of argument `which`.
  Value place(std::size_t which, const Lattice& at, Value i, Value j, Value k) {
    const Value row = plus(b_, loc_, v_[nest_.sources.size() + 1 + which], times(b_, loc_, i, at.row / codes()));
    return plus(b_, loc_, plus(b_, loc_, row, times(b_, loc_, j, at.column / codes())), k);
  }
  [[nodiscard]] std::int64_t codes() const { return nest_.tile.codes; }

  void emit_group(Value i, Value j, Value k) {
    std::vector<std::pair<Value, tensor::Type>> read;
    for (std::size_t s = 0; s < nest_.sources.size(); ++s) {
      const RowSource& source = nest_.sources[s];
      const Value from = place(s, source.at, i, j, k);
      for (const std::int64_t offset : source.offsets) {
        const Value at = plus(b_, loc_, from, offset / codes());
        read.emplace_back(b_.create<memref::LoadOp>(loc_, v_[s], at), source.type);
      }
    }
    std::vector<Value> results;
    for (int lane = 0; lane < static_cast<int>(codes()); ++lane) {
      std::vector<Value> own;
      for (const auto& [value, type] : read)
        own.push_back(codes() > 1 ? taken(words_, value, type, lane) : words_.widened(value, type));
      results.push_back(result_of(own));
    }
    const std::size_t last = nest_.sources.size();
    const Value stored = codes() > 1 ? words_.joined(results, nest_.may_be_negative) : words_.narrowed(results.front());
    b_.create<memref::StoreOp>(loc_, stored, v_[last], place(last, nest_.result_at, i, j, k));
  }

  Value result_of(const std::vector<Value>& own) {
    const Value word = nest_.body(b_, loc_, own);
    if (!table_) return word;
    const Value at = b_.create<arith::IndexCastOp>(loc_, b_.getIndexType(), word);
    const Value code = b_.create<memref::LoadOp>(loc_, table_, at);
    return words_.widened(code, nest_.may_be_negative ? tensor::Type::kInt8 : tensor::Type::kUint8);
  }

  OpBuilder& b_;
  Location loc_;
  const RowNest& nest_;
  Words words_;
  std::vector<Value> v_;
  Value table_;
};

}  // namespace

bool choose_tile(RowNest& nest, const Machine& machine, bool aligned) {
  const RowShape& shape = nest.shape;
  std::int64_t launch_rows = 0;
  for (const bool in_banks : {true, false})
    for (std::int64_t rows = shape.rows; rows > 0 && launch_rows == 0; --rows)
      if (shape.rows % rows == 0 && fits(nest, rows, machine, in_banks)) launch_rows = rows;
  if (launch_rows == 0) return false;
  std::int64_t fewest = 0;
  const std::int64_t most = aligned && are_words(nest) ? kLanes : 1;
  for (const std::int64_t codes : {most, std::int64_t{1}}) {
    for (const std::int64_t unroll : {1, 2, 4}) {
      if (shape.length % (codes * unroll) != 0) continue;
      const auto cycles = interval(nest, codes, unroll, machine);
      if (!cycles) continue;
      const std::int64_t total = *cycles * (shape.length / codes / unroll);
      if (fewest > 0 && total >= fewest) continue;
      fewest = total;
      nest.tile = {codes, unroll, launch_rows};
    }
  }
  return fewest > 0;
}

void emit_rows(OpBuilder& b, Location loc, const RowNest& nest) {
  const std::int64_t codes = nest.tile.codes;
  const auto seen = [&](Value memory) { return codes > 1 ? as_words(b, loc, memory) : memory; };
  std::vector<Value> arguments;
  std::vector<Lattice> lattices;
  for (const RowSource& source : nest.sources) {
    arguments.push_back(seen(source.memory));
    lattices.push_back(source.at);
  }
  arguments.push_back(seen(nest.result));
  lattices.push_back(nest.result_at);
  const std::size_t count = lattices.size();
  arguments.resize(2 * count, index(b, loc, 0));
  auto function =
      launch_function(b, loc, "__rows", arguments, [&](ValueRange v) { RowEmitter(b, loc, nest, v).emit(); });
  loop(b, loc, nest.shape.images, [&](Value image) {
    loop(b, loc, nest.shape.rows / nest.tile.launch_rows, [&](Value rows) {
      const Value row = times(b, loc, rows, nest.tile.launch_rows);
      for (std::size_t k = 0; k < count; ++k) {
        const Lattice& at = lattices[k];
        const Value of_image = plus(b, loc, times(b, loc, image, at.image / codes), at.start / codes);
        arguments[count + k] = plus(b, loc, of_image, times(b, loc, row, at.row / codes));
      }
      b.create<func::CallOp>(loc, function, arguments);
    });
  });
}

}  // namespace heddle::lowering
