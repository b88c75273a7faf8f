#include "compiler/network/requantization.h"

#include <algorithm>
#include <cmath>

namespace heddle::network {

Interval centred_codes(tensor::Type type, std::int64_t zero) {
  const std::int64_t low = type == tensor::Type::kInt8 ? -128 : 0;
  return {low - zero, low + 255 - zero};
}

Interval sum_interval(const std::vector<std::int64_t>& weights, const Interval& x, std::int64_t bias) {
  Interval sum{bias, bias};
  for (const std::int64_t w : weights) {
    sum.low += std::min({w * x.low, w * x.high, std::int64_t{0}});
    sum.high += std::max({w * x.low, w * x.high, std::int64_t{0}});
  }
  return sum;
}

std::optional<IntegerScales> integer_scales(const std::vector<double>& scales,
                                            const std::vector<std::int64_t>& magnitudes, bool summed) {
  constexpr int kLargestShift = 30;
  constexpr double kLimit = 2147483648.0;  // 2^31
  const auto fits = [&](int shift) {
    double most = 0;
    for (std::size_t i = 0; i < scales.size(); ++i) {
      const double product = std::nearbyint(std::ldexp(scales[i], shift)) * static_cast<double>(magnitudes[i]);
      most = summed ? most + product : std::max(most, product);
      if (std::ldexp(scales[i], shift) >= kLimit) return false;
    }
    return most + std::ldexp(0.5, shift) < kLimit;
  };
  for (const double scale : scales)
    if (!(scale > 0) || !std::isfinite(scale)) return std::nullopt;
  for (const std::int64_t magnitude : magnitudes)
    if (static_cast<double>(magnitude) >= kLimit) return std::nullopt;
  int shift = kLargestShift;
  while (shift >= 0 && !fits(shift)) --shift;
  if (shift < 0) return std::nullopt;
  IntegerScales result{{}, shift};
  for (const double scale : scales)
    result.multipliers.push_back(static_cast<std::int32_t>(std::nearbyint(std::ldexp(scale, shift))));
  return result;
}

}  // namespace heddle::network
