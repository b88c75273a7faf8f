// Exact values of finite codes and exact results, and their rounding to a format: everything else in this room is built
// on these.
#pragma once

#include <cstdint>

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

/// The code of a value. NaN becomes the format's canonical NaN (positive, quiet, top mantissa bit only, where there is
/// a choice), or 0 where it has none. A negative value becomes 0 in an unsigned format. Formats without a negative zero
/// code (fnuz) give +0.
Code encode(const FloatFormat& format, const Value& value, const RoundingMode& mode = {});
/// Integers: rounds to an integer and clamps to [min, max] (infinities too); NaN becomes 0.
Code encode(const ScalarFormat& format, const Value& value, const RoundingMode& mode = {});

/// Exact conversions. `to_double` is exact for every format here; of a sticky value it is the truncated part.
Value from_double(double x);
double to_double(const Value& value);

/// The exact product. Zero times infinity is NaN. Significands must together have at most 64 bits.
Value multiply(const Value& a, const Value& b);
/// The sum, exact up to `sticky`: rounding it to any format of at most 24 significant bits is right. inf - inf is NaN;
/// x + (-x) = +0; -0 + -0 = -0.
Value add(const Value& a, const Value& b);

enum class Ordering : std::uint8_t { kLess, kEqual, kGreater, kUnordered };
/// Numeric order; -0 equals +0; NaN is unordered.
Ordering compare(const Value& a, const Value& b);

}  // namespace heddle::numerics
