// Exact dot products: a fixed-point accumulator (Kulisch style), its width by formula, minimal and certified from
// weights, and the accumulators that round.
//
// A product of two codes is an integer multiple of 2^(unit_exponent(a) + unit_exponent(b)). An accumulator is a two's
// complement register of such multiples; it wraps, as registers do, so a sum is right whenever its final value fits,
// whatever happened in between.
#pragma once

#include <cstdint>
#include <span>

#include "compiler/numerics/value.h"
#include "compiler/numerics/wide_int.h"

namespace heddle::numerics {

/// Every finite value of the format is an integer multiple of 2^this: 0 for integers, 1 - bias - Y for floats.
int unit_exponent(const ScalarFormat& format);
/// Bits of the largest finite magnitude in that unit: r for a signed r-bit integer (2^(r-1) needs r), 2^X + Y - 1 for a
/// float that is all finite.
int magnitude_bits(const ScalarFormat& format);

/// The finite values of least and greatest value.
Value lowest_value(const ScalarFormat& format);
Value highest_value(const ScalarFormat& format);

/// A register of `bits` bits that stands for integer * 2^lsb.
struct AccumulatorLayout {
  int bits = 32;
  int lsb = 0;
  bool operator==(const AccumulatorLayout&) const = default;
};

/// The closed form for a dot product of `n` terms: magnitude_bits(a) + magnitude_bits(b) + ceil(log2 n) + 1.
/// For two signed integers this is ra + rb + ceil(log2 n) + 1; for two signed all-finite floats
/// 2^Xa + Ya + 2^Xb + Yb + ceil(log2 n) - 1. n >= 1.
int formula_bits(const ScalarFormat& a, const ScalarFormat& b, std::uint64_t n);
/// The least width that holds every sum of n products. At most formula_bits; docs/numerics.md says when it is less.
int minimal_bits(const ScalarFormat& a, const ScalarFormat& b, std::uint64_t n);
/// The layout with the exact unit of the products and formula_bits.
AccumulatorLayout formula_layout(const ScalarFormat& a, const ScalarFormat& b, std::uint64_t n);

/// The values that an activation takes.
struct ValueRange {
  Value low;
  Value high;
};
ValueRange full_range(const ScalarFormat& format);

/// Bounds of every partial sum, in any order and of any subset of the terms.
struct SumBounds {
  WideInt lowest;
  WideInt highest;
  /// The least register width that holds both.
  [[nodiscard]] int bits() const;
};
/// Certifies a row of weights: what sum(w_i * a_i) can be when every a_i is in `range` (which is taken to include
/// zero), in units of 2^(unit_exponent(weight_format) + activation_unit). Both bounds are reached by some activations,
/// if the ends of the range are values that occur. Weights must be finite codes.
SumBounds certified_bounds(const ScalarFormat& weight_format, std::span<const Code> weights, const ValueRange& range,
                           int activation_unit);
/// The same for every activation of a format.
SumBounds certified_bounds(const ScalarFormat& weight_format, std::span<const Code> weights,
                           const ScalarFormat& activation_format);

/// The register. Special operands poison it as IEEE arithmetic would: NaN, inf - inf and 0 * inf give NaN for good.
class Accumulator {
 public:
  explicit Accumulator(AccumulatorLayout layout);

  /// Adds an exact value, which must be a multiple of 2^lsb.
  void add(const Value& value);
  void multiply_add(const Value& a, const Value& b) { add(multiply(a, b)); }

  [[nodiscard]] const AccumulatorLayout& layout() const { return layout_; }
  /// What the register holds: the sum modulo 2^bits, signed. Meaningless once poisoned.
  [[nodiscard]] WideInt integer() const { return sum_.wrapped(layout_.bits); }
  /// Whether the exact sum of everything added is outside the register, so that it has wrapped.
  [[nodiscard]] bool wrapped() const { return sum_.signed_bits() > layout_.bits; }
  /// integer() * 2^lsb, or the infinity or NaN that poisoned it. A zero is +0.
  [[nodiscard]] Value value() const;

 private:
  AccumulatorLayout layout_;
  WideInt sum_;
  Value special_;  // finite while nothing special was added
};

/// sum(a_i * b_i) in a register of `layout`. The spans have one length.
Accumulator dot(const ScalarFormat& a_format, std::span<const Code> a, const ScalarFormat& b_format,
                std::span<const Code> b, AccumulatorLayout layout);
/// The exact one: formula_layout for the length of the spans.
Accumulator dot(const ScalarFormat& a_format, std::span<const Code> a, const ScalarFormat& b_format,
                std::span<const Code> b);

/// a * b + c with one rounding to the format of c: a multiply-accumulate unit with a floating-point accumulator.
Code fused_multiply_add(const Value& a, const Value& b, const FloatFormat& format, Code c,
                        const RoundingMode& mode = {Rounding::kNearestEven, Overflow::kIeee, nullptr});
/// The same in fp32, to nearest even with infinities, from the first term to the last: order matters.
Code dot_fp32(const ScalarFormat& a_format, std::span<const Code> a, const ScalarFormat& b_format,
              std::span<const Code> b);

}  // namespace heddle::numerics
