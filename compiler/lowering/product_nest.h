// Products of two matrices of codes, neither of them constant, as loops for an array. Private to this room.
#pragma once

#include <mlir/IR/Builders.h>
#include <mlir/IR/Value.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/lowering/machine.h"
#include "compiler/network/integer_operators.h"
#include "compiler/tensor/tensor.h"

namespace heddle::lowering {

/// A [rows][depth] times B [depth][columns].
struct ProductShape {
  std::int64_t rows = 1;
  std::int64_t columns = 1;
  std::int64_t depth = 1;
  std::int64_t result_bytes = 1;  ///< of an element
};

/// An iteration adds one element of the depth to the sums of `rows` x `columns`; a launch computes `launch_rows` rows.
struct ProductTile {
  std::int64_t rows = 1;
  std::int64_t columns = 1;
  std::int64_t launch_rows = 1;
};

/// The tile with the fewest cycles by ports, banks and issue slots whose arrays fit the scratchpad; none if no tile
/// fits.
std::optional<ProductTile> choose_tile(const ProductShape& shape, const Machine& machine);

/// One side of the product.
struct Factor {
  mlir::Value memory;  ///< of one dimension
  tensor::Type type = tensor::Type::kInt8;
  std::int64_t zero = 0;
};

/// Where the matrices of one product begin, in elements.
struct ProductPlace {
  std::int64_t a = 0;
  std::int64_t b = 0;
  std::int64_t result = 0;
};

struct ProductNest {
  ProductShape shape;
  ProductTile tile;
  Factor a;
  Factor b;
  mlir::Value result;  ///< memory of one dimension, [rows][columns] for each product
  std::vector<ProductPlace> products;
  std::int32_t multiplier = 1;
  std::optional<network::Requantize> tail;  ///< absent: the sums are the result
};

/// Functions NAME__sums and NAME__codes, each one launch, beside the function that the builder is in; and their calls,
/// at the builder's place.
void emit_product(mlir::OpBuilder& builder, mlir::Location location, const ProductNest& nest);

}  // namespace heddle::lowering
