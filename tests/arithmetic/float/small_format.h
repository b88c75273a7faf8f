// Values of the codes of any small format, by the definition in compiler/numerics/format.h.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "compiler/numerics/format.h"

namespace heddle {

/// Exact: every format here fits fp32.
inline float value_of(const numerics::FloatFormat& format, std::uint32_t code) {
  const int magnitude_bits = format.exponent_bits + format.mantissa_bits;
  const std::uint32_t magnitude = code & ((1U << magnitude_bits) - 1);
  const bool negative = format.is_signed && (code >> magnitude_bits & 1U) != 0;
  const std::uint32_t field = magnitude >> format.mantissa_bits;
  const std::uint32_t fraction = magnitude & ((1U << format.mantissa_bits) - 1);
  const bool top = field == (1U << format.exponent_bits) - 1;
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  using numerics::Specials;
  if (format.specials == Specials::kFn && magnitude == (1U << magnitude_bits) - 1) return kNan;
  if (format.specials == Specials::kFnuz && negative && magnitude == 0) return kNan;
  float value = std::numeric_limits<float>::infinity();
  if (format.specials == Specials::kIeee && top) {
    if (fraction != 0) return kNan;
  } else {
    const std::uint32_t significand = fraction | (field != 0 ? 1U << format.mantissa_bits : 0U);
    value = std::ldexp(static_cast<float>(significand),
                       format.min_exponent() + (field != 0 ? static_cast<int>(field) - 1 : 0));
  }
  return negative ? -value : value;
}

}  // namespace heddle
