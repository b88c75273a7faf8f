// Rounding by float32 addition: for a magnitude a with leading bit 2^e, adding 2^(e - Y + 23) pushes every bit below
// 2^(e - Y) out of the sum, which the processor rounds to nearest even; subtracting it again is exact. The exponent is
// held at the smallest normal's, so subnormals are rounded on their coarser grid by the same two operations. Other
// roundings correct the result by one quantum, since a - rounded is exact.
//
// This file is compiled with -O3 -fno-trapping-math, and nothing here depends on the order of additions being changed.
#include "compiler/numerics/quantize_kernels.h"

#include <bit>

#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define HEDDLE_VECTOR_CLONES __attribute__((target_clones("default", "avx2")))
#else
// Sanitizers would instrument the resolver, which runs before they are ready.
#define HEDDLE_VECTOR_CLONES
#endif
// The output may be the input itself: no element depends on another.
#ifdef __clang__
#define HEDDLE_ELEMENTWISE
#else
#define HEDDLE_ELEMENTWISE _Pragma("GCC ivdep")
#endif
#define HEDDLE_INLINE __attribute__((always_inline)) inline

namespace heddle::numerics::kernels {
namespace {

constexpr std::uint32_t kExponent = 0x7F800000U;
constexpr std::uint32_t kSign = 0x80000000U;

HEDDLE_INLINE std::uint32_t bits_of(float x) { return __builtin_bit_cast(std::uint32_t, x); }
HEDDLE_INLINE float float_of(std::uint32_t x) { return __builtin_bit_cast(float, x); }

/// `magnitude` rounded to a multiple of `magic` * 2^-23.
template <Rule kRule>
HEDDLE_INLINE float rounded_by(float magnitude, float magic) {
  const float nearest = (magnitude + magic) - magic;
  const float quantum = magic * 0x1p-23F;
  if (kRule == Rule::kTowardZero) return nearest > magnitude ? nearest - quantum : nearest;
  // A tie that went down to even is half a quantum short.
  if (kRule == Rule::kNearestAway) return magnitude - nearest == quantum * 0.5F ? nearest + quantum : nearest;
  return nearest;
}

/// The magnitude of a code for |x| / scale, or something above `largest`. NaN gives `limit`.
template <Rule kRule>
HEDDLE_INLINE float magnitude_of(const FloatGrid& grid, float ratio) {
  float magnitude = float_of(bits_of(ratio) & ~kSign);
  magnitude = magnitude < grid.limit ? magnitude : grid.limit;
  const std::uint32_t own = bits_of(magnitude) & kExponent;
  const std::uint32_t exponent = own > grid.lowest_exponent ? own : grid.lowest_exponent;
  const float result = rounded_by<kRule>(magnitude, float_of(exponent + grid.to_quantum));
  return result < grid.smallest ? 0.0F : result;
}

template <Rule kRule>
HEDDLE_INLINE void quantize_dequantize_body(const FloatGrid& given, const float* x, float* values, std::size_t count) {
  const FloatGrid grid = given;
  HEDDLE_ELEMENTWISE
  for (std::size_t i = 0; i < count; ++i) {
    const float ratio = x[i] / grid.scale;
    const float magnitude = magnitude_of<kRule>(grid, ratio);
    const float finite = magnitude > grid.largest ? grid.over : magnitude;
    std::uint32_t sign = bits_of(ratio) & kSign;
    const bool drops = sign != 0 && grid.kept_sign == 0;
    const float kept = drops ? 0.0F : finite;
    sign = kept == 0 && !grid.negative_zero ? 0 : sign & grid.kept_sign;
    const float value = ratio != ratio ? grid.nan_value : float_of(bits_of(kept) | sign);
    values[i] = value * grid.scale;
  }
}

template <Rule kRule>
HEDDLE_INLINE void quantize_body(const FloatGrid& given, const float* x, std::uint8_t* codes, std::size_t count) {
  const FloatGrid grid = given;
  HEDDLE_ELEMENTWISE
  for (std::size_t i = 0; i < count; ++i) {
    const float ratio = x[i] / grid.scale;
    const float magnitude = magnitude_of<kRule>(grid, ratio);
    const std::uint32_t normal = (bits_of(magnitude) >> (23 - grid.mantissa_bits)) - grid.rebias;
    const auto subnormal = static_cast<std::uint32_t>(
        static_cast<std::int32_t>((magnitude < grid.normal ? magnitude : 0.0F) * grid.per_unit));
    const std::uint32_t finite = magnitude < grid.normal ? subnormal : normal;
    const bool over = magnitude > grid.largest;
    std::uint32_t code = over ? grid.over_code : finite;
    std::uint32_t sign = (bits_of(ratio) & grid.kept_sign) >> grid.sign_shift;
    const bool drops = (bits_of(ratio) & kSign) != 0 && grid.kept_sign == 0;
    code = drops ? 0 : code;
    sign = (code == 0 && !grid.negative_zero) || (over && grid.over_keeps_sign == 0) ? 0 : sign;
    code = ratio != ratio ? grid.nan_code : code | sign;
    codes[i] = static_cast<std::uint8_t>(code);
  }
}

/// round(x / scale) within bounds. Rounding is monotone and the bounds are integers, so cutting first changes nothing.
template <Rule kRule>
HEDDLE_INLINE float integer_of(const IntGrid& grid, float x) {
  constexpr float kMagic = 0x1.8p23F;
  float ratio = x / grid.scale;
  ratio = ratio != ratio ? 0.0F : ratio;
  ratio = ratio > grid.low ? ratio : grid.low;
  ratio = ratio < grid.high ? ratio : grid.high;
  const float nearest = (ratio + kMagic) - kMagic;
  if (kRule == Rule::kNearestEven) return nearest;
  const float down = ratio < 0 ? -1.0F : 1.0F;  // away from zero
  const float rest = (ratio - nearest) * down;
  if (kRule == Rule::kTowardZero) return rest < 0 ? nearest - down : nearest;
  return rest == 0.5F ? nearest + down : nearest;
}

template <Rule kRule>
HEDDLE_INLINE void quantize_dequantize_body(const IntGrid& given, const float* x, float* values, std::size_t count) {
  const IntGrid grid = given;
  // `+ 0`: a negative number that rounds toward zero must not leave the integers' one zero.
  HEDDLE_ELEMENTWISE
  for (std::size_t i = 0; i < count; ++i) values[i] = (integer_of<kRule>(grid, x[i]) + 0.0F) * grid.scale;
}

template <Rule kRule>
HEDDLE_INLINE void quantize_body(const IntGrid& given, const float* x, std::uint8_t* codes, std::size_t count) {
  const IntGrid grid = given;
  HEDDLE_ELEMENTWISE
  for (std::size_t i = 0; i < count; ++i) {
    const std::int32_t code = static_cast<std::int32_t>(integer_of<kRule>(grid, x[i])) + grid.zero_point;
    codes[i] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(code) & grid.mask);
  }
}

// One function for each grid, rule and result, since clones cannot be templates.
#define HEDDLE_DEFINE_KERNELS(Grid, Suffix, kRule)                                                                     \
  HEDDLE_VECTOR_CLONES void fake_##Suffix(const Grid& grid, const float* x, float* values, std::size_t count) {        \
    quantize_dequantize_body<kRule>(grid, x, values, count);                                                           \
  }                                                                                                                    \
  HEDDLE_VECTOR_CLONES void codes_##Suffix(const Grid& grid, const float* x, std::uint8_t* codes, std::size_t count) { \
    quantize_body<kRule>(grid, x, codes, count);                                                                       \
  }

HEDDLE_DEFINE_KERNELS(FloatGrid, float_even, Rule::kNearestEven)
HEDDLE_DEFINE_KERNELS(FloatGrid, float_away, Rule::kNearestAway)
HEDDLE_DEFINE_KERNELS(FloatGrid, float_zero, Rule::kTowardZero)
HEDDLE_DEFINE_KERNELS(IntGrid, int_even, Rule::kNearestEven)
HEDDLE_DEFINE_KERNELS(IntGrid, int_away, Rule::kNearestAway)
HEDDLE_DEFINE_KERNELS(IntGrid, int_zero, Rule::kTowardZero)

HEDDLE_VECTOR_CLONES std::uint32_t largest_bits(const float* x, std::size_t count) {
  // Magnitudes are ordered as their bits are, NaN above infinity.
  std::uint32_t largest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t magnitude = bits_of(x[i]) & ~kSign;
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}

}  // namespace

void quantize_dequantize_float(Rule rule, const FloatGrid& grid, const float* x, float* values, std::size_t count) {
  if (rule == Rule::kNearestEven) return fake_float_even(grid, x, values, count);
  if (rule == Rule::kNearestAway) return fake_float_away(grid, x, values, count);
  fake_float_zero(grid, x, values, count);
}

void quantize_float(Rule rule, const FloatGrid& grid, const float* x, std::uint8_t* codes, std::size_t count) {
  if (rule == Rule::kNearestEven) return codes_float_even(grid, x, codes, count);
  if (rule == Rule::kNearestAway) return codes_float_away(grid, x, codes, count);
  codes_float_zero(grid, x, codes, count);
}

void quantize_dequantize_int(Rule rule, const IntGrid& grid, const float* x, float* values, std::size_t count) {
  if (rule == Rule::kNearestEven) return fake_int_even(grid, x, values, count);
  if (rule == Rule::kNearestAway) return fake_int_away(grid, x, values, count);
  fake_int_zero(grid, x, values, count);
}

void quantize_int(Rule rule, const IntGrid& grid, const float* x, std::uint8_t* codes, std::size_t count) {
  if (rule == Rule::kNearestEven) return codes_int_even(grid, x, codes, count);
  if (rule == Rule::kNearestAway) return codes_int_away(grid, x, codes, count);
  codes_int_zero(grid, x, codes, count);
}

void look_up(const float* table, float zero, float scale, const std::uint8_t* codes, float* values, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) values[i] = (table[codes[i]] - zero) * scale;
}

float largest_magnitude(const float* x, std::size_t count) { return float_of(largest_bits(x, count)); }

}  // namespace heddle::numerics::kernels
