// A convolution as loops for an array: sums of a block of rows and channels, then their requantisation. Private to this
// room.
#pragma once

#include <mlir/IR/Builders.h>
#include <mlir/IR/Value.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/lowering/nibble_nest.h"
#include "compiler/lowering/tile.h"
#include "compiler/network/integer_operators.h"
#include "compiler/tensor/tensor.h"

namespace heddle::lowering {

/// Where elements lie, in elements: the first one, and the distances between images, rows and columns.
struct Lattice {
  std::int64_t start = 0;
  std::int64_t image = 0;
  std::int64_t row = 0;
  std::int64_t column = 0;
};

/// What a word of the input holds.
enum class Packing : std::uint8_t {
  kNone,     ///< a code
  kBytes,    ///< four codes
  kNibbles,  ///< eight codes of four bits, as nibble_nest.h makes them
  kSparse,   ///< four codes; of eight in two words those are picked that have weights
};

/// Codes of a result that can be stored at once, in groups of `channels`: 4 if each group begins with a word.
std::int64_t stored_at_once(const Lattice& at, std::int64_t channels);

/// A convolution or a product with a constant matrix (rows of one column) on codes, and where its arrays lie. Strides
/// and starts are in elements.
struct ConvNest {
  ConvShape shape;
  ConvTile tile;
  tensor::Type input_type = tensor::Type::kInt8;
  mlir::Value input;   ///< memory of one dimension
  mlir::Value result;  ///< likewise
  std::int64_t images = 1;
  std::int64_t input_channels = 0;  ///< of a convolution, in memory
  Lattice input_at;                 ///< a column is one of the result's
  Lattice result_at;
  std::int64_t result_codes = 1;  ///< that are stored at once: 4 make a word
  Packing packing = Packing::kNone;
  NibbleTile nibbles;                       ///< of kNibbles
  std::vector<std::int8_t> weights;         ///< [channel][tap][run][byte of an element]
  std::vector<std::uint8_t> indices;        ///< of kSparse: [channel][tap][run]
  std::vector<std::int32_t> start;          ///< of each channel's sums: bias, less what the zero point adds
  std::vector<std::int32_t> multipliers;    ///< one, or one a channel; none without a tail
  std::optional<network::Requantize> tail;  ///< absent: the sums are the result
};

/// Where an iteration of the innermost loop is.
struct ConvStep {
  mlir::Value input;                 ///< memory
  mlir::Value input_index;           ///< of the first element under the first tap of the block's first row
  std::vector<mlir::Value> weights;  ///< memory, as many as the tile has arrays of weights
  mlir::Value weight_index;          ///< of the iteration's first weight in each
};

/// What the iteration adds to the sums: [row][channel] of the block.
std::vector<mlir::Value> conv_products(mlir::OpBuilder& builder, mlir::Location location, const ConvNest& nest,
                                       const ConvStep& step);

/// Functions NAME__sums and NAME__codes, each one launch, beside the function that the builder is in; and their calls,
/// at the builder's place.
void emit_conv(mlir::OpBuilder& builder, mlir::Location location, const ConvNest& nest);

}  // namespace heddle::lowering
