#include "compiler/numerics/dot.h"

#include <algorithm>
#include <bit>

#include "compiler/base/check.h"

namespace heddle::numerics {
namespace {

/// A finite value in units of 2^unit, of which it must be a multiple.
void add_in_units(WideInt& sum, const Value& value, int unit) {
  if (value.significand == 0) return;
  const int shift = value.exponent - unit;
  if (shift >= 0) {
    sum.add_shifted(value.significand, shift, value.negative);
    return;
  }
  const bool exact = shift > -64 && (value.significand >> -shift) << -shift == value.significand;
  HEDDLE_CHECK(exact && !value.sticky, "a value finer than the unit of its accumulator");
  sum.add_shifted(value.significand >> -shift, 0, value.negative);
}

WideInt in_units(const Value& value, int unit) {
  WideInt integer;
  add_in_units(integer, value, unit);
  return integer;
}

/// The least and the greatest product of values in two ranges: at their corners.
std::pair<WideInt, WideInt> product_bounds(const ValueRange& a, const ValueRange& b, int unit) {
  WideInt least;
  WideInt greatest;
  bool first = true;
  for (const Value& x : {a.low, a.high}) {
    for (const Value& y : {b.low, b.high}) {
      const WideInt product = in_units(multiply(x, y), unit);
      if (first || compare(product, least) < 0) least = product;
      if (first || compare(product, greatest) > 0) greatest = product;
      first = false;
    }
  }
  return {least, greatest};
}

}  // namespace

int unit_exponent(const ScalarFormat& format) {
  const auto* real = std::get_if<FloatFormat>(&format);
  return real == nullptr ? 0 : real->min_exponent();
}

int magnitude_bits(const ScalarFormat& format) {
  if (const auto* integer = std::get_if<IntFormat>(&format)) {
    const std::int64_t largest = std::max(integer->max(), -integer->min());
    return std::bit_width(static_cast<std::uint64_t>(largest));
  }
  const Value largest = highest_value(format);
  return std::bit_width(largest.significand) + largest.exponent - unit_exponent(format);
}

Value lowest_value(const ScalarFormat& format) {
  if (const auto* integer = std::get_if<IntFormat>(&format)) {
    return {Value::Kind::kFinite, integer->is_signed, false, static_cast<std::uint64_t>(-integer->min()), 0};
  }
  const auto& real = std::get<FloatFormat>(format);
  if (!real.is_signed) return {};
  Value value = highest_value(format);
  value.negative = true;
  return value;
}

Value highest_value(const ScalarFormat& format) {
  if (const auto* integer = std::get_if<IntFormat>(&format)) {
    return {Value::Kind::kFinite, false, false, static_cast<std::uint64_t>(integer->max()), 0};
  }
  const auto& real = std::get<FloatFormat>(format);
  return decode(real, real.max_finite_code());
}

ValueRange full_range(const ScalarFormat& format) { return {lowest_value(format), highest_value(format)}; }

int formula_bits(const ScalarFormat& a, const ScalarFormat& b, std::uint64_t n) {
  HEDDLE_CHECK(n >= 1, "a dot product of no terms");
  const int log2_n = std::bit_width(n - 1);
  return magnitude_bits(a) + magnitude_bits(b) + log2_n + 1;
}

int minimal_bits(const ScalarFormat& a, const ScalarFormat& b, std::uint64_t n) {
  const auto [least, greatest] = product_bounds(full_range(a), full_range(b), unit_exponent(a) + unit_exponent(b));
  return SumBounds{least.times(n), greatest.times(n)}.bits();
}

AccumulatorLayout formula_layout(const ScalarFormat& a, const ScalarFormat& b, std::uint64_t n) {
  return {formula_bits(a, b, n), unit_exponent(a) + unit_exponent(b)};
}

int SumBounds::bits() const { return std::max(lowest.signed_bits(), highest.signed_bits()); }

SumBounds certified_bounds(const ScalarFormat& weight_format, std::span<const Code> weights, const ValueRange& range,
                           int activation_unit) {
  const int unit = unit_exponent(weight_format) + activation_unit;
  SumBounds bounds;
  for (const Code code : weights) {
    const Value weight = decode(weight_format, code);
    HEDDLE_CHECK(weight.kind == Value::Kind::kFinite, "a weight that is not finite");
    const auto [least, greatest] = product_bounds({weight, weight}, range, unit);
    if (least.is_negative()) bounds.lowest += least;
    if (!greatest.is_negative()) bounds.highest += greatest;
  }
  return bounds;
}

SumBounds certified_bounds(const ScalarFormat& weight_format, std::span<const Code> weights,
                           const ScalarFormat& activation_format) {
  return certified_bounds(weight_format, weights, full_range(activation_format), unit_exponent(activation_format));
}

Accumulator::Accumulator(AccumulatorLayout layout) : layout_(layout) {
  HEDDLE_CHECK(layout.bits >= 1 && layout.bits <= WideInt::kBits, "an accumulator width outside 1 to 768 bits");
}

void Accumulator::add(const Value& value) {
  const bool is_special = value.kind != Value::Kind::kFinite;
  if (is_special || special_.kind != Value::Kind::kFinite) {
    special_ = numerics::add(special_, value);
    return;
  }
  add_in_units(sum_, value, layout_.lsb);
}

Value Accumulator::value() const {
  return special_.kind != Value::Kind::kFinite ? special_ : integer().to_value(layout_.lsb);
}

Accumulator dot(const ScalarFormat& a_format, std::span<const Code> a, const ScalarFormat& b_format,
                std::span<const Code> b, AccumulatorLayout layout) {
  HEDDLE_CHECK(a.size() == b.size(), "a dot product of different lengths");
  Accumulator sum(layout);
  for (std::size_t i = 0; i < a.size(); ++i) sum.multiply_add(decode(a_format, a[i]), decode(b_format, b[i]));
  return sum;
}

Accumulator dot(const ScalarFormat& a_format, std::span<const Code> a, const ScalarFormat& b_format,
                std::span<const Code> b) {
  return dot(a_format, a, b_format, b, formula_layout(a_format, b_format, std::max<std::size_t>(1, a.size())));
}

Code fused_multiply_add(const Value& a, const Value& b, const FloatFormat& format, Code c, const RoundingMode& mode) {
  return encode(format, add(multiply(a, b), decode(format, c)), mode);
}

Code dot_fp32(const ScalarFormat& a_format, std::span<const Code> a, const ScalarFormat& b_format,
              std::span<const Code> b) {
  HEDDLE_CHECK(a.size() == b.size(), "a dot product of different lengths");
  Code sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum = fused_multiply_add(decode(a_format, a[i]), decode(b_format, b[i]), fp32(), sum);
  }
  return sum;
}

}  // namespace heddle::numerics
