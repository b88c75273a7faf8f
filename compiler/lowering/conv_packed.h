// Convolutions whose codes are taken four in a word, as dot products of the array. Private to this room.
#pragma once

#include <mlir/IR/Builders.h>
#include <mlir/IR/Value.h>

#include "compiler/lowering/conv_nest.h"

namespace heddle::lowering {

/// Makes words of four codes the elements of `nest`, if every piece that it reads begins and ends with a word; else
/// leaves it as it is. Before a tile is chosen.
void pack(ConvNest& nest);

/// Memory of bytes, of one dimension, as words. It begins where a word does.
mlir::Value as_words(mlir::OpBuilder& builder, mlir::Location location, mlir::Value memory);

/// Bytes as words of four, the first in the lowest bits.
std::vector<std::int32_t> words_of(const std::vector<std::int8_t>& bytes);

/// sum + the products of four codes of `type` and four signed weights: a call of a function of heddle/packed.h.
mlir::Value dot(mlir::OpBuilder& builder, mlir::Location location, tensor::Type type, mlir::Value codes,
                mlir::Value weights, mlir::Value sum);

}  // namespace heddle::lowering
