// Post-training quantisation, simplest form: scales from calibration data, round to nearest.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/result.h"
#include "compiler/network/evaluate.h"
#include "compiler/network/graph.h"
#include "compiler/numerics/format.h"

namespace heddle::compression {

enum class ScaleRule : std::uint8_t {
  kMinMax,      ///< covers everything seen
  kPercentile,  ///< clips the outermost 0.01 % of values on each side
  kMse          ///< least squared error of the calibration values, searched over 64 fractions of the range
};

struct QuantizeOptions {
  int weight_bits = 8;      ///< 2 to 8; symmetric, one scale per output channel
  int activation_bits = 8;  ///< 2 to 8; affine, one scale per tensor: after a ReLU no code is wasted on negatives
  /// A minifloat of at most 8 bits instead of integers. Activations that are never negative have no use for the sign:
  /// theirs is one more bit of mantissa (e4m3 becomes ue4m4).
  std::optional<numerics::FloatFormat> weight_float;
  std::optional<numerics::FloatFormat> activation_float;
  ScaleRule activation_rule = ScaleRule::kMse;
  ScaleRule weight_rule = ScaleRule::kMse;
};

/// The graph with Quantize and Dequantize (EncodeFloat and DecodeFloat for minifloats) around every convolution, matrix
/// product, sum, pool and function that can be computed on codes (network::to_integer); batch normalisations are folded
/// into the convolutions before them. What leaves the network stays float. `calibration`: inputs of the graph, at least
/// one. Fails if a calibration input does not fit the graph, or an activation is not finite.
Result<network::Graph> quantize(const network::Graph& graph, const std::vector<network::Tensors>& calibration,
                                const QuantizeOptions& options, const Context& context = {});

}  // namespace heddle::compression
