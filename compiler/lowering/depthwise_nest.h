// A depthwise convolution as loops for an array. Private to this room.
#pragma once

#include <mlir/IR/Builders.h>
#include <mlir/IR/Value.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/lowering/conv_nest.h"
#include "compiler/lowering/machine.h"
#include "compiler/network/integer_operators.h"
#include "compiler/tensor/tensor.h"

namespace heddle::lowering {

/// Each channel under its own window.
struct DepthwiseShape {
  std::int64_t rows = 1;     ///< of the result
  std::int64_t columns = 1;  ///< of the result
  std::int64_t channels = 1;
  std::int64_t kernel_rows = 1;
  std::int64_t kernel_columns = 1;
  std::int64_t row_stride = 1;
  std::int64_t column_stride = 1;
  std::int64_t row_bytes = 1;  ///< of the input, border included

  /// At stride 1 an iteration loads one new column and keeps those before it.
  [[nodiscard]] bool keeps_columns() const { return column_stride == 1 && kernel_columns > 1; }
  [[nodiscard]] std::int64_t input_rows(std::int64_t count) const { return (count - 1) * row_stride + kernel_rows; }
};

/// An iteration makes one column of `rows` rows of a channel; a launch makes `launch_rows` rows.
struct DepthwiseTile {
  std::int64_t rows = 1;
  std::int64_t launch_rows = 1;
};

/// The tile with the fewest cycles by ports, banks and issue slots; none if no tile fits.
std::optional<DepthwiseTile> choose_tile(const DepthwiseShape& shape, const Machine& machine);

struct DepthwiseNest {
  DepthwiseShape shape;
  DepthwiseTile tile;
  tensor::Type input_type = tensor::Type::kInt8;
  mlir::Value input;   ///< memory of one dimension
  mlir::Value result;  ///< likewise
  std::int64_t images = 1;
  Lattice input_at;
  Lattice result_at;
  std::vector<std::int8_t> weights;       ///< [kernel row][kernel column][channel]
  std::vector<std::int32_t> start;        ///< of each channel's sums: bias, less what the zero point adds
  std::vector<std::int32_t> multipliers;  ///< one, or one a channel
  network::Requantize tail;
};

/// A function NAME__columns, which is one launch, beside the function that the builder is in, and its calls.
void emit_depthwise(mlir::OpBuilder& builder, mlir::Location location, const DepthwiseNest& nest);

}  // namespace heddle::lowering
