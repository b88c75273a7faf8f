#include "compiler/numerics/convert_back.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/base/check.h"

namespace heddle::numerics {
namespace {

/// The integer case: the zero point comes after rounding, so that it cannot move a tie.
Code to_integer(const IntFormat& format, const Value& value, const RoundingMode& mode, std::int32_t zero_point) {
  if (value.kind == Value::Kind::kNan) return 0;
  const std::int64_t offset = round_to_integer(value, mode) + zero_point;
  const Value shifted = from_double(static_cast<double>(std::clamp(offset, format.min(), format.max())));
  return encode(ScalarFormat(format), shifted);
}

Code convert_value(const Value& value, const ConvertBack& how, Random* random) {
  const RoundingMode mode{how.rounding, how.overflow, random};
  if (const auto* integer = std::get_if<IntFormat>(&how.output))
    return to_integer(*integer, value, mode, how.zero_point);
  HEDDLE_CHECK(how.zero_point == 0, "a floating-point output has no zero point");
  return encode(how.output, value, mode);
}

}  // namespace

Result<IntegerScale> nearest_integer_scale(double scale, int multiplier_bits) {
  if (!std::isfinite(scale) || scale <= 0) {
    return fail(ErrorCode::kBadInput, fmt::format("a scale is positive and finite, not {}", scale));
  }
  if (multiplier_bits < 1 || multiplier_bits > 32) {
    return fail(ErrorCode::kBadInput, fmt::format("a multiplier has 1 to 32 bits, not {}", multiplier_bits));
  }
  int exponent = 0;
  const double fraction = std::frexp(scale, &exponent);  // in [1/2, 1)
  auto multiplier = static_cast<std::uint64_t>(std::nearbyint(std::ldexp(fraction, multiplier_bits)));
  int shift = multiplier_bits - exponent;
  if (multiplier == std::uint64_t{1} << multiplier_bits) {
    multiplier >>= 1U;
    --shift;
  }
  return IntegerScale{static_cast<std::uint32_t>(multiplier), shift};
}

Code convert_back(const WideInt& integer, int lsb, const ConvertBack& how, Random* random) {
  return convert_value(integer.times(how.scale.multiplier).to_value(lsb - how.scale.shift), how, random);
}

Code convert_back(const Accumulator& accumulator, const ConvertBack& how, Random* random) {
  const Value value = accumulator.value();
  if (value.kind != Value::Kind::kFinite) return convert_value(value, how, random);
  return convert_back(accumulator.integer(), accumulator.layout().lsb, how, random);
}

std::int64_t requantize(std::int64_t accumulator, const IntegerScale& scale, std::int32_t zero_point,
                        const IntFormat& output, Rounding rounding) {
  HEDDLE_CHECK(rounding != Rounding::kStochastic, "stochastic requantisation goes through convert_back");
  const Code code = convert_back(WideInt(accumulator), 0, {scale, output, rounding, Overflow::kSaturate, zero_point});
  const Value value = decode(ScalarFormat(output), code);
  const auto magnitude = static_cast<std::int64_t>(value.significand);
  return value.negative ? -magnitude : magnitude;
}

}  // namespace heddle::numerics
