#include "compiler/compression/quantization/scales.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/numerics/quantize.h"

namespace heddle::compression {
namespace {

constexpr int kFractions = 64;

struct Range {
  float low = 0;
  float high = 0;
};

Range whole_range(std::span<const float> values) {
  Range range;
  for (const float value : values) {
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  return range;
}

Range percentile_range(std::span<const float> values) {
  std::vector<float> sorted(values.begin(), values.end());
  const auto tail = static_cast<std::ptrdiff_t>(static_cast<double>(sorted.size()) * 1e-4);
  std::nth_element(sorted.begin(), sorted.begin() + tail, sorted.end());
  const float low = sorted[static_cast<std::size_t>(tail)];
  std::nth_element(sorted.begin(), sorted.end() - 1 - tail, sorted.end());
  return {std::min(0.0F, low), std::max(0.0F, sorted[sorted.size() - 1 - static_cast<std::size_t>(tail)])};
}

AffineScale cover(const Range& range, std::int64_t low, std::int64_t high) {
  const float width = range.high - range.low;
  if (!(width > 0)) return {1, std::clamp<std::int64_t>(0, low, high)};
  const float scale = width / static_cast<float>(high - low);
  const double zero = static_cast<double>(low) - static_cast<double>(range.low) / scale;
  return {scale, std::clamp(static_cast<std::int64_t>(std::nearbyint(zero)), low, high)};
}

double squared_error(std::span<const float> values, const AffineScale& q, std::int64_t low, std::int64_t high) {
  const float inverse = 1 / q.scale;
  const auto zero = static_cast<float>(q.zero_point);
  const auto least = static_cast<float>(low);
  const auto most = static_cast<float>(high);
  double sum = 0;
  for (const float value : values) {
    const float code = std::clamp(std::nearbyintf(value * inverse) + zero, least, most);
    const float error = (code - zero) * q.scale - value;
    sum += static_cast<double>(error) * error;
  }
  return sum;
}

}  // namespace

AffineScale activation_scale(std::span<const float> values, std::int64_t low, std::int64_t high, ScaleRule rule) {
  if (rule == ScaleRule::kPercentile && !values.empty()) return cover(percentile_range(values), low, high);
  const Range range = whole_range(values);
  AffineScale best = cover(range, low, high);
  if (rule != ScaleRule::kMse) return best;
  double least = squared_error(values, best, low, high);
  for (int k = kFractions - 1; k >= kFractions / 4; --k) {
    const float fraction = static_cast<float>(k) / kFractions;
    const AffineScale tried = cover({range.low * fraction, range.high * fraction}, low, high);
    const double error = squared_error(values, tried, low, high);
    if (error >= least) continue;
    least = error;
    best = tried;
  }
  return best;
}

float float_scale(std::span<const float> values, const numerics::FloatFormat& format, ScaleRule rule) {
  const Range range =
      rule == ScaleRule::kPercentile && !values.empty() ? percentile_range(values) : whole_range(values);
  const float most = std::max(range.high, format.is_signed ? -range.low : 0.0F);
  const auto largest = static_cast<float>(numerics::to_double(numerics::decode(format, format.max_finite_code())));
  if (!(most / largest >= std::numeric_limits<float>::min())) return 1;
  numerics::Quantizer quantizer;
  quantizer.format = format;
  std::vector<float> rounded(values.size());
  float best = most / largest;
  double least = std::numeric_limits<double>::infinity();
  for (int k = kFractions; k >= kFractions / 4; --k) {
    quantizer.scale = most * (static_cast<float>(k) / kFractions) / largest;
    if (rule != ScaleRule::kMse) break;
    numerics::quantize_dequantize(quantizer, values, rounded);
    double error = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double difference = static_cast<double>(rounded[i]) - values[i];
      error += difference * difference;
    }
    if (error >= least) continue;
    least = error;
    best = quantizer.scale;
  }
  return best;
}

float weight_scale(std::span<const float> values, std::int64_t high, ScaleRule rule) {
  float most = 0;
  for (const float value : values) most = std::max(most, std::abs(value));
  if (!(most > 0)) return 1;
  float best = most / static_cast<float>(high);
  if (rule == ScaleRule::kMinMax) return best;
  double least = squared_error(values, {best, 0}, -high, high);
  for (int k = kFractions - 1; k >= kFractions / 4; --k) {
    const float tried = most * static_cast<float>(k) / kFractions / static_cast<float>(high);
    const double error = squared_error(values, {tried, 0}, -high, high);
    if (error >= least) continue;
    least = error;
    best = tried;
  }
  return best;
}

}  // namespace heddle::compression
