#include "compiler/numerics/quantize.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <optional>

#include "compiler/base/check.h"
#include "compiler/numerics/prepared.h"

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

/// The grid of an integer format, if float32 addition can round to it.
std::optional<kernels::IntGrid> int_grid(const Quantizer& quantizer) {
  const auto* format = std::get_if<IntFormat>(&quantizer.format);
  if (format == nullptr || quantizer.rounding == Rounding::kStochastic) return std::nullopt;
  const std::int64_t low = format->min() - quantizer.zero_point;
  const std::int64_t high = format->max() - quantizer.zero_point;
  constexpr std::int64_t kMost = 1 << 22;
  if (low < -kMost || high > kMost) return std::nullopt;
  kernels::IntGrid grid;
  grid.low = static_cast<float>(low);
  grid.high = static_cast<float>(high);
  grid.zero_point = quantizer.zero_point;
  grid.mask = (std::uint32_t{1} << std::min(format->bits, 8)) - 1;
  return grid;
}

void check(const Quantizer& quantizer) {
  HEDDLE_CHECK(quantizer.scale > 0 && std::isfinite(quantizer.scale), "a scale that is not positive and finite");
  HEDDLE_CHECK(quantizer.zero_point == 0 || std::holds_alternative<IntFormat>(quantizer.format),
               "a float with a zero point");
}

}  // namespace

PreparedQuantizer::PreparedQuantizer(const Quantizer& quantizer)
    : quantizer_(quantizer), float_grid_(float_grid(quantizer)) {
  set_scale(quantizer.scale, quantizer.zero_point);
}

void PreparedQuantizer::set_scale(float scale, std::int32_t zero_point) {
  quantizer_.scale = scale;
  quantizer_.zero_point = zero_point;
  check(quantizer_);
  if (float_grid_) float_grid_->scale = scale;
  int_grid_ = int_grid(quantizer_);
  if (int_grid_) int_grid_->scale = scale;
}

void PreparedQuantizer::to_codes(std::span<const float> x, std::span<std::uint8_t> codes,
                                 std::uint64_t first_index) const {
  HEDDLE_CHECK(bits(quantizer_.format) <= 8, "codes of more than 8 bits in bytes");
  HEDDLE_CHECK(x.size() == codes.size(), "a quantised tensor of another size");
  const kernels::Rule rule = rule_of(quantizer_.rounding);
  if (float_grid_) return kernels::quantize_float(rule, *float_grid_, x.data(), codes.data(), x.size());
  if (int_grid_) return kernels::quantize_int(rule, *int_grid_, x.data(), codes.data(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    codes[i] = static_cast<std::uint8_t>(quantize(quantizer_, x[i], first_index + i));
  }
}

void PreparedQuantizer::to_values(std::span<const float> x, std::span<float> values, std::uint64_t first_index) const {
  HEDDLE_CHECK(x.size() == values.size(), "a quantised tensor of another size");
  const kernels::Rule rule = rule_of(quantizer_.rounding);
  if (float_grid_) return kernels::quantize_dequantize_float(rule, *float_grid_, x.data(), values.data(), x.size());
  if (int_grid_) return kernels::quantize_dequantize_int(rule, *int_grid_, x.data(), values.data(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    values[i] = dequantize(quantizer_, quantize(quantizer_, x[i], first_index + i));
  }
}

CodeTable::CodeTable(const ScalarFormat& format) : format_(format) {
  HEDDLE_CHECK(bits(format) <= 8, "codes of more than 8 bits in bytes");
  // Every byte has an entry: bits above the format's are ignored, as decode does.
  for (Code code = 0; code < values_.size(); ++code) {
    const double value = to_double(decode(format, code));
    values_[code] = static_cast<float>(value);
    exact_ = exact_ && (std::isnan(value) || static_cast<double>(values_[code]) == value);
  }
}

void CodeTable::to_values(float scale, std::int32_t zero_point, std::span<const std::uint8_t> codes,
                          std::span<float> values) const {
  HEDDLE_CHECK(codes.size() == values.size(), "a quantised tensor of another size");
  if (exact_) {
    // The difference of an 8-bit integer and a zero point is exact, so the product is the only rounding.
    const auto zero = static_cast<float>(zero_point);
    return kernels::look_up(values_.data(), zero, scale, codes.data(), values.data(), codes.size());
  }
  const Quantizer quantizer{format_, scale, zero_point};
  for (std::size_t i = 0; i < codes.size(); ++i) values[i] = dequantize(quantizer, codes[i]);
}

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
  PreparedQuantizer(quantizer).to_codes(x, codes, first_index);
}

void dequantize(const Quantizer& quantizer, std::span<const std::uint8_t> codes, std::span<float> values) {
  check(quantizer);
  CodeTable(quantizer.format).to_values(quantizer.scale, quantizer.zero_point, codes, values);
}

void quantize_dequantize(const Quantizer& quantizer, std::span<const float> x, std::span<float> values,
                         std::uint64_t first_index) {
  PreparedQuantizer(quantizer).to_values(x, values, first_index);
}

}  // namespace heddle::numerics
