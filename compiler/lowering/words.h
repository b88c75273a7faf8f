// Integer arithmetic on codes and sums in the bodies of operations. Private to this room.
#pragma once

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/IR/Builders.h>

#include <cstdint>

#include "compiler/network/integer_operators.h"
#include "compiler/tensor/tensor.h"

namespace heddle::lowering {

/// Integer arithmetic on 32-bit words in the body of an operation.
class Words {
 public:
  Words(mlir::OpBuilder& b, mlir::Location loc) : b_(b), loc_(loc) {}

  [[nodiscard]] mlir::Value word(std::int64_t value) const {
    return b_.create<mlir::arith::ConstantIntOp>(loc_, value, 32);
  }
  [[nodiscard]] mlir::Value add(mlir::Value a, mlir::Value b) const {
    return b_.create<mlir::arith::AddIOp>(loc_, a, b);
  }
  [[nodiscard]] mlir::Value sub(mlir::Value a, mlir::Value b) const {
    return b_.create<mlir::arith::SubIOp>(loc_, a, b);
  }
  [[nodiscard]] mlir::Value mul(mlir::Value a, mlir::Value b) const {
    return b_.create<mlir::arith::MulIOp>(loc_, a, b);
  }
  [[nodiscard]] mlir::Value plus(mlir::Value a, std::int64_t constant) const {
    return constant == 0 ? a : add(a, word(constant));
  }
  [[nodiscard]] mlir::Value times(mlir::Value a, std::int64_t constant) const {
    return constant == 1 ? a : mul(a, word(constant));
  }
  /// A code as a word.
  [[nodiscard]] mlir::Value widened(mlir::Value code, tensor::Type type) const {
    if (code.getType().isInteger(32)) return code;
    if (type == tensor::Type::kUint8) return b_.create<mlir::arith::ExtUIOp>(loc_, b_.getI32Type(), code);
    return b_.create<mlir::arith::ExtSIOp>(loc_, b_.getI32Type(), code);
  }
  [[nodiscard]] mlir::Value max(mlir::Value a, mlir::Value b) const {
    return b_.create<mlir::arith::MaxSIOp>(loc_, a, b);
  }
  [[nodiscard]] mlir::Value min(mlir::Value a, mlir::Value b) const {
    return b_.create<mlir::arith::MinSIOp>(loc_, a, b);
  }
  [[nodiscard]] mlir::Value narrowed(mlir::Value word) const {
    return b_.create<mlir::arith::TruncIOp>(loc_, b_.getI8Type(), word);
  }

  [[nodiscard]] mlir::Value bits(mlir::Value a, std::int64_t mask) const {
    return b_.create<mlir::arith::AndIOp>(loc_, a, word(mask));
  }
  [[nodiscard]] mlir::Value either(mlir::Value a, mlir::Value b) const {
    return b_.create<mlir::arith::OrIOp>(loc_, a, b);
  }
  [[nodiscard]] mlir::Value shifted_left(mlir::Value a, int count) const {
    return count == 0 ? a : b_.create<mlir::arith::ShLIOp>(loc_, a, word(count)).getResult();
  }
  [[nodiscard]] mlir::Value shifted_right_signed(mlir::Value a, int count) const {
    return count == 0 ? a : b_.create<mlir::arith::ShRSIOp>(loc_, a, word(count)).getResult();
  }
  /// Zeros come in.
  [[nodiscard]] mlir::Value shifted_right(mlir::Value a, int count) const {
    return count == 0 ? a : b_.create<mlir::arith::ShRUIOp>(loc_, a, word(count)).getResult();
  }

  /// value / 2^shift, rounded to nearest, ties to even: (value + half - 1 + odd) >> shift, where odd is the lowest bit
  /// that stays.
  [[nodiscard]] mlir::Value rounded(mlir::Value value, int shift) const {
    if (shift == 0) return value;
    const mlir::Value kept = b_.create<mlir::arith::ShRSIOp>(loc_, value, word(shift));
    const mlir::Value odd = b_.create<mlir::arith::AndIOp>(loc_, kept, word(1));
    const mlir::Value moved = add(plus(value, (std::int64_t{1} << (shift - 1)) - 1), odd);
    return b_.create<mlir::arith::ShRSIOp>(loc_, moved, word(shift));
  }
  /// clamp(rounded + zero point, low, high).
  template <class Op>
  [[nodiscard]] mlir::Value clamped(const Op& op, mlir::Value product) const {
    const mlir::Value moved = plus(rounded(product, op.shift), op.zero_point);
    return max(min(moved, word(op.high)), word(op.low));
  }
  /// The same as a code.
  template <class Op>
  [[nodiscard]] mlir::Value code(const Op& op, mlir::Value product) const {
    return narrowed(clamped(op, product));
  }
  /// Four codes, each in a word, as one word, the first in the lowest bits.
  [[nodiscard]] mlir::Value joined(llvm::ArrayRef<mlir::Value> codes, bool may_be_negative) const {
    mlir::Value result;
    for (unsigned lane = 0; lane < 4; ++lane) {
      const mlir::Value own = may_be_negative && lane < 3 ? bits(codes[lane], 0xFF) : codes[lane];
      const mlir::Value moved = shifted_left(own, static_cast<int>(8 * lane));
      result = lane == 0 ? moved : either(result, moved);
    }
    return result;
  }

 private:
  mlir::OpBuilder& b_;
  mlir::Location loc_;
};

/// What a sum of two codes rounds.
struct SumOf {
  network::IntegerAdd op;

  mlir::Value operator()(const Words& words, mlir::Value a, tensor::Type a_type, mlir::Value b,
                         tensor::Type b_type) const {
    const mlir::Value first = words.times(words.widened(a, a_type), op.a_multiplier);
    const mlir::Value second = words.times(words.widened(b, b_type), op.b_multiplier);
    const std::int64_t zeros = op.a_zero * op.a_multiplier + op.b_zero * op.b_multiplier;
    return words.plus(words.add(first, second), -zeros);
  }
};

/// What a product of two codes rounds.
struct ProductOf {
  network::IntegerMultiply op;

  mlir::Value operator()(const Words& words, mlir::Value a, tensor::Type a_type, mlir::Value b,
                         tensor::Type b_type) const {
    const mlir::Value first = words.plus(words.widened(a, a_type), -op.a_zero);
    const mlir::Value second = words.plus(words.widened(b, b_type), -op.b_zero);
    return words.times(words.mul(first, second), op.multiplier);
  }
};

}  // namespace heddle::lowering
