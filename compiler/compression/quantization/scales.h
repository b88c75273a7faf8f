// Scales of tensors from their values.
#pragma once

#include <span>
#include <vector>

#include "compiler/compression/quantization/quantize.h"

namespace heddle::compression {

struct AffineScale {
  float scale = 1;
  std::int64_t zero_point = 0;
};

/// The affine scale of codes low..high for values as these: zero is exact, and a range that is not negative wastes no
/// code on negatives.
AffineScale activation_scale(std::span<const float> values, std::int64_t low, std::int64_t high, ScaleRule rule);

/// The symmetric scale of codes -high..high.
float weight_scale(std::span<const float> values, std::int64_t high, ScaleRule rule);

/// The scale of a minifloat's codes.
float float_scale(std::span<const float> values, const numerics::FloatFormat& format, ScaleRule rule);

}  // namespace heddle::compression
