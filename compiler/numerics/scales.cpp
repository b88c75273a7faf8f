#include "compiler/numerics/scales.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/base/check.h"
#include "compiler/numerics/dot.h"
#include "compiler/numerics/prepared.h"

namespace heddle::numerics {
namespace {

struct Resolved {
  std::size_t inner = 0;
  std::size_t block = 0;
  std::size_t blocks = 0;  ///< of one inner run
};

Resolved resolve(const ScaleLayout& layout, std::size_t size) {
  Resolved resolved;
  resolved.inner = layout.inner != 0 ? layout.inner : layout.channels != 0 ? size / layout.channels : 0;
  resolved.block = layout.block != 0 ? layout.block : std::max<std::size_t>(1, resolved.inner);
  resolved.blocks = (resolved.inner + resolved.block - 1) / resolved.block;
  return resolved;
}

/// Calls visit(scale index, first element, count) for every run of one scale, in order.
template <class Visit>
void for_each_run(const ScaleLayout& layout, std::size_t size, Visit&& visit) {
  const Resolved resolved = resolve(layout, size);
  std::size_t first = 0;
  for (std::size_t channel = 0; first < size; channel = (channel + 1) % layout.channels) {
    for (std::size_t b = 0; b < resolved.blocks; ++b) {
      const std::size_t count = std::min(resolved.block, resolved.inner - b * resolved.block);
      visit(channel * resolved.blocks + b, first, count);
      first += count;
    }
  }
}

float power_of_two_above(double scale) {
  int exponent = 0;
  const double fraction = std::frexp(scale, &exponent);
  return static_cast<float>(std::ldexp(1.0, std::min(fraction == 0.5 ? exponent - 1 : exponent, 127)));
}

float finished(double scale, ScaleKind kind) {
  if (scale == 0) return 1;
  const double held = std::clamp(scale, static_cast<double>(std::numeric_limits<float>::min()),
                                 static_cast<double>(std::numeric_limits<float>::max()));
  return kind == ScaleKind::kPowerOfTwo ? power_of_two_above(held) : static_cast<float>(held);
}

struct Range {
  float low = 0;
  float high = 0;
};

void choose(const ScalarFormat& format, ScaleKind kind, const Range& range, Scales& scales, std::size_t index) {
  const double low = range.low;
  const double high = range.high;
  const auto* integer = std::get_if<IntFormat>(&format);
  if (integer == nullptr || !integer->affine) {
    const bool has_negative = to_double(lowest_value(format)) < 0;
    const double scale = (has_negative ? std::max(high, -low) : high) / to_double(highest_value(format));
    scales.scale[index] = finished(scale, kind);
    return;
  }
  const auto codes = static_cast<double>(integer->max() - integer->min());
  const float scale = finished((high - low) / codes, kind);
  scales.scale[index] = scale;
  const double zero = std::nearbyint(static_cast<double>(integer->min()) - low / static_cast<double>(scale));
  scales.zero_point[index] = static_cast<std::int32_t>(
      std::clamp(zero, static_cast<double>(integer->min()), static_cast<double>(integer->max())));
}

std::int32_t zero_point_of(const Scales& scales, std::size_t index) {
  return scales.zero_point.empty() ? 0 : scales.zero_point[index];
}

/// The scale of `how` is ignored, so it need not be valid either.
PreparedQuantizer prepared(Quantizer how) {
  how.scale = 1;
  how.zero_point = 0;
  return PreparedQuantizer(how);
}

Status misfit(const ScaleLayout& layout, std::size_t size) {
  return fail(ErrorCode::kBadInput, fmt::format("{} elements are not whole groups of {} channels by {} elements", size,
                                                layout.channels, layout.inner));
}

}  // namespace

ScaleLayout per_tensor() { return {1, 0, 0}; }
ScaleLayout per_channel(std::size_t channels, std::size_t inner) { return {channels, inner, 0}; }
ScaleLayout per_block(std::size_t rows, std::size_t row, std::size_t block) { return {rows, row, block}; }

std::size_t scale_count(const ScaleLayout& layout, std::size_t size) {
  const Resolved resolved = resolve(layout, size);
  const std::size_t group = layout.channels * resolved.inner;
  if (group == 0 || size % group != 0) return size == 0 && layout.channels == 1 ? 1 : 0;
  return layout.channels * resolved.blocks;
}

Result<Scales> cover(const ScalarFormat& format, const ScaleLayout& layout, ScaleKind kind, std::span<const float> x) {
  const std::size_t count = scale_count(layout, x.size());
  if (count == 0) return tl::unexpected(misfit(layout, x.size()).error());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i])) {
      return fail(ErrorCode::kBadInput,
                  fmt::format("element {} is {}: a scale that covers it does not exist", i, x[i]));
    }
  }
  std::vector<Range> ranges(count);
  for_each_run(layout, x.size(), [&](std::size_t index, std::size_t first, std::size_t length) {
    for (const float value : x.subspan(first, length)) {
      ranges[index].low = std::min(ranges[index].low, value);
      ranges[index].high = std::max(ranges[index].high, value);
    }
  });
  Scales scales{layout, std::vector<float>(count, 1), {}};
  const auto* integer = std::get_if<IntFormat>(&format);
  if (integer != nullptr && integer->affine) scales.zero_point.resize(count);
  for (std::size_t i = 0; i < count; ++i) choose(format, kind, ranges[i], scales, i);
  return scales;
}

Status validate(const ScalarFormat& format, const Scales& scales, std::size_t size) {
  const std::size_t count = scale_count(scales.layout, size);
  if (count == 0) return misfit(scales.layout, size);
  if (scales.scale.size() != count) {
    return fail(ErrorCode::kBadInput, fmt::format("{} scales where the layout has {}", scales.scale.size(), count));
  }
  const auto* integer = std::get_if<IntFormat>(&format);
  const bool affine = integer != nullptr && integer->affine;
  if (scales.zero_point.size() != (affine ? count : 0)) {
    return fail(ErrorCode::kBadInput, fmt::format("{} zero points where {} needs {}", scales.zero_point.size(),
                                                  name(format), affine ? count : 0));
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!(scales.scale[i] > 0) || !std::isfinite(scales.scale[i])) {
      return fail(ErrorCode::kBadInput,
                  fmt::format("scale {} is {}: it must be positive and finite", i, scales.scale[i]));
    }
    if (affine && (scales.zero_point[i] < integer->min() || scales.zero_point[i] > integer->max())) {
      return fail(ErrorCode::kBadInput,
                  fmt::format("zero point {} is {}, outside {}", i, scales.zero_point[i], name(format)));
    }
  }
  return {};
}

void quantize(const Quantizer& how, const Scales& scales, std::span<const float> x, std::span<std::uint8_t> codes) {
  HEDDLE_CHECK(x.size() == codes.size(), "a quantised tensor of another size");
  PreparedQuantizer quantizer = prepared(how);
  for_each_run(scales.layout, x.size(), [&](std::size_t index, std::size_t first, std::size_t count) {
    quantizer.set_scale(scales.scale[index], zero_point_of(scales, index));
    quantizer.to_codes(x.subspan(first, count), codes.subspan(first, count), first);
  });
}

void dequantize(const ScalarFormat& format, const Scales& scales, std::span<const std::uint8_t> codes,
                std::span<float> values) {
  HEDDLE_CHECK(codes.size() == values.size(), "a quantised tensor of another size");
  const CodeTable table(format);
  for_each_run(scales.layout, codes.size(), [&](std::size_t index, std::size_t first, std::size_t count) {
    table.to_values(scales.scale[index], zero_point_of(scales, index), codes.subspan(first, count),
                    values.subspan(first, count));
  });
}

void quantize_dequantize(const Quantizer& how, const Scales& scales, std::span<const float> x,
                         std::span<float> values) {
  HEDDLE_CHECK(x.size() == values.size(), "a quantised tensor of another size");
  PreparedQuantizer quantizer = prepared(how);
  for_each_run(scales.layout, x.size(), [&](std::size_t index, std::size_t first, std::size_t count) {
    quantizer.set_scale(scales.scale[index], zero_point_of(scales, index));
    quantizer.to_values(x.subspan(first, count), values.subspan(first, count), first);
  });
}

}  // namespace heddle::numerics
