#include "compiler/numerics/elementary.h"

#include <array>
#include <bit>

#include "compiler/base/check.h"

namespace heddle::numerics {
namespace {

constexpr int kGuardBits = 4;  // of tables and of x, beyond the mantissa

bool is_power_of_two(int n) { return n > 0 && std::has_single_bit(static_cast<unsigned>(n)); }
int log2_of(int power) { return std::bit_width(static_cast<unsigned>(power)) - 1; }

/// 2^(i / segments) - 1 in units of 2^-bits, bits <= 27, i <= segments: the product of the roots 2^(1/2), 2^(1/4), ...
/// that i has.
std::uint64_t exp2_entry(int i, int segments, int bits) {
  constexpr int kRootBits = 47;
  constexpr std::array<std::uint64_t, 8> kRoots = {0xB504F333F9DE, 0x9837F0518DB9, 0x8B95C1E3EA8C, 0x85AAC367CC48,
                                                   0x82CD8698AC2C, 0x8164D1F3BC03, 0x80B1ED4FD99A, 0x8058D7D2D5E6};
  if (i == segments) return std::uint64_t{1} << bits;
  const int index_bits = log2_of(segments);
  __extension__ using Wide = unsigned __int128;
  Wide power = Wide{1} << kRootBits;
  for (int k = 0; k < index_bits; ++k)
    if ((i >> (index_bits - 1 - k) & 1) != 0) power = (power * kRoots[static_cast<std::size_t>(k)]) >> kRootBits;
  const Wide half = Wide{1} << (kRootBits - 1 - bits);
  return static_cast<std::uint64_t>((power + half - (Wide{1} << kRootBits)) >> (kRootBits - bits));
}

/// segments / (segments + i) in units of 2^-bits.
std::uint64_t recip_entry(int i, int segments, int bits) {
  const std::uint64_t doubled =
      (static_cast<std::uint64_t>(segments) << (bits + 1)) / static_cast<std::uint64_t>(segments + i);
  return (doubled + 1) >> 1U;
}

/// x >> shift, or 0; x << -shift.
std::uint64_t shifted_right(std::uint64_t x, int shift) {
  if (shift >= 64) return 0;
  return shift >= 0 ? x >> shift : x << -shift;
}

Code round(const FloatFormat& format, const Value& value, Overflow overflow) {
  return encode(format, value, {Rounding::kNearestEven, overflow, nullptr});
}

/// The position of the leading one of a nonzero significand, as an exponent.
int leading_exponent(const Value& value) { return std::bit_width(value.significand) - 1 + value.exponent; }

}  // namespace

Code exp2_pwl(const FloatFormat& format, Code x, int segments, Overflow overflow) {
  const int fraction_bits = format.mantissa_bits + kGuardBits;
  const int index_bits = log2_of(segments);
  const int rest_bits = fraction_bits - index_bits;
  HEDDLE_CHECK(is_power_of_two(segments) && segments >= 2 && segments <= 256 && rest_bits >= 1, "segments of exp2_pwl");
  HEDDLE_CHECK(format.is_signed && format.subnormals, "format of exp2_pwl");

  const Value value = decode(format, x);
  if (value.kind == Value::Kind::kNan) return round(format, Value::nan(), overflow);
  // From this exponent of |x| on the result overflows, or is below half of the smallest subnormal.
  const int beyond = std::bit_width(static_cast<unsigned>(format.bias + format.mantissa_bits + 1));
  if (value.kind == Value::Kind::kInfinity || (value.significand != 0 && leading_exponent(value) >= beyond))
    return round(format, value.negative ? Value{} : Value::infinity(false), overflow);

  const auto magnitude = static_cast<std::int64_t>(shifted_right(value.significand, -(value.exponent + fraction_bits)));
  const std::int64_t fixed = value.negative ? -magnitude : magnitude;
  const auto fraction = static_cast<std::uint64_t>(fixed) & ((std::uint64_t{1} << fraction_bits) - 1);
  const int index = static_cast<int>(fraction >> rest_bits);
  const std::uint64_t rest = fraction & ((std::uint64_t{1} << rest_bits) - 1);
  const std::uint64_t base = exp2_entry(index, segments, fraction_bits);
  const std::uint64_t step = exp2_entry(index + 1, segments, fraction_bits) - base;
  Value result;
  result.significand = (((std::uint64_t{1} << fraction_bits) + base) << rest_bits) + step * rest;
  result.exponent = static_cast<int>(fixed >> fraction_bits) - fraction_bits - rest_bits;
  return round(format, result, overflow);
}

Code recip_pwl(const FloatFormat& format, Code x, int segments, Overflow overflow) {
  const int table_bits = format.mantissa_bits + kGuardBits;
  const int rest_bits = format.mantissa_bits - log2_of(segments);
  HEDDLE_CHECK(is_power_of_two(segments) && segments >= 2 && segments <= 256 && rest_bits >= 1,
               "segments of recip_pwl");
  HEDDLE_CHECK(format.is_signed && format.subnormals, "format of recip_pwl");

  const Value value = decode(format, x);
  if (value.kind == Value::Kind::kNan) return round(format, Value::nan(), overflow);
  if (value.is_zero()) return round(format, Value::infinity(value.negative), overflow);
  Value result;
  result.negative = value.negative;
  if (value.kind == Value::Kind::kInfinity) return round(format, result, overflow);

  const int leading = leading_exponent(value);
  const std::uint64_t hidden = std::uint64_t{1} << format.mantissa_bits;
  const std::uint64_t mantissa =
      (value.significand << (format.mantissa_bits + value.exponent - leading)) & (hidden - 1);
  const int index = static_cast<int>(mantissa >> rest_bits);
  const std::uint64_t rest = mantissa & ((std::uint64_t{1} << rest_bits) - 1);
  const std::uint64_t base = recip_entry(index, segments, table_bits);
  const std::uint64_t step = base - recip_entry(index + 1, segments, table_bits);
  result.significand = (base << rest_bits) - step * rest;
  result.exponent = -leading - table_bits - rest_bits;
  return round(format, result, overflow);
}

}  // namespace heddle::numerics
