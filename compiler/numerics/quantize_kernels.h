// The vectorised loops behind quantize.h. Each has a baseline and an AVX2 version in the binary, chosen when it starts.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::numerics::kernels {

/// A float format as the loops need it. Exponents are those of float32: the format's whole range lies in its normal
/// range, with 23 - Y to spare at the top.
struct FloatGrid {
  float scale = 1;
  float limit = 0;  ///< magnitudes above this one are cut to it before rounding: the first value beyond the finite ones
  float largest = 0;                  ///< the largest finite value
  float over = 0;                     ///< what a result above `largest` becomes (largest, infinity or NaN)
  float smallest = 0;                 ///< a result below it becomes zero: 0, or the smallest normal without subnormals
  float nan_value = 0;                ///< what NaN becomes
  std::uint32_t lowest_exponent = 0;  ///< biased float32 exponent of the smallest normal value, in place (<< 23)
  std::uint32_t to_quantum = 0;       ///< (23 - Y) << 23
  std::uint32_t kept_sign = 0;        ///< 0x80000000, or 0 in an unsigned format
  bool negative_zero = true;          ///< false: zeros lose their sign
  // For codes.
  int mantissa_bits = 0;
  std::uint32_t rebias = 0;    ///< (127 - bias) << Y
  float normal = 0;            ///< the smallest normal value
  float per_unit = 0;          ///< 2^-min_exponent
  std::uint8_t over_code = 0;  ///< code of `over`, without sign
  std::uint8_t over_keeps_sign = 1;
  std::uint8_t nan_code = 0;
  int sign_shift = 0;  ///< from bit 31 to the code's sign bit
};

/// An integer format: bounds of round(x / scale), at most 2^22 in magnitude.
struct IntGrid {
  float scale = 1;
  float low = 0;
  float high = 0;
  std::int32_t zero_point = 0;
  std::uint32_t mask = 0xFF;  ///< of a code
};

enum class Rule { kNearestEven, kNearestAway, kTowardZero };

void quantize_dequantize_float(Rule rule, const FloatGrid& grid, const float* x, float* values, std::size_t count);
void quantize_float(Rule rule, const FloatGrid& grid, const float* x, std::uint8_t* codes, std::size_t count);
void quantize_dequantize_int(Rule rule, const IntGrid& grid, const float* x, float* values, std::size_t count);
void quantize_int(Rule rule, const IntGrid& grid, const float* x, std::uint8_t* codes, std::size_t count);
/// values[i] = (table[codes[i]] - zero) * scale
void look_up(const float* table, float zero, float scale, const std::uint8_t* codes, float* values, std::size_t count);
/// The largest magnitude; NaN if any element is NaN. 0 for none.
float largest_magnitude(const float* x, std::size_t count);

}  // namespace heddle::numerics::kernels
