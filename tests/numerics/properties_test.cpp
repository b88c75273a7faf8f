// Laws that hold for every format, rounding and value; counterexamples are shrunk by rapidcheck.
#include <gtest/gtest.h>
// rapidcheck/gtest.h needs gtest first.
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "compiler/numerics/dot.h"

namespace heddle::numerics {
namespace {

rc::Gen<FloatFormat> any_float() {
  return rc::gen::suchThat(
      rc::gen::map(rc::gen::tuple(rc::gen::inRange(1, 9), rc::gen::inRange(0, 12), rc::gen::arbitrary<bool>(),
                                  rc::gen::inRange(0, 4), rc::gen::inRange(-20, 140), rc::gen::arbitrary<bool>()),
                   [](const auto& parts) {
                     const auto [x, y, is_signed, specials, bias, subnormals] = parts;
                     return FloatFormat{x, y, is_signed, static_cast<Specials>(specials), bias, subnormals};
                   }),
      [](const FloatFormat& format) { return validate(format).has_value(); });
}

rc::Gen<Rounding> any_rounding() {
  return rc::gen::element(Rounding::kNearestEven, Rounding::kNearestAway, Rounding::kTowardZero);
}

/// A number near the range of the format: a random significand at a random exponent of it, or a little outside.
double number_near(const FloatFormat& format) {
  const auto significand =
      static_cast<double>(*rc::gen::inRange<std::int64_t>(-(std::int64_t{1} << 30), std::int64_t{1} << 30));
  const int exponent = *rc::gen::inRange(format.min_exponent() - 3, format.max_exponent() + 4);
  return std::ldexp(significand, exponent - 30);
}

double rounded(const FloatFormat& format, double x, Rounding rounding) {
  return to_double(decode(format, encode(format, from_double(x), {rounding, Overflow::kSaturate, nullptr})));
}

RC_GTEST_PROP(Laws, RoundingIsMonotone, ()) {
  const FloatFormat format = *any_float();
  const Rounding rounding = *any_rounding();
  const double x = number_near(format);
  const double y = number_near(format);
  RC_ASSERT(rounded(format, std::min(x, y), rounding) <= rounded(format, std::max(x, y), rounding));
}

RC_GTEST_PROP(Laws, RoundingIsIdempotent, ()) {
  const FloatFormat format = *any_float();
  const Rounding rounding = *any_rounding();
  const double once = rounded(format, number_near(format), rounding);
  RC_ASSERT(rounded(format, once, *any_rounding()) == once);
}

RC_GTEST_PROP(Laws, RoundingIsSymmetric, ()) {
  const FloatFormat format = *any_float();
  const Rounding rounding = *any_rounding();
  const double x = number_near(format);
  RC_PRE(format.is_signed);
  RC_ASSERT(rounded(format, -x, rounding) == -rounded(format, x, rounding));
}

RC_GTEST_PROP(Laws, NearestIsNoFartherThanAnyCode, ()) {
  const FloatFormat format = *any_float();
  const double x = number_near(format);
  const Value other = decode(format, *rc::gen::inRange<Code>(0, Code{1} << format.bits()));
  RC_PRE(other.kind == Value::Kind::kFinite && format.subnormals);
  RC_ASSERT(std::fabs(rounded(format, x, Rounding::kNearestEven) - x) <= std::fabs(to_double(other) - x));
}

RC_GTEST_PROP(Laws, TowardZeroNeverGrows, ()) {
  const FloatFormat format = *any_float();
  const double x = number_near(format);
  RC_ASSERT(std::fabs(rounded(format, x, Rounding::kTowardZero)) <= std::fabs(x));
}

RC_GTEST_PROP(Laws, ProductsAndSumsCommute, ()) {
  const FloatFormat a_format = *any_float();
  const FloatFormat b_format = *any_float();
  const Value a = decode(a_format, *rc::gen::inRange<Code>(0, Code{1} << a_format.bits()));
  const Value b = decode(b_format, *rc::gen::inRange<Code>(0, Code{1} << b_format.bits()));
  const auto same = [](const Value& x, const Value& y) {
    return std::bit_cast<std::uint64_t>(to_double(x)) == std::bit_cast<std::uint64_t>(to_double(y)) &&
           x.sticky == y.sticky;
  };
  RC_ASSERT(same(multiply(a, b), multiply(b, a)));
  RC_ASSERT(same(add(a, b), add(b, a)));
}

RC_GTEST_PROP(Laws, ExactSumsHaveNoOrder, ()) {
  const FloatFormat format = *any_float();
  std::vector<std::pair<Code, Code>> terms;
  for (int i = *rc::gen::inRange(1, 20); i > 0; --i) {
    terms.emplace_back(*rc::gen::inRange<Code>(0, Code{1} << format.bits()),
                       *rc::gen::inRange<Code>(0, Code{1} << format.bits()));
  }
  const AccumulatorLayout layout = {*rc::gen::inRange(1, 600), 2 * format.min_exponent()};
  const auto sum = [&] {
    Accumulator accumulator(layout);
    for (const auto& [a, b] : terms) accumulator.multiply_add(decode(format, a), decode(format, b));
    return accumulator;
  };
  const Accumulator forward = sum();
  std::reverse(terms.begin(), terms.end());
  const Accumulator backward = sum();
  RC_ASSERT(forward.integer() == backward.integer() || forward.value().kind != Value::Kind::kFinite);
  RC_ASSERT(forward.value().kind == backward.value().kind);
}

}  // namespace
}  // namespace heddle::numerics
