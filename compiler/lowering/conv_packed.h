// Convolutions whose codes are taken several in a word, as dot products of the array. Private to this room.
#pragma once

#include <mlir/IR/Builders.h>
#include <mlir/IR/Value.h>

#include "compiler/lowering/conv_nest.h"
#include "compiler/network/requantization.h"

namespace heddle::lowering {

/// Chooses packing and tile of `nest`, whose input holds codes in `codes`: of what the array can do, and every piece
/// that is read allows, since it begins and ends with a word, the fewest cycles of array and transfers by estimates.
/// False if no tile fits.
bool choose_packing(ConvNest& nest, const Machine& machine, const network::Interval& codes);

/// Memory of bytes, of one dimension, as words. It begins where a word does.
mlir::Value as_words(mlir::OpBuilder& builder, mlir::Location location, mlir::Value memory);

/// Bytes as words of four, the first in the lowest bits.
std::vector<std::int32_t> words_of(const std::vector<std::int8_t>& bytes);

/// sum + the products of the codes and signed weights of two words: a call of a function of heddle/packed.h.
mlir::Value dot(mlir::OpBuilder& builder, mlir::Location location, const ConvNest& nest, mlir::Value codes,
                mlir::Value weights, mlir::Value sum);

/// Two bytes of `first`, then two of `second`, as the index says: likewise.
mlir::Value pick(mlir::OpBuilder& builder, mlir::Location location, mlir::Value first, mlir::Value second,
                 mlir::Value index);

}  // namespace heddle::lowering
