// Decoding and encoding. A magnitude's code, read as an integer, is (field of the quantum << Y) + significand in
// quanta: the hidden bit and a carry out of rounding step the exponent field by themselves, so normals, subnormals and
// the virtual codes beyond the largest finite one need no cases.
#include "compiler/numerics/value.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "compiler/base/check.h"

namespace heddle::numerics {
namespace {

/// What a right shift drops, against one unit of what is kept.
struct Remainder {
  bool half_bit = false;  ///< at least one half
  bool below = false;     ///< something nonzero under the half bit
  double fraction = 0;    ///< in [0, 1), truncated to 53 bits
};

struct Shifted {
  std::uint64_t kept = 0;
  Remainder rest;
};

/// significand / 2^shift, shift >= 1.
Shifted shift_right(std::uint64_t significand, int shift, bool sticky) {
  Shifted result;
  const std::uint64_t dropped = shift >= 64 ? significand : significand & ((std::uint64_t{1} << shift) - 1);
  result.kept = shift >= 64 ? 0 : significand >> shift;
  const bool has_half = shift <= 64;
  const std::uint64_t half = has_half ? std::uint64_t{1} << (shift - 1) : 0;
  result.rest.half_bit = has_half && (dropped & half) != 0;
  result.rest.below = sticky || (dropped & ~half) != 0;
  const int excess = std::max(0, static_cast<int>(std::bit_width(dropped)) - 53);
  result.rest.fraction = std::ldexp(static_cast<double>(dropped >> excess), excess - std::min(shift, 4096));
  return result;
}

/// Whether a magnitude is rounded away from zero.
bool rounds_up(std::uint64_t kept, const Remainder& rest, const RoundingMode& mode) {
  if (!rest.half_bit && !rest.below) return false;
  switch (mode.rounding) {
    case Rounding::kNearestEven: return rest.half_bit && (rest.below || (kept & 1U) != 0);
    case Rounding::kNearestAway: return rest.half_bit;
    case Rounding::kTowardZero: return false;
    case Rounding::kStochastic: break;
  }
  HEDDLE_CHECK(mode.random != nullptr, "stochastic rounding needs a generator");
  return mode.random->unit() < rest.fraction;
}

std::uint64_t rounded(std::uint64_t significand, int shift, bool sticky, const RoundingMode& mode) {
  const Shifted parts = shift_right(significand, shift, sticky);
  return parts.kept + (rounds_up(parts.kept, parts.rest, mode) ? 1 : 0);
}

Code sign_bit(const FloatFormat& format, bool negative) {
  return negative && format.is_signed ? Code{1} << (format.exponent_bits + format.mantissa_bits) : 0;
}

/// The code for a magnitude beyond every finite one, whichever way it would be rounded.
Code beyond(const FloatFormat& format, bool negative, const RoundingMode& mode) {
  const bool stays_finite = mode.overflow == Overflow::kSaturate || mode.rounding == Rounding::kTowardZero;
  if (!stays_finite) {
    if (const auto infinity = infinity_code(format)) return sign_bit(format, negative) | *infinity;
    if (const auto nan = nan_code(format)) return *nan;
  }
  return sign_bit(format, negative) | format.max_finite_code();
}

/// The magnitude's code for a nonzero value whose leading bit is at most that of the largest finite value.
std::uint64_t round_magnitude(const FloatFormat& format, const Value& value, int leading, const RoundingMode& mode) {
  const int quantum = std::max(leading, 1 - format.bias) - format.mantissa_bits;
  std::uint64_t significand = value.significand;
  int shift = quantum - value.exponent;
  if (shift < 1) {
    // At most Y + 1 bits are kept, so this cannot overflow. The spare bit is the half bit over what `sticky` stands
    // for.
    significand <<= 1 - shift;
    shift = 1;
  }
  const std::uint64_t kept = rounded(significand, shift, value.sticky, mode);
  return (static_cast<std::uint64_t>(quantum - format.min_exponent()) << format.mantissa_bits) + kept;
}

Code encode_finite(const FloatFormat& format, const Value& value, const RoundingMode& mode) {
  if (value.negative && !format.is_signed) return 0;
  std::uint64_t magnitude = 0;
  // A sticky zero lies below half of the smallest value, and draws no random number.
  if (value.significand != 0) {
    const int leading = std::bit_width(value.significand) - 1 + value.exponent;
    if (leading > format.max_exponent()) return beyond(format, value.negative, mode);
    magnitude = round_magnitude(format, value, leading, mode);
    if (magnitude > format.max_finite_code()) return beyond(format, value.negative, mode);
  }
  if (!format.subnormals && magnitude < std::uint64_t{1} << format.mantissa_bits) magnitude = 0;
  if (magnitude == 0 && format.specials == Specials::kFnuz) return 0;
  return sign_bit(format, value.negative) | static_cast<Code>(magnitude);
}

Code encode_int(const IntFormat& format, const Value& value, const RoundingMode& mode) {
  const auto code = static_cast<Code>(std::clamp(round_to_integer(value, mode), format.min(), format.max()));
  return format.bits == 32 ? code : code & ((Code{1} << format.bits) - 1);
}

Value decode_int(const IntFormat& format, Code code) {
  const int unused = 64 - format.bits;
  const std::uint64_t top = static_cast<std::uint64_t>(code) << unused;
  Value value;
  if (!format.is_signed) {
    value.significand = top >> unused;
    return value;
  }
  const std::int64_t integer = static_cast<std::int64_t>(top) >> unused;
  value.negative = integer < 0;
  value.significand = static_cast<std::uint64_t>(integer < 0 ? -integer : integer);
  return value;
}

}  // namespace

std::optional<Code> infinity_code(const FloatFormat& format) {
  if (format.specials != Specials::kIeee) return std::nullopt;
  return format.max_finite_code() + 1;
}

std::optional<Code> nan_code(const FloatFormat& format) {
  const int magnitude_bits = format.exponent_bits + format.mantissa_bits;
  switch (format.specials) {
    case Specials::kNone: return std::nullopt;
    case Specials::kFn: return (Code{1} << magnitude_bits) - 1;
    case Specials::kFnuz: return Code{1} << magnitude_bits;
    case Specials::kIeee: break;
  }
  if (format.mantissa_bits == 0) return std::nullopt;
  return *infinity_code(format) | Code{1} << (format.mantissa_bits - 1);
}

Value decode(const FloatFormat& format, Code code) {
  const int magnitude_bits = format.exponent_bits + format.mantissa_bits;
  const Code magnitude = code & ((Code{1} << magnitude_bits) - 1);
  const bool negative = format.is_signed && (code >> magnitude_bits & 1U) != 0;
  if (format.specials == Specials::kFnuz && negative && magnitude == 0) return Value::nan();
  if (magnitude > format.max_finite_code()) {
    return magnitude == infinity_code(format) ? Value::infinity(negative) : Value::nan();
  }
  Value value;
  value.negative = negative;
  const Code field = magnitude >> format.mantissa_bits;
  const Code hidden = Code{1} << format.mantissa_bits;
  value.significand = magnitude & (hidden - 1);
  value.exponent = format.min_exponent();
  if (field != 0) {
    value.significand |= hidden;
    value.exponent += static_cast<int>(field) - 1;
  } else if (!format.subnormals) {
    value.significand = 0;
  }
  return value;
}

Value decode(const ScalarFormat& format, Code code) {
  if (const auto* integer = std::get_if<IntFormat>(&format)) return decode_int(*integer, code);
  return decode(std::get<FloatFormat>(format), code);
}

std::int64_t round_to_integer(const Value& value, const RoundingMode& mode) {
  if (value.kind == Value::Kind::kNan) return 0;
  std::int64_t magnitude = 0;
  const int leading = std::bit_width(value.significand) - 1 + value.exponent;
  if (value.kind == Value::Kind::kInfinity || (value.significand != 0 && leading >= kFarBits)) {
    magnitude = std::int64_t{1} << kFarBits;
  } else if (value.significand != 0) {
    const std::uint64_t kept = value.exponent < 0 ? rounded(value.significand, -value.exponent, value.sticky, mode)
                                                  : value.significand << value.exponent;
    magnitude = static_cast<std::int64_t>(kept);
  }
  return value.negative ? -magnitude : magnitude;
}

Code encode(const FloatFormat& format, const Value& value, const RoundingMode& mode) {
  if (value.kind == Value::Kind::kNan) return nan_code(format).value_or(0);
  if (value.kind == Value::Kind::kFinite) return encode_finite(format, value, mode);
  if (value.negative && !format.is_signed) return 0;
  // An infinity is exact: rounding toward zero does not make it finite.
  return beyond(format, value.negative, {Rounding::kNearestEven, mode.overflow, nullptr});
}

Code encode(const ScalarFormat& format, const Value& value, const RoundingMode& mode) {
  if (const auto* integer = std::get_if<IntFormat>(&format)) return encode_int(*integer, value, mode);
  return encode(std::get<FloatFormat>(format), value, mode);
}

}  // namespace heddle::numerics
