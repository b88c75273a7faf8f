// From an accumulator back to a format: the contract that the RTL module of the same name implements. In one formula,
//
//   code = clamp(round(integer * multiplier * 2^(lsb - shift)) + zero_point)
//
// with one rounding, of the exact product. docs/numerics.md tells it step by step.
#pragma once

#include <cstdint>

#include "compiler/numerics/dot.h"

namespace heddle::numerics {

/// A positive scale as hardware has it: multiplier * 2^-shift. A power of two has multiplier 1.
struct IntegerScale {
  std::uint32_t multiplier = 1;
  int shift = 0;  ///< may be negative: a shift to the left
  bool operator==(const IntegerScale&) const = default;
};

/// The integer scale nearest to `scale` with a multiplier of exactly `multiplier_bits` bits (its top bit set), so that
/// the relative error is at most 2^-multiplier_bits. Fails (kBadInput) if the scale is not positive and finite, or
/// multiplier_bits is not 1 to 32.
Result<IntegerScale> nearest_integer_scale(double scale, int multiplier_bits);

/// Everything but the accumulator.
struct ConvertBack {
  IntegerScale scale;
  ScalarFormat output = IntFormat{};
  Rounding rounding = Rounding::kNearestEven;
  Overflow overflow = Overflow::kSaturate;
  std::int32_t zero_point = 0;  ///< integer outputs only: added after rounding, before clamping
};

/// Integer * 2^lsb by the contract. `random` is for stochastic rounding.
Code convert_back(const WideInt& integer, int lsb, const ConvertBack& how, Random* random = nullptr);
/// The same for a register, NaN and infinities included: they go to the output format as `encode` says.
Code convert_back(const Accumulator& accumulator, const ConvertBack& how, Random* random = nullptr);

/// Integer requantisation, as int8 networks do it between layers: convert_back of a 64-bit accumulator with lsb 0.
std::int64_t requantize(std::int64_t accumulator, const IntegerScale& scale, std::int32_t zero_point,
                        const IntFormat& output, Rounding rounding = Rounding::kNearestEven);

}  // namespace heddle::numerics
