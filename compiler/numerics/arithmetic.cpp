// Exact results: products, sums up to `sticky`, order.
#include <algorithm>
#include <bit>
#include <cmath>

#include "compiler/base/check.h"
#include "compiler/numerics/value.h"

namespace heddle::numerics {
namespace {

__extension__ using Wide = unsigned __int128;

int width(std::uint64_t x) { return static_cast<int>(std::bit_width(x)); }

int width(Wide x) {
  const auto high = static_cast<std::uint64_t>(x >> 64U);
  return high != 0 ? 64 + width(high) : width(static_cast<std::uint64_t>(x));
}

/// A 128-bit magnitude as a Value of at most 64 significant bits; what falls off becomes sticky.
Value narrowed(bool negative, Wide magnitude, int exponent, bool sticky) {
  const int excess = std::max(0, width(magnitude) - 64);
  const Wide dropped = magnitude & ((Wide{1} << excess) - 1);
  return {Value::Kind::kFinite, negative, sticky || dropped != 0, static_cast<std::uint64_t>(magnitude >> excess),
          exponent + excess};
}

/// The sum of finite values that are not zero, `a` with the leading bit at least as high as that of `b`.
Value add_ordered(const Value& a, const Value& b) {
  // Two bits are left for the carry and to keep the borrow of a sticky subtraction away from the leading bit.
  constexpr int kTop = 126;
  const int a_shift = kTop - width(a.significand);
  const Wide larger = Wide{a.significand} << a_shift;
  const int exponent = a.exponent - a_shift;
  const std::int64_t b_shift = std::int64_t{b.exponent} - exponent;
  Wide smaller = 0;
  bool sticky = false;
  if (b_shift >= 0) {
    smaller = Wide{b.significand} << b_shift;
  } else if (b_shift > -64) {
    smaller = Wide{b.significand} >> -b_shift;
    sticky = smaller << -b_shift != b.significand;
  } else {
    sticky = true;
  }
  if (a.negative == b.negative) return narrowed(a.negative, larger + smaller, exponent, sticky);
  if (larger == smaller && !sticky) return {};
  if (larger < smaller) return narrowed(b.negative, smaller - larger, exponent, false);
  // larger - (smaller + something below one unit) = (larger - smaller - 1) + something else below one unit.
  return narrowed(a.negative, larger - smaller - (sticky ? 1 : 0), exponent, sticky);
}

}  // namespace

Value from_double(double x) {
  if (std::isnan(x)) return Value::nan();
  if (std::isinf(x)) return Value::infinity(x < 0);
  Value value;
  value.negative = std::signbit(x);
  if (x == 0) return value;
  int exponent = 0;
  const double fraction = std::frexp(std::fabs(x), &exponent);
  value.significand = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
  value.exponent = exponent - 53;
  return value;
}

double to_double(const Value& value) {
  double magnitude = 0;
  if (value.kind == Value::Kind::kNan) return std::nan("");
  if (value.kind == Value::Kind::kInfinity) magnitude = INFINITY;
  if (value.kind == Value::Kind::kFinite)
    magnitude = std::ldexp(static_cast<double>(value.significand), value.exponent);
  return value.negative ? -magnitude : magnitude;
}

Value multiply(const Value& a, const Value& b) {
  HEDDLE_CHECK(!a.sticky && !b.sticky, "a product of inexact values");
  const bool negative = a.negative != b.negative;
  if (a.kind == Value::Kind::kNan || b.kind == Value::Kind::kNan) return Value::nan();
  if (a.kind == Value::Kind::kInfinity || b.kind == Value::Kind::kInfinity) {
    return a.is_zero() || b.is_zero() ? Value::nan() : Value::infinity(negative);
  }
  if (a.is_zero() || b.is_zero()) return {Value::Kind::kFinite, negative, false, 0, 0};
  // Zeros below the last significant bit are not worth a product too wide.
  const int a_zeros = std::countr_zero(a.significand);
  const int b_zeros = std::countr_zero(b.significand);
  const std::uint64_t x = a.significand >> a_zeros;
  const std::uint64_t y = b.significand >> b_zeros;
  HEDDLE_CHECK(width(x) + width(y) <= 64, "a product of more than 64 bits");
  return {Value::Kind::kFinite, negative, false, x * y, a.exponent + a_zeros + b.exponent + b_zeros};
}

Value add(const Value& a, const Value& b) {
  HEDDLE_CHECK(!a.sticky && !b.sticky, "a sum of inexact values");
  if (a.kind == Value::Kind::kNan || b.kind == Value::Kind::kNan) return Value::nan();
  const bool a_infinite = a.kind == Value::Kind::kInfinity;
  const bool b_infinite = b.kind == Value::Kind::kInfinity;
  if (a_infinite && b_infinite && a.negative != b.negative) return Value::nan();
  if (a_infinite || b_infinite) return a_infinite ? a : b;
  if (a.is_zero() && b.is_zero()) return {Value::Kind::kFinite, a.negative && b.negative, false, 0, 0};
  if (a.is_zero() || b.is_zero()) return a.is_zero() ? b : a;
  const int a_leading = a.exponent + width(a.significand);
  const int b_leading = b.exponent + width(b.significand);
  return a_leading >= b_leading ? add_ordered(a, b) : add_ordered(b, a);
}

Ordering compare(const Value& a, const Value& b) {
  HEDDLE_CHECK(!a.sticky && !b.sticky, "an order of inexact values");
  if (a.kind == Value::Kind::kNan || b.kind == Value::Kind::kNan) return Ordering::kUnordered;
  if (a.kind == Value::Kind::kInfinity && b.kind == Value::Kind::kInfinity && a.negative == b.negative)
    return Ordering::kEqual;
  Value minus_b = b;
  minus_b.negative = !b.negative;
  const Value difference = add(a, minus_b);
  if (difference.is_zero()) return Ordering::kEqual;
  return difference.negative ? Ordering::kLess : Ordering::kGreater;
}

}  // namespace heddle::numerics
