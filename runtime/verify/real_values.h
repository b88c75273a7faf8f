// Values of number formats to test with.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "compiler/base/random.h"

namespace heddle::verify {

/// What fills a buffer, or becomes of a scalar.
enum class Fill { kRandom, kExtremes, kZero, kMinusOne, kLow, kHigh };

/// Values keep to [low, high] where they are given, and are then finite.
struct RealRange {
  std::optional<double> low, high;
};

/// A code of `format` ("fp32", "fp64", "e4m3", ... as frontend::Parameter::format).
/// kRandom: finite; mostly of moderate size, so that sums neither overflow nor lose everything, some of any size.
/// kExtremes: both zeros, ones, the ends of the subnormal, normal and finite values, and infinities and NaN where the
/// format has them. kLow, kHigh: the ends of the range, or of the finite values.
std::uint64_t real_code(std::string_view format, const RealRange& range, Fill fill, Random& random);

}  // namespace heddle::verify
