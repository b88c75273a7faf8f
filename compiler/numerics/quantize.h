// Quantising float tensors with one scale: the scalar definition, and loops that give the same bits at memory speed.
#pragma once

#include <cstdint>
#include <span>

#include "compiler/numerics/value.h"

namespace heddle::numerics {

/// One scale, and for affine integers one zero point, for a run of elements.
///   code  = clamp(round(x / scale) + zero_point)    x / scale in float32, as ONNX QuantizeLinear
///   value = (code - zero_point) * scale             exact, then rounded to float32
/// A NaN becomes the format's NaN, or what represents zero where there is none.
struct Quantizer {
  ScalarFormat format = IntFormat{};
  float scale = 1;              ///< positive and finite
  std::int32_t zero_point = 0;  ///< 0 for float formats; at most 2^24 in magnitude
  Rounding rounding = Rounding::kNearestEven;
  Overflow overflow = Overflow::kSaturate;
  /// Element i is rounded stochastically with output i (from 0) of Random(seed), whatever is done in which order.
  std::uint64_t seed = 0;
};

/// A generator about to give output `index` (from 0) of Random(seed), without having given the others.
inline Random random_at(std::uint64_t seed, std::uint64_t index) { return Random(seed + index * 0x9E3779B97F4A7C15U); }

/// The definition. `index` is the element's, for stochastic rounding.
Code quantize(const Quantizer& quantizer, float x, std::uint64_t index = 0);
float dequantize(const Quantizer& quantizer, Code code);

/// The same for runs of one length; no allocation. `first_index` is the index of x[0] in the whole tensor. Formats of
/// at most 8 bits.
void quantize(const Quantizer& quantizer, std::span<const float> x, std::span<std::uint8_t> codes,
              std::uint64_t first_index = 0);
void dequantize(const Quantizer& quantizer, std::span<const std::uint8_t> codes, std::span<float> values);
/// dequantize(quantize(x)) for formats of any width; `values` may be `x`.
void quantize_dequantize(const Quantizer& quantizer, std::span<const float> x, std::span<float> values,
                         std::uint64_t first_index = 0);

}  // namespace heddle::numerics
