// Operands of an IEEE-like format that reach the corners of a floating-point unit more often than uniform bits do.
#pragma once

#include <cstdint>
#include <cstdlib>

#include "compiler/base/random.h"

namespace heddle {

/// Vectors per test: `in_ci`, or what the environment variable HEDDLE_FLOAT_VECTORS says.
inline std::uint64_t vector_count(std::uint64_t in_ci) {
  const char* text = std::getenv("HEDDLE_FLOAT_VECTORS");
  return text == nullptr ? in_ci : std::strtoull(text, nullptr, 10);
}

/// Draws codes of a format with `exponent_bits` and `mantissa_bits`.
class FloatVectors {
 public:
  FloatVectors(int exponent_bits, int mantissa_bits, std::uint64_t seed)
      : exponent_bits_(exponent_bits), mantissa_bits_(mantissa_bits), random_(seed) {}

  std::uint32_t uniform() {
    return static_cast<std::uint32_t>(random_.next() >> 32U) & mask(1 + exponent_bits_ + mantissa_bits_);
  }

  /// A quarter each: uniform; sparse or dense mantissas (ties, carries) with any exponent; the smallest and largest
  /// exponents, so subnormals and specials too; exponents around one.
  std::uint32_t operand() {
    const std::uint64_t draw = random_.next();
    const std::uint32_t bits = uniform();
    switch (draw & 3U) {
      case 0: return bits;
      case 1: return with(bits, bits >> mantissa_bits_, mantissa(draw));
      case 2: return with(bits, edge_exponent(draw >> 32U), (draw & 4U) != 0 ? mantissa(draw) : bits);
      default:
        return with(bits, (mask(exponent_bits_ - 1) + (draw >> 8U & 3U)) - 1, (draw & 4U) != 0 ? mantissa(draw) : bits);
    }
  }

  /// An operand whose exponent is near that of `other` (alignment, cancellation), half of the time; or any operand.
  std::uint32_t operand_near(std::uint32_t other) {
    const std::uint64_t draw = random_.next();
    const std::uint32_t free = operand();
    if ((draw & 1U) != 0) return free;
    const std::uint32_t reach = 2 * (static_cast<std::uint32_t>(mantissa_bits_) + 3);
    const std::uint32_t exponent =
        (other >> mantissa_bits_) + static_cast<std::uint32_t>((draw >> 8U) % reach) - reach / 2;
    const std::uint32_t close = (draw & 6U) == 0 ? other + static_cast<std::uint32_t>((draw >> 16U) & 3U) : free;
    return with(free, (draw & 24U) == 0 ? other >> mantissa_bits_ : exponent, close);
  }

  Random& random() { return random_; }

 private:
  static std::uint32_t mask(int bits) { return bits >= 32 ? ~0U : (1U << bits) - 1; }

  std::uint32_t with(std::uint32_t sign_source, std::uint32_t exponent, std::uint32_t mantissa_source) const {
    return (sign_source & 1U << (exponent_bits_ + mantissa_bits_)) |
           (exponent & mask(exponent_bits_)) << mantissa_bits_ | (mantissa_source & mask(mantissa_bits_));
  }
  std::uint32_t edge_exponent(std::uint64_t draw) const {
    const std::uint32_t top = mask(exponent_bits_);
    const std::uint32_t step = static_cast<std::uint32_t>(draw >> 2U) & 3U;
    return (draw & 1U) != 0 ? step : top - step;
  }
  /// Few ones, or few zeros.
  std::uint32_t mantissa(std::uint64_t draw) const {
    const std::uint32_t one = 1U << (draw >> 8U) % 24;
    const std::uint32_t other = (draw & 64U) != 0 ? 1U << (draw >> 16U) % 24 : 0;
    const std::uint32_t value = one | other;
    return (draw & 128U) != 0 ? ~value : (draw & 32U) != 0 ? value - 1 : value;
  }

  int exponent_bits_;
  int mantissa_bits_;
  Random random_;
};

}  // namespace heddle
