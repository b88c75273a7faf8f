// Layers of which every code is made of a few codes at places alike, as loops for an array: sums and products of two
// values, maxima of windows, functions by table. Private to this room.
#pragma once

#include <mlir/IR/Builders.h>
#include <mlir/IR/Value.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "compiler/lowering/conv_nest.h"
#include "compiler/lowering/machine.h"
#include "compiler/lowering/words.h"
#include "compiler/tensor/tensor.h"

namespace heddle::lowering {

/// `length` codes that lie behind one another in every column of every row.
struct RowShape {
  std::int64_t images = 1;
  std::int64_t rows = 1;
  std::int64_t columns = 1;
  std::int64_t length = 1;
  std::int64_t operations = 1;  ///< that make a code of what is read
};

/// What is read for a result: codes at `offsets` from where the lattice is.
struct RowSource {
  mlir::Value memory;  ///< of one dimension
  tensor::Type type = tensor::Type::kInt8;
  Lattice at;
  std::vector<std::int64_t> offsets{0};
};

/// An iteration makes `unroll` groups of `codes` codes, each of which is a word if there are four. A launch makes
/// `launch_rows` rows.
struct RowTile {
  std::int64_t codes = 1;
  std::int64_t unroll = 1;
  std::int64_t launch_rows = 1;
};

/// The code, as a word, of those that were read for it, as words: of each source in turn those at its offsets.
using RowBody = std::function<mlir::Value(mlir::OpBuilder&, mlir::Location, const std::vector<mlir::Value>&)>;

struct RowNest {
  RowShape shape;
  RowTile tile;
  std::vector<RowSource> sources;
  mlir::Value result;
  Lattice result_at;
  bool may_be_negative = false;    ///< codes of the result
  std::vector<std::int8_t> table;  ///< the result is its element `body` of the codes; empty: the body itself
  RowBody body;
};

/// Chooses the tile with the fewest cycles by ports, banks and issue slots. Words are taken only if `aligned`, and if
/// all places are multiples of four. False if no row fits the scratchpad.
bool choose_tile(RowNest& nest, const Machine& machine, bool aligned);

/// A function NAME__rows, which is one launch, beside the function that the builder is in, and its calls.
void emit_rows(mlir::OpBuilder& builder, mlir::Location location, const RowNest& nest);

}  // namespace heddle::lowering
