// Scales of whole tensors: one for all, one per channel, or one per block of a row; float or a power of two; with zero
// points for affine integers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/numerics/quantize.h"

namespace heddle::numerics {

/// Which elements share a scale. A tensor is seen as [outer][channels][inner], row-major, and each inner run is cut
/// into blocks, the last of which may be short.
struct ScaleLayout {
  std::size_t channels = 1;
  std::size_t inner = 0;  ///< 0: everything after the channel, size / channels
  std::size_t block = 0;  ///< 0: the whole inner run
  bool operator==(const ScaleLayout&) const = default;
};

/// One scale for everything.
ScaleLayout per_tensor();
/// One for each index of an axis with `channels` entries, each followed by `inner` elements (the product of later
/// sizes).
ScaleLayout per_channel(std::size_t channels, std::size_t inner);
/// One for each `block` elements along rows of length `row`.
ScaleLayout per_block(std::size_t rows, std::size_t row, std::size_t block);

/// Number of scales. 0 if `size` elements do not fit the layout (not a multiple of channels * inner).
std::size_t scale_count(const ScaleLayout& layout, std::size_t size);

enum class ScaleKind : std::uint8_t { kFloat, kPowerOfTwo };

/// Scales of a tensor in a format.
struct Scales {
  ScaleLayout layout;
  std::vector<float> scale;
  std::vector<std::int32_t> zero_point;  ///< empty unless the format is affine
};

/// Scales that just cover the data: the largest magnitude of each group becomes the largest value of the format (of
/// an unsigned format: the largest element, since negative ones become zero). Affine integers: the range from min(x, 0)
/// to max(x, 0) is spread over all codes, and zero is a code. kPowerOfTwo rounds the scale up to a power of two. An
/// empty or all-zero group gets scale 1; scales are at least the smallest normal float32. Fails (kBadInput) if the data
/// do not fit the layout or hold NaN or infinity.
Result<Scales> cover(const ScalarFormat& format, const ScaleLayout& layout, ScaleKind kind, std::span<const float> x);

/// Checks that scales are positive and finite and as many as the layout needs for `size` elements, and zero points too
/// and within the format. Fails with kBadInput.
Status validate(const ScalarFormat& format, const Scales& scales, std::size_t size);

/// Quantisation with many scales; format, rounding, overflow and seed are those of `how`, whose scale and zero point
/// are ignored. Scales must be valid.
void quantize(const Quantizer& how, const Scales& scales, std::span<const float> x, std::span<std::uint8_t> codes);
void dequantize(const ScalarFormat& format, const Scales& scales, std::span<const std::uint8_t> codes,
                std::span<float> values);
void quantize_dequantize(const Quantizer& how, const Scales& scales, std::span<const float> x, std::span<float> values);

}  // namespace heddle::numerics
