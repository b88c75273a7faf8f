// Conversions between element types that are defined for every value.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

namespace heddle::tensor {

/// Floats to integers truncate towards zero and saturate, what is no number becomes 0; integers wrap around.
template <class To, class From>
To converted(From value) {
  if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) {
    if (!(value == value)) return 0;
    const double whole = std::trunc(static_cast<double>(value));
    if (whole <= static_cast<double>(std::numeric_limits<To>::lowest())) return std::numeric_limits<To>::lowest();
    if (whole >= static_cast<double>(std::numeric_limits<To>::max())) return std::numeric_limits<To>::max();
    return static_cast<To>(whole);
  } else {
    return static_cast<To>(value);
  }
}

}  // namespace heddle::tensor
