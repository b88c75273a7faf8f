// A run of codes in memory is a run of words if it begins at a multiple of four: with a multiple of four channels (the
// plan widens inputs to that, and the weights under what it adds are 0) rows, columns and images all do. Nibbles take
// a multiple of eight.
//
// Sparse weights: of four in a row two at most are not 0. An element is then eight codes in two words, and has four
// weights, two of each half, and an index of a byte that says which.
//
// One channel: pieces of a row begin anywhere. Columns of the result are then taken in groups that begin with a word of
// the input, and count as channels of one wider convolution, each with its weights moved to its place in the group:
//
//   words of the input    abcd efgh        kernel of 5, stride 1: four columns under two words
//   weights of column 0   vwxy z000
//   weights of column 1   0vwx yz00        and so on: 8 dot products instead of 20 products
#include "compiler/lowering/conv_packed.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>
#include <mlir/IR/BuiltinOps.h>

#include <algorithm>
#include <numeric>

#include "compiler/lowering/code_ranges.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only

namespace {

constexpr std::int64_t kLanes = 4;
constexpr std::int64_t kHalf = 4;  ///< of an element of sparse weights, and what a byte of nibbles is apart from it

/// What counts elements of the input.
std::vector<std::int64_t*> places_of(ConvNest& nest) {
  return {&nest.shape.run, &nest.input_at.start, &nest.input_at.image, &nest.input_at.row, &nest.input_at.column};
}

bool is_aligned(ConvNest& nest, std::int64_t lanes) {
  return std::ranges::all_of(places_of(nest), [lanes](const std::int64_t* place) { return *place % lanes == 0; });
}

bool are_nibbles(const ConvNest& nest) {
  return std::ranges::all_of(nest.weights, [](std::int8_t weight) { return weight >= -8 && weight < 8; });
}

bool are_sparse(const ConvNest& nest) {
  for (std::size_t k = 0; k < nest.weights.size(); k += kHalf)
    if (std::count(nest.weights.begin() + static_cast<std::ptrdiff_t>(k),
                   nest.weights.begin() + static_cast<std::ptrdiff_t>(k + kHalf), 0) < kHalf / 2)
      return false;
  return true;
}

/// `nest` of one channel by groups of columns; unchanged if rows do not begin with words, or columns are no whole
/// groups.
void group_columns(ConvNest& nest) {
  const std::int64_t step = nest.input_at.column;
  const std::int64_t group = kLanes / std::gcd(step, kLanes);
  const std::int64_t kernel = nest.shape.run;
  const std::int64_t run = ceil_div((group - 1) * step + kernel, kLanes) * kLanes;
  const std::int64_t last = nest.input_at.start % nest.input_at.row + (nest.shape.columns - group) * step + run;
  const bool aligned = nest.input_at.start % kLanes == 0 && nest.input_at.row % kLanes == 0;
  // What lies between two columns of the result gets a code as well.
  const std::int64_t pitch = nest.result_at.column;
  if (!aligned || nest.shape.columns % group != 0 || last > nest.input_at.row ||
      (!nest.tail && pitch != nest.shape.channels))
    return;
  const std::vector<std::int8_t> weights = std::move(nest.weights);
  const std::vector<std::int32_t> start = std::move(nest.start);
  const std::vector<std::int32_t> multipliers = std::move(nest.multipliers);
  const auto count = static_cast<std::size_t>(group * pitch);
  nest.weights.assign(count * static_cast<std::size_t>(nest.shape.taps * run), 0);
  nest.start.assign(count, 0);
  nest.multipliers = multipliers;
  if (multipliers.size() > 1) nest.multipliers.assign(count, 1);
  for (std::int64_t g = 0; g < group; ++g) {
    for (std::int64_t m = 0; m < nest.shape.channels; ++m) {
      const std::int64_t channel = g * pitch + m;
      nest.start[static_cast<std::size_t>(channel)] = start[static_cast<std::size_t>(m)];
      if (multipliers.size() > 1)
        nest.multipliers[static_cast<std::size_t>(channel)] = multipliers[static_cast<std::size_t>(m)];
      for (std::int64_t tap = 0; tap < nest.shape.taps; ++tap)
        std::copy_n(weights.begin() + (m * nest.shape.taps + tap) * kernel, kernel,
                    nest.weights.begin() + (channel * nest.shape.taps + tap) * run + g * step);
    }
  }
  nest.shape.run = run;
  nest.shape.channels = group * pitch;
  nest.shape.columns /= group;
  nest.input_at.column *= group;
  nest.result_at.column *= group;
}

/// `nest` with the packing: shape and places, not the weights.
struct Form {
  Packing packing = Packing::kNone;
  ConvShape shape;
  Lattice input_at;
  NibbleTile nibbles;
};

Form form_of(ConvNest& nest, Packing packing) {
  const std::int64_t lanes = packing == Packing::kNone ? 1 : packing == Packing::kNibbles ? 2 * kLanes : kLanes;
  Form form{packing, nest.shape, nest.input_at, {}};
  for (std::int64_t* place :
       {&form.shape.run, &form.input_at.start, &form.input_at.image, &form.input_at.row, &form.input_at.column})
    *place /= lanes;
  if (packing == Packing::kNone) return form;
  form.shape.element_bytes = kLanes;
  if (packing == Packing::kNibbles) form.shape.row_bytes /= 2;
  if (packing == Packing::kSparse) {
    form.shape.input_words = 2;
    form.shape.run /= 2;
  }
  return form;
}

std::vector<Packing> packings(ConvNest& nest, const Machine& machine, const network::Interval& codes) {
  if (!machine.packed || !is_aligned(nest, kLanes)) return {Packing::kNone};
  std::vector<Packing> found;
  if (machine.picks && nest.shape.run % (2 * kLanes) == 0 && are_sparse(nest)) found.push_back(Packing::kSparse);
  found.push_back(Packing::kBytes);
  if (machine.nibbles && fit_nibbles(nest.input_type, codes) && is_aligned(nest, 2 * kLanes) && are_nibbles(nest))
    found.push_back(Packing::kNibbles);
  return found;
}

/// Byte i: weight i in its lower half, weight 4 + i in its upper one.
std::vector<std::int8_t> nibbles_of(const std::vector<std::int8_t>& weights) {
  std::vector<std::int8_t> bytes(weights.size() / 2);
  for (std::size_t k = 0; k < bytes.size(); ++k) {
    const std::size_t first = k / kHalf * 2 * kHalf + k % kHalf;
    const auto low = static_cast<unsigned>(weights[first]) & 15U;
    bytes[k] = static_cast<std::int8_t>(low | (static_cast<unsigned>(weights[first + kHalf]) & 15U) << 4U);
  }
  return bytes;
}

/// Keeps two weights of each four, and says which.
void keep_sparse(ConvNest& nest) {
  std::vector<std::int8_t> kept;
  nest.indices.assign(nest.weights.size() / (2 * kHalf), 0);
  for (std::size_t half = 0; half < nest.weights.size() / kHalf; ++half) {
    std::vector<std::size_t> places;
    for (std::size_t k = 0; k < kHalf; ++k)
      if (nest.weights[half * kHalf + k] != 0) places.push_back(k);
    for (std::size_t k = 0; places.size() < kHalf / 2; ++k)
      if (nest.weights[half * kHalf + k] == 0) places.push_back(k);
    for (std::size_t k = 0; k < places.size(); ++k) {
      kept.push_back(nest.weights[half * kHalf + places[k]]);
      nest.indices[half / 2] |= static_cast<std::uint8_t>(places[k] << (2 * (2 * (half % 2) + k)));
    }
  }
  nest.weights = std::move(kept);
}

Value call(OpBuilder& b, Location loc, StringRef name, ValueRange words) {
  auto module = b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  auto function = module.lookupSymbol<func::FuncOp>(name);
  if (!function) {
    const OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    const SmallVector<Type> types(words.size(), b.getI32Type());
    function = b.create<func::FuncOp>(loc, name, b.getFunctionType(types, b.getI32Type()));
    function.setPrivate();
  }
  return b.create<func::CallOp>(loc, function, words).getResult(0);
}

}  // namespace

bool choose_packing(ConvNest& nest, const Machine& machine, const network::Interval& codes) {
  if (machine.packed && nest.input_channels == 1) group_columns(nest);
  std::optional<Form> best;
  std::int64_t fewest = 0;
  for (const Packing packing : packings(nest, machine, codes)) {
    Form form = form_of(nest, packing);
    const auto tile = choose_tile(form.shape, machine);
    if (!tile) continue;
    // A word a cycle is moved.
    std::int64_t cycles = nest.images * (estimate(form.shape, *tile, machine).cycles() +
                                         ceil_div(moved_bytes(form.shape, *tile), kLanes));
    if (packing == Packing::kNibbles) {
      const auto words = cast<MemRefType>(nest.input.getType()).getNumElements() / kLanes;
      const auto pass = choose_nibbles(words / 2, machine);
      if (!pass) continue;
      form.nibbles = *pass;
      cycles += pass->cycles(words / 2) + words + words / 2;
    }
    if (best && cycles >= fewest) continue;
    best = form;
    fewest = cycles;
    nest.tile = *tile;
  }
  if (!best) return false;
  nest.packing = best->packing;
  nest.shape = best->shape;
  nest.input_at = best->input_at;
  nest.nibbles = best->nibbles;
  if (nest.packing == Packing::kNibbles) nest.weights = nibbles_of(nest.weights);
  if (nest.packing == Packing::kSparse) keep_sparse(nest);
  return true;
}

Value as_words(OpBuilder& b, Location loc, Value memory) {
  const std::int64_t bytes = cast<MemRefType>(memory.getType()).getNumElements();
  const Value zero = b.create<arith::ConstantIndexOp>(loc, 0);
  return b.create<memref::ViewOp>(loc, MemRefType::get({bytes / kLanes}, b.getI32Type()), memory, zero, ValueRange());
}

std::vector<std::int32_t> words_of(const std::vector<std::int8_t>& bytes) {
  std::vector<std::int32_t> words(bytes.size() / static_cast<std::size_t>(kLanes));
  for (std::size_t k = 0; k < words.size(); ++k) {
    std::uint32_t word = 0;
    for (unsigned lane = 0; lane < kLanes; ++lane)
      word |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[kLanes * k + lane])) << (8 * lane);
    words[k] = static_cast<std::int32_t>(word);
  }
  return words;
}

Value dot(OpBuilder& b, Location loc, const ConvNest& nest, Value codes, Value weights, Value sum) {
  const bool is_unsigned = nest.input_type == tensor::Type::kUint8;
  const StringRef of_bytes = is_unsigned ? "heddle.us8.dot" : "heddle.s8.dot";
  const StringRef of_nibbles = is_unsigned ? "heddle.us4.dot" : "heddle.s4.dot";
  return call(b, loc, nest.packing == Packing::kNibbles ? of_nibbles : of_bytes, {codes, weights, sum});
}

Value pick(OpBuilder& b, Location loc, Value first, Value second, Value index) {
  return call(b, loc, "heddle.b8.pick", {first, second, index});
}

}  // namespace heddle::lowering
