// Two nests, one after the other, in host loops over what fits the scratchpad:
//
//   for group, row block, column, run:  sums of rows x channels; stored when the run ends
//   for group, row, column:             requantisation of the group's channels
//
// The weights of an iteration are dealt to one array for each bank but the input's, in the order in which they are
// read; every channel of a group has an array of sums. So each may lie in a bank of its own. Sums start at 0 and get
// their bias in the second nest: what starts afresh by a constant needs no load. Codes are stored by words where groups
// of channels begin with words.
#include "compiler/lowering/conv_nest.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>

#include <algorithm>
#include <map>

#include "compiler/lowering/conv_packed.h"
#include "compiler/lowering/loops.h"
#include "compiler/lowering/words.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only

namespace {

/// The weights, dealt to the tile's arrays: each is [group][iteration of the run][weight]. Weight `k` of an iteration,
/// counted as [tap][depth][channel], is number k / arrays of array k % arrays; so are the words of indices behind them.
std::vector<Value> weight_arrays(OpBuilder& b, Location loc, const ConvNest& nest) {
  const ConvShape& shape = nest.shape;
  const ConvTile& tile = nest.tile;
  const std::int64_t bytes = shape.element_bytes;
  const std::int64_t pitch = tile.weights_of_array(shape);
  const std::int64_t iterations = shape.run / tile.depth;
  const std::int64_t size = shape.channels / tile.channels * iterations * pitch * bytes;
  std::vector<std::vector<std::int8_t>> dealt(static_cast<std::size_t>(tile.weight_arrays),
                                              std::vector<std::int8_t>(static_cast<std::size_t>(size), 0));
  // The weights in memory are [channel][tap][run].
  for (std::int64_t c = 0; c < shape.channels; ++c) {
    for (std::int64_t tap = 0; tap < shape.taps; ++tap) {
      for (std::int64_t r = 0; r < shape.run; ++r) {
        const std::int64_t k = (tap * tile.depth + r % tile.depth) * tile.channels + c % tile.channels;
        const std::int64_t iteration = c / tile.channels * iterations + r / tile.depth;
        const auto place = [&](std::int64_t number) {
          return dealt[static_cast<std::size_t>(number % tile.weight_arrays)].begin() +
                 (iteration * pitch + number / tile.weight_arrays) * bytes;
        };
        const std::int64_t element = (c * shape.taps + tap) * shape.run + r;
        const auto from = nest.weights.begin() + element * bytes;
        std::copy(from, from + bytes, place(k));
        if (nest.packing == Packing::kSparse)
          place(tile.factors(shape) + k / 4)[k % 4] =
              static_cast<std::int8_t>(nest.indices[static_cast<std::size_t>(element)]);
      }
    }
  }
  std::vector<Value> arrays;
  for (const std::vector<std::int8_t>& own : dealt)
    arrays.push_back(bytes > 1 ? constant_memory(b, loc, words_of(own)) : constant_memory(b, loc, own));
  return arrays;
}

/// A launch: the arguments of its function. The nest is in a function of its own, so that a launch's addresses are an
/// argument plus what the nest adds, whatever becomes of the host loops around it.
struct Launch {
  Value from;               ///< input, or null
  Value to;                 ///< result, or null
  std::vector<Value> sums;  ///< by channel of the group: [group][row][column] of one launch
  Value from_start;         ///< index of the launch's first element in `from`, or null
  Value to_start;           ///< likewise
  Value group;              ///< first one
};

void emit_sums(OpBuilder& b, Location loc, const ConvNest& nest, const Launch& launch) {
  const ConvShape& shape = nest.shape;
  const ConvTile& tile = nest.tile;
  const std::vector<Value> weights = weight_arrays(b, loc, nest);
  const auto block = static_cast<std::size_t>(tile.rows * tile.channels);
  const std::int64_t plane = tile.launch_rows * shape.columns;
  loop(b, loc, tile.launch_groups, [&](Value g) {
    const std::int64_t pitch = tile.weights_of_array(shape);
    const Value factors = times(b, loc, plus(b, loc, launch.group, g), shape.run / tile.depth * pitch);
    loop(b, loc, tile.launch_rows / tile.rows, [&](Value i) {
      const Value line =
          plus(b, loc, launch.from_start, times(b, loc, i, tile.rows * shape.stride * nest.input_at.row));
      loop(b, loc, shape.columns, [&](Value j) {
        const Value input = plus(b, loc, line, times(b, loc, j, nest.input_at.column));
        const std::vector<Value> zeros(block, Words(b, loc).word(0));
        const ValueRange sums = loop(b, loc, shape.run / tile.depth, zeros, [&](Value q, ValueRange before) {
          const Value offset = times(b, loc, q, tile.depth * shape.input_words);
          const ConvStep step{launch.from, plus(b, loc, input, offset), weights,
                              plus(b, loc, factors, times(b, loc, q, pitch))};
          std::vector<Value> after = conv_products(b, loc, nest, step);
          for (std::size_t k = 0; k < block; ++k) after[k] = plus(b, loc, before[k], after[k]);
          return after;
        });
        const Value place =
            plus(b, loc, times(b, loc, g, plane), plus(b, loc, times(b, loc, i, tile.rows * shape.columns), j));
        for (std::size_t k = 0; k < block; ++k) {
          const auto channels = static_cast<std::size_t>(tile.channels);
          b.create<memref::StoreOp>(loc, sums[static_cast<unsigned>(k)], launch.sums[k % channels],
                                    plus(b, loc, place, static_cast<std::int64_t>(k / channels) * shape.columns));
        }
      });
    });
  });
}

/// What the second nest knows of each channel, start and multiplier, dealt to as many arrays as weights if codes are
/// stored by words, so that stores are not what takes longest; else starts are one array, multipliers another. Each is
/// [group][constant].
struct Dealt {
  std::vector<Value> arrays;
  std::int64_t pitch = 0;       ///< constants of a group in each
  std::int64_t of_channel = 1;  ///< 2 if each channel has a multiplier of its own
};

Dealt constants_of(OpBuilder& b, Location loc, const ConvNest& nest) {
  Dealt dealt;
  const ConvTile& tile = nest.tile;
  dealt.of_channel = nest.multipliers.size() > 1 ? 2 : 1;
  const std::int64_t arrays = nest.result_codes > 1 ? tile.weight_arrays : dealt.of_channel;
  dealt.pitch = ceil_div(tile.channels * dealt.of_channel, arrays);
  const std::int64_t size = nest.shape.channels / tile.channels * dealt.pitch;
  std::vector<std::vector<std::int32_t>> values(static_cast<std::size_t>(arrays),
                                                std::vector<std::int32_t>(static_cast<std::size_t>(size), 0));
  for (std::int64_t c = 0; c < nest.shape.channels; ++c) {
    for (std::int64_t which = 0; which < dealt.of_channel; ++which) {
      const std::int64_t k = c % tile.channels * dealt.of_channel + which;
      const std::int64_t place = c / tile.channels * dealt.pitch + k / arrays;
      values[static_cast<std::size_t>(k % arrays)][static_cast<std::size_t>(place)] =
          (which == 0 ? nest.start : nest.multipliers)[static_cast<std::size_t>(c)];
    }
  }
  for (const std::vector<std::int32_t>& own : values) dealt.arrays.push_back(constant_memory(b, loc, own));
  return dealt;
}

/// The results of a group in one place, stored.
void store_group(OpBuilder& b, Location loc, const ConvNest& nest, const std::vector<Value>& results, Value memory,
                 Value to) {
  const Words words(b, loc);
  const auto at_once = static_cast<std::size_t>(nest.result_codes);
  for (std::size_t u = 0; u < results.size(); u += at_once) {
    Value stored = results[u];
    if (at_once > 1)
      stored = words.joined(ArrayRef<Value>(results).slice(u, at_once), nest.tail->low < 0);
    else if (nest.tail)
      stored = words.narrowed(stored);
    b.create<memref::StoreOp>(loc, stored, memory, plus(b, loc, to, static_cast<std::int64_t>(u / at_once)));
  }
}

void emit_codes(OpBuilder& b, Location loc, const ConvNest& nest, const Launch& launch) {
  const ConvShape& shape = nest.shape;
  const ConvTile& tile = nest.tile;
  const Words words(b, loc);
  const Dealt dealt = constants_of(b, loc, nest);
  loop(b, loc, tile.launch_groups, [&](Value g) {
    const Value group = plus(b, loc, launch.group, g);
    const Value first = times(b, loc, group, tile.channels / nest.result_codes);
    const Value constants = times(b, loc, group, dealt.pitch);
    const auto constant = [&](std::int64_t k) -> Value {
      const auto arrays = static_cast<std::int64_t>(dealt.arrays.size());
      return b.create<memref::LoadOp>(loc, dealt.arrays[static_cast<std::size_t>(k % arrays)],
                                      plus(b, loc, constants, k / arrays));
    };
    loop(b, loc, tile.launch_rows, [&](Value i) {
      loop(b, loc, shape.columns, [&](Value j) {
        const Value from = plus(b, loc, times(b, loc, g, tile.launch_rows * shape.columns),
                                plus(b, loc, times(b, loc, i, shape.columns), j));
        const Value to = plus(b, loc, plus(b, loc, launch.to_start, first),
                              plus(b, loc, times(b, loc, i, nest.result_at.row / nest.result_codes),
                                   times(b, loc, j, nest.result_at.column / nest.result_codes)));
        std::vector<Value> results;
        for (std::int64_t u = 0; u < tile.channels; ++u) {
          const Value sum = b.create<memref::LoadOp>(loc, launch.sums[static_cast<std::size_t>(u)], from);
          Value result = words.add(sum, constant(u * dealt.of_channel));
          if (nest.tail) {
            const Value factor =
                dealt.of_channel > 1 ? constant(u * dealt.of_channel + 1) : words.word(nest.multipliers.front());
            result = words.clamped(*nest.tail, words.mul(result, factor));
          }
          results.push_back(result);
        }
        store_group(b, loc, nest, results, launch.to, to);
      });
    });
  });
}

}  // namespace

std::vector<Value> conv_products(OpBuilder& b, Location loc, const ConvNest& nest, const ConvStep& step) {
  const ConvShape& shape = nest.shape;
  const Words words(b, loc);
  std::map<std::int64_t, Value> inputs;  // by distance: taps of neighbouring rows share what they look at
  const auto input = [&](std::int64_t distance) {
    Value& code = inputs[distance];
    if (!code)
      code = words.widened(b.create<memref::LoadOp>(loc, step.input, plus(b, loc, step.input_index, distance)),
                           nest.input_type);
    return code;
  };
  const auto number = [&](std::int64_t k) -> Value {
    const Value place = plus(b, loc, step.weight_index, k / nest.tile.weight_arrays);
    return b.create<memref::LoadOp>(loc, step.weights[static_cast<std::size_t>(k % nest.tile.weight_arrays)], place);
  };
  std::map<std::int64_t, Value> indices;  // words of four
  const auto index_of = [&](std::int64_t k) {
    Value& word = indices[k / 4];
    if (!word) word = number(nest.tile.factors(shape) + k / 4);
    return words.shifted_right(word, static_cast<int>(8 * (k % 4)));
  };
  std::vector<Value> sums(static_cast<std::size_t>(nest.tile.rows * nest.tile.channels));
  for (std::int64_t tap = 0; tap < shape.taps; ++tap) {
    for (std::int64_t d = 0; d < nest.tile.depth; ++d) {
      for (std::int64_t u = 0; u < nest.tile.channels; ++u) {
        const std::int64_t k = (tap * nest.tile.depth + d) * nest.tile.channels + u;
        const Value weight = words.widened(number(k), tensor::Type::kInt8);
        const Value picks = nest.packing == Packing::kSparse ? index_of(k) : Value();
        for (std::int64_t p = 0; p < nest.tile.rows; ++p) {
          const std::int64_t row = p * shape.stride + tap * shape.dilation;
          Value& sum = sums[static_cast<std::size_t>(p * nest.tile.channels + u)];
          const std::int64_t distance = row * nest.input_at.row + d * shape.input_words;
          Value codes = input(distance);
          if (picks) codes = pick(b, loc, codes, input(distance + 1), picks);
          if (nest.packing != Packing::kNone) {
            sum = dot(b, loc, nest, codes, weight, sum ? sum : words.word(0));
            continue;
          }
          const Value product = words.mul(codes, weight);
          sum = sum ? words.add(sum, product) : product;
        }
      }
    }
  }
  return sums;
}

namespace {

std::vector<Value> listed(ValueRange values, std::size_t from) {
  return {values.begin() + static_cast<std::ptrdiff_t>(from), values.end()};
}

}  // namespace

std::int64_t stored_at_once(const Lattice& at, std::int64_t channels) {
  constexpr std::int64_t kLanes = 4;
  const std::int64_t places[] = {at.start, at.image, at.row, at.column, channels};
  return std::ranges::all_of(places, [](std::int64_t place) { return place % kLanes == 0; }) ? kLanes : 1;
}

void emit_conv(OpBuilder& b, Location loc, const ConvNest& nest) {
  const ConvTile& tile = nest.tile;
  std::vector<Value> sums;
  for (std::int64_t u = 0; u < tile.channels; ++u)
    sums.push_back(b.create<memref::AllocaOp>(
        loc, MemRefType::get({tile.launch_groups * tile.launch_rows * nest.shape.columns}, b.getI32Type())));
  // Two functions of memory, where it begins, the first group, and the sums.
  const Value zero = index(b, loc, 0);
  Value input = nest.packing == Packing::kNone ? nest.input : as_words(b, loc, nest.input);
  if (nest.packing == Packing::kNibbles)
    input = emit_nibbles(b, loc, input, nest.nibbles, nest.input_type == tensor::Type::kInt8);
  std::vector<Value> of_sums{input, zero, zero};
  of_sums.insert(of_sums.end(), sums.begin(), sums.end());
  auto sum = launch_function(b, loc, "__sums", of_sums,
                             [&](ValueRange v) { emit_sums(b, loc, nest, {v[0], {}, listed(v, 3), v[1], {}, v[2]}); });
  const Value result = nest.result_codes > 1 ? as_words(b, loc, nest.result) : nest.result;
  std::vector<Value> of_codes{result, zero, zero};
  of_codes.insert(of_codes.end(), sums.begin(), sums.end());
  auto code = launch_function(b, loc, "__codes", of_codes, [&](ValueRange v) {
    emit_codes(b, loc, nest, {{}, v[0], listed(v, 3), {}, v[1], v[2]});
  });
  loop(b, loc, nest.images, [&](Value image) {
    loop(b, loc, nest.shape.channels / tile.channels / tile.launch_groups, [&](Value groups) {
      loop(b, loc, nest.shape.rows / tile.launch_rows, [&](Value rows) {
        const Value row = times(b, loc, rows, tile.launch_rows);
        of_sums[2] = of_codes[2] = times(b, loc, groups, tile.launch_groups);
        of_sums[1] = plus(b, loc, plus(b, loc, times(b, loc, image, nest.input_at.image), nest.input_at.start),
                          times(b, loc, row, nest.shape.stride * nest.input_at.row));
        const std::int64_t unit = nest.result_codes;
        of_codes[1] =
            plus(b, loc, plus(b, loc, times(b, loc, image, nest.result_at.image / unit), nest.result_at.start / unit),
                 times(b, loc, row, nest.result_at.row / unit));
        b.create<func::CallOp>(loc, sum, of_sums);
        b.create<func::CallOp>(loc, code, of_codes);
      });
    });
  });
}

}  // namespace heddle::lowering
