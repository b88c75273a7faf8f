#include "runtime/verify/real_values.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "compiler/base/check.h"
#include "compiler/dfg/number_text.h"
#include "compiler/numerics/value.h"

namespace heddle::verify {
namespace {

/// A format of up to 64 bits by its fields.
struct Fields {
  int exponent_bits = 8;
  int mantissa_bits = 23;
  bool ieee = true;

  [[nodiscard]] std::uint64_t sign() const { return std::uint64_t{1} << (exponent_bits + mantissa_bits); }
  [[nodiscard]] std::uint64_t infinity() const { return ((std::uint64_t{1} << exponent_bits) - 1) << mantissa_bits; }
  [[nodiscard]] std::uint64_t largest() const { return ieee ? infinity() - 1 : sign() - 1; }
  [[nodiscard]] std::uint64_t one() const { return ((std::uint64_t{1} << (exponent_bits - 1)) - 1) << mantissa_bits; }
};

Fields fields_of(std::string_view format) {
  if (format == "fp64") return {11, 52, true};
  const auto number = dfg::number_format(format);
  HEDDLE_CHECK(number.has_value(), "a parameter has a format that exists");
  return {number->exponent_bits, number->mantissa_bits, number->specials == numerics::Specials::kIeee};
}

std::uint64_t rounded(std::string_view format, double value) {
  if (format == "fp64") return std::bit_cast<std::uint64_t>(value);
  return numerics::encode(*dfg::number_format(format), numerics::from_double(value));
}

double moderate(Random& random) {
  const double unit = 2 * random.unit() - 1;
  return std::ldexp(unit, static_cast<int>(random.between(-3, 3)));
}

std::uint64_t unbounded(std::string_view format, Random& random) {
  const Fields fields = fields_of(format);
  switch (random.below(8)) {
    case 0: return (random.next() & fields.sign()) | random.below(fields.largest() + 1);  // of any size
    case 1:
    case 2: return rounded(format, static_cast<double>(random.between(-8, 8)));
    default: return rounded(format, moderate(random));
  }
}

std::uint64_t extreme(const Fields& fields, Random& random) {
  const std::uint64_t normal = std::uint64_t{1} << fields.mantissa_bits;
  std::vector<std::uint64_t> magnitudes = {0, fields.one(), 1, normal - 1, normal, fields.largest()};
  if (fields.ieee) {
    magnitudes.push_back(fields.infinity());
    magnitudes.push_back(fields.infinity() | normal >> 1U);
  }
  return magnitudes[random.below(magnitudes.size())] | (random.next() & fields.sign());
}

/// Within the range.
double bounded(double low, double high, Fill fill, Random& random) {
  switch (fill) {
    case Fill::kRandom: break;
    case Fill::kZero: return std::clamp(0.0, low, high);
    case Fill::kMinusOne: return std::clamp(-1.0, low, high);
    case Fill::kLow: return low;
    case Fill::kHigh: return high;
    case Fill::kExtremes: {
      const double candidates[] = {low, high, std::clamp(0.0, low, high), std::clamp(-1.0, low, high),
                                   std::clamp(1.0, low, high)};
      return candidates[random.below(std::size(candidates))];
    }
  }
  return low + random.unit() * (high - low);
}

}  // namespace

std::uint64_t real_code(std::string_view format, const RealRange& range, Fill fill, Random& random) {
  const Fields fields = fields_of(format);
  if (range.low || range.high) {
    constexpr double kMost = std::numeric_limits<float>::max();  // saturates in smaller formats
    const double low = range.low.value_or(std::min(-kMost, *range.high));
    const double high = std::max(low, range.high.value_or(std::max(kMost, low)));
    return rounded(format, bounded(low, high, fill, random));
  }
  switch (fill) {
    case Fill::kRandom: return unbounded(format, random);
    case Fill::kExtremes: return extreme(fields, random);
    case Fill::kZero: return 0;
    case Fill::kMinusOne: return fields.sign() | fields.one();
    case Fill::kLow: return fields.sign() | fields.largest();
    case Fill::kHigh: return fields.largest();
  }
  HEDDLE_CHECK(false, "no such fill");
}

}  // namespace heddle::verify
