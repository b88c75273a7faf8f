#include "compiler/numerics/quantize.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <optional>

#include "compiler/base/check.h"
#include "compiler/numerics/quantize_kernels.h"

namespace heddle::numerics {
namespace {

float value_of(const FloatFormat& format, Code code) { return static_cast<float>(to_double(decode(format, code))); }

kernels::Rule rule_of(Rounding rounding) {
  if (rounding == Rounding::kNearestAway) return kernels::Rule::kNearestAway;
  return rounding == Rounding::kTowardZero ? kernels::Rule::kTowardZero : kernels::Rule::kNearestEven;
}

/// The grid of a float format, if float32 addition can round to it.
std::optional<kernels::FloatGrid> float_grid(const Quantizer& quantizer) {
  const auto* format = std::get_if<FloatFormat>(&quantizer.format);
  constexpr int kLeast = -126;
  constexpr int kMost = 127;
  if (format == nullptr || quantizer.rounding == Rounding::kStochastic) return std::nullopt;
  const int y = format->mantissa_bits;
  const int lowest = 1 - format->bias;
  // The largest exponent that rounding adds to, and that of the last place of the smallest values.
  const bool fits = std::max(format->max_exponent() + 1, lowest) + 23 - y <= kMost &&
                    format->min_exponent() >= kLeast && -format->min_exponent() <= kMost;
  // Infinities and large values part ways here; the loops cut both alike.
  const bool parts = quantizer.rounding == Rounding::kTowardZero && quantizer.overflow == Overflow::kIeee;
  if (!fits || parts) return std::nullopt;

  kernels::FloatGrid grid;
  grid.scale = quantizer.scale;
  grid.largest = value_of(*format, format->max_finite_code());
  // The spacing at the largest value leads to the first value beyond.
  const int spacing = std::max(format->max_exponent(), lowest) - y;
  grid.limit = grid.largest + std::ldexp(1.0F, spacing);
  const Code over = encode(*format, from_double(4.0 * grid.limit), {quantizer.rounding, quantizer.overflow, nullptr});
  grid.over = value_of(*format, over);
  grid.normal = std::ldexp(1.0F, lowest);
  grid.smallest = format->subnormals ? 0.0F : grid.normal;
  const Code nan = encode(*format, Value::nan());
  grid.nan_value = value_of(*format, nan);
  grid.lowest_exponent = static_cast<std::uint32_t>(lowest + 127) << 23U;
  grid.to_quantum = static_cast<std::uint32_t>(23 - y) << 23U;
  grid.kept_sign = format->is_signed ? 0x80000000U : 0;
  grid.negative_zero = format->is_signed && format->specials != Specials::kFnuz;
  grid.mantissa_bits = y;
  grid.rebias = static_cast<std::uint32_t>(127 - format->bias) << static_cast<unsigned>(y);
  grid.per_unit = std::ldexp(1.0F, -format->min_exponent());
  grid.over_code = static_cast<std::uint8_t>(over);
  grid.over_keeps_sign = decode(*format, over).kind == Value::Kind::kNan ? 0 : 1;
  grid.nan_code = static_cast<std::uint8_t>(nan);
  grid.sign_shift = 32 - format->bits();
  return grid;
}

std::optional<kernels::IntGrid> int_grid(const Quantizer& quantizer) {
  const auto* format = std::get_if<IntFormat>(&quantizer.format);
  if (format == nullptr || quantizer.rounding == Rounding::kStochastic) return std::nullopt;
  const std::int64_t low = format->min() - quantizer.zero_point;
  const std::int64_t high = format->max() - quantizer.zero_point;
  constexpr std::int64_t kMost = 1 << 22;
  if (low < -kMost || high > kMost) return std::nullopt;
  kernels::IntGrid grid;
  grid.scale = quantizer.scale;
  grid.low = static_cast<float>(low);
  grid.high = static_cast<float>(high);
  grid.zero_point = quantizer.zero_point;
  grid.mask = (std::uint32_t{1} << std::min(format->bits, 8)) - 1;
  return grid;
}

void check(const Quantizer& quantizer, std::size_t inputs, std::size_t outputs) {
  HEDDLE_CHECK(quantizer.scale > 0 && std::isfinite(quantizer.scale), "a scale that is not positive and finite");
  HEDDLE_CHECK(quantizer.zero_point == 0 || std::holds_alternative<IntFormat>(quantizer.format),
               "a float with a zero point");
  HEDDLE_CHECK(inputs == outputs, "a quantised tensor of another size");
}

}  // namespace

Code quantize(const Quantizer& quantizer, float x, std::uint64_t index) {
  const float ratio = x / quantizer.scale;
  Random random = random_at(quantizer.seed, index);
  const RoundingMode mode{quantizer.rounding, quantizer.overflow, &random};
  const Value value = from_double(ratio);
  const auto* integer = std::get_if<IntFormat>(&quantizer.format);
  if (integer == nullptr) return encode(quantizer.format, value, mode);
  const std::int64_t offset = round_to_integer(value, mode) + quantizer.zero_point;
  const auto code = static_cast<Code>(std::clamp(offset, integer->min(), integer->max()));
  return integer->bits == 32 ? code : code & ((Code{1} << integer->bits) - 1);
}

float dequantize(const Quantizer& quantizer, Code code) {
  const double value = to_double(decode(quantizer.format, code)) - quantizer.zero_point;
  // At most 25 bits by 24 are exact in double; wider integers take the long way to one rounding.
  if (bits(quantizer.format) <= 24) return static_cast<float>(value * static_cast<double>(quantizer.scale));
  const Value product = multiply(from_double(value), from_double(quantizer.scale));
  return std::bit_cast<float>(encode(fp32(), product, {Rounding::kNearestEven, Overflow::kIeee, nullptr}));
}

void quantize(const Quantizer& quantizer, std::span<const float> x, std::span<std::uint8_t> codes,
              std::uint64_t first_index) {
  check(quantizer, x.size(), codes.size());
  HEDDLE_CHECK(bits(quantizer.format) <= 8, "codes of more than 8 bits in bytes");
  if (const auto grid = float_grid(quantizer)) {
    return kernels::quantize_float(rule_of(quantizer.rounding), *grid, x.data(), codes.data(), x.size());
  }
  if (const auto grid = int_grid(quantizer)) {
    return kernels::quantize_int(rule_of(quantizer.rounding), *grid, x.data(), codes.data(), x.size());
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    codes[i] = static_cast<std::uint8_t>(quantize(quantizer, x[i], first_index + i));
  }
}

void dequantize(const Quantizer& quantizer, std::span<const std::uint8_t> codes, std::span<float> values) {
  check(quantizer, codes.size(), values.size());
  HEDDLE_CHECK(bits(quantizer.format) <= 8, "codes of more than 8 bits in bytes");
  // Every byte has an entry: bits above the format's are ignored, as decode does.
  std::array<float, 256> table;
  for (Code code = 0; code < table.size(); ++code) table[code] = dequantize(quantizer, code);
  kernels::look_up(table.data(), codes.data(), values.data(), codes.size());
}

void quantize_dequantize(const Quantizer& quantizer, std::span<const float> x, std::span<float> values,
                         std::uint64_t first_index) {
  check(quantizer, x.size(), values.size());
  if (const auto grid = float_grid(quantizer)) {
    return kernels::quantize_dequantize_float(rule_of(quantizer.rounding), *grid, x.data(), values.data(), x.size());
  }
  if (const auto grid = int_grid(quantizer)) {
    return kernels::quantize_dequantize_int(rule_of(quantizer.rounding), *grid, x.data(), values.data(), x.size());
  }
  for (std::size_t i = 0; i < x.size(); ++i)
    values[i] = dequantize(quantizer, quantize(quantizer, x[i], first_index + i));
}

}  // namespace heddle::numerics
