// Scales of integer layers as multiplier and shift, chosen so that 32-bit words suffice.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/network/operator.h"

namespace heddle::network {

/// Least and largest value.
struct Interval {
  std::int64_t low = 0;
  std::int64_t high = 0;

  [[nodiscard]] std::int64_t magnitude() const { return std::max(high, -low); }
};

/// All codes of int8 or uint8, less `zero`.
Interval centred_codes(tensor::Type type, std::int64_t zero);

/// What sum w_i * x_i + bias can be if each x_i is in `x` or, in a pad, 0.
Interval sum_interval(const std::vector<std::int64_t>& weights, const Interval& x, std::int64_t bias);

struct IntegerScales {
  std::vector<std::int32_t> multipliers;
  int shift = 0;
};

/// multipliers[i] = round(scales[i] * 2^shift) with the largest shift up to 30 such that groups of values
/// |v_i| <= magnitudes[i] leave room: max over i of |v_i| * multipliers[i], or their sum if `summed`, plus half a unit
/// stays below 2^31. None if even shift 0 is too much, or a scale is not positive and finite.
std::optional<IntegerScales> integer_scales(const std::vector<double>& scales,
                                            const std::vector<std::int64_t>& magnitudes, bool summed);

}  // namespace heddle::network
