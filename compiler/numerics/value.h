// Exact values of finite codes and exact results, and their rounding to a format: everything else in this room is built
// on these.
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/base/random.h"
#include "compiler/numerics/format.h"

namespace heddle::numerics {

/// (-1)^negative * significand * 2^exponent exactly, plus something nonzero below the last bit if `sticky`; or a
/// special. Not normalised: equal values may differ in representation. Zero has significand 0 and keeps its sign.
struct Value {
  enum class Kind : std::uint8_t { kFinite, kInfinity, kNan };
  Kind kind = Kind::kFinite;
  bool negative = false;
  bool sticky = false;
  std::uint64_t significand = 0;
  int exponent = 0;

  static Value nan() { return {Kind::kNan, false, false, 0, 0}; }
  static Value infinity(bool negative) { return {Kind::kInfinity, negative, false, 0, 0}; }
  [[nodiscard]] bool is_zero() const { return kind == Kind::kFinite && significand == 0 && !sticky; }
};

/// A code in the low bits; the rest is 0.
using Code = std::uint32_t;

/// What a code means. Bits above the format's are ignored.
Value decode(const FloatFormat& format, Code code);
Value decode(const ScalarFormat& format, Code code);

/// How to round. `random` is needed for kStochastic alone: rounds up with the probability of the remainder (53 bits of
/// it).
struct RoundingMode {
  Rounding rounding = Rounding::kNearestEven;
  Overflow overflow = Overflow::kSaturate;
  Random* random = nullptr;
};

/// The positive infinity; nullopt in a format without infinities.
std::optional<Code> infinity_code(const FloatFormat& format);
/// The canonical NaN: positive and quiet with the top mantissa bit only, where there is a choice. nullopt if none is.
std::optional<Code> nan_code(const FloatFormat& format);

/// The code of a value. NaN becomes nan_code, or 0 where there is none. A negative value, NaN apart, becomes 0 in an
/// unsigned format; formats without a negative zero (fnuz) give +0. "Even" is the significand as an integer in units of
/// the last place of the binade of `value`, as in IEEE 754 and MPFR: with no mantissa bits 1.5 * 2^n becomes 2^(n+1).
/// Without subnormals: what rounds to a subnormal becomes a zero of its sign.
Code encode(const FloatFormat& format, const Value& value, const RoundingMode& mode = {});
/// Integers: rounds to an integer and clamps to [min, max] (infinities too); NaN becomes 0.
Code encode(const ScalarFormat& format, const Value& value, const RoundingMode& mode = {});

/// Rounds to an integer. Magnitudes of 2^40 and more, and infinities, become 2^40; NaN becomes 0.
inline constexpr int kFarBits = 40;
std::int64_t round_to_integer(const Value& value, const RoundingMode& mode);

/// Exact conversions. `to_double` is exact for every code of every format here, and for products of two codes if
/// neither is fp32 or bf16; of a sticky value it is the truncated part.
Value from_double(double x);
double to_double(const Value& value);

/// The exact product of exact values. Zero times infinity is NaN. The significant bits of both must together be at
/// most 64.
Value multiply(const Value& a, const Value& b);
/// The sum of exact values (not sticky), exact up to `sticky`: rounding it to any format here is right. inf - inf is
/// NaN; x + (-x) = +0; -0 + -0 = -0.
Value add(const Value& a, const Value& b);

enum class Ordering : std::uint8_t { kLess, kEqual, kGreater, kUnordered };
/// Numeric order of exact values; -0 equals +0; NaN is unordered.
Ordering compare(const Value& a, const Value& b);

}  // namespace heddle::numerics
