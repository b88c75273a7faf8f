// How a convolution is cut for an array: what one iteration of its innermost loop does, and what one launch takes.
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/lowering/machine.h"

namespace heddle::lowering {

/// A convolution whose taps along a kernel row lie in one run of the input: (kernel column, channel) merged.
struct ConvShape {
  std::int64_t rows = 1;           ///< of the result
  std::int64_t columns = 1;        ///< of the result
  std::int64_t channels = 1;       ///< of the result
  std::int64_t run = 1;            ///< kernel columns x input channels
  std::int64_t taps = 1;           ///< kernel rows
  std::int64_t stride = 1;         ///< between rows
  std::int64_t dilation = 1;       ///< between taps
  std::int64_t row_bytes = 1;      ///< of the input, border included
  std::int64_t element_bytes = 1;  ///< of weights; 4: an element of the run is a word, and a product a dot product
  std::int64_t input_words = 1;    ///< of the input, under an element; 2: an index picks those that have weights

  /// Rows of the input under `count` rows of the result.
  [[nodiscard]] std::int64_t input_rows(std::int64_t count) const {
    return (count - 1) * stride + (taps - 1) * dilation + 1;
  }
};

/// An iteration adds `depth` elements of the run under all taps to the sums of `rows` rows x `channels` channels. Its
/// weights are dealt to `weight_arrays` arrays in turn. A launch computes `launch_rows` rows of `launch_groups` groups
/// of `channels` channels.
struct ConvTile {
  std::int64_t rows = 1;
  std::int64_t channels = 1;
  std::int64_t depth = 1;
  std::int64_t weight_arrays = 1;
  std::int64_t launch_rows = 1;
  std::int64_t launch_groups = 1;

  /// Weights of an iteration.
  [[nodiscard]] std::int64_t factors(const ConvShape& shape) const { return shape.taps * depth * channels; }
  /// What it reads for them: weights, and a word for four indices.
  [[nodiscard]] std::int64_t weights(const ConvShape& shape) const {
    return factors(shape) + (shape.input_words > 1 ? ceil_div(factors(shape), 4) : 0);
  }
  /// Of these, the most that one array holds.
  [[nodiscard]] std::int64_t weights_of_array(const ConvShape& shape) const {
    return (weights(shape) + weight_arrays - 1) / weight_arrays;
  }
};

/// What `tile` costs by bounds: ports, banks, issue slots.
struct ConvEstimate {
  std::int64_t interval = 0;  ///< cycles an iteration
  std::int64_t stalls = 0;    ///< cycles an iteration beyond them, where arrays share banks that the mapper sees apart
  std::int64_t operations = 0;  ///< of the graph
  std::int64_t iterations = 0;  ///< of all launches

  [[nodiscard]] std::int64_t cycles() const { return (interval + stalls) * iterations; }
};

ConvEstimate estimate(const ConvShape& shape, const ConvTile& tile, const Machine& machine);

/// Bytes that all launches move into the scratchpad for their sums.
std::int64_t moved_bytes(const ConvShape& shape, const ConvTile& tile);

/// Whether the arrays of a launch fit the scratchpad.
bool fits(const ConvShape& shape, const ConvTile& tile, const Machine& machine);

/// The tile with the fewest cycles by `estimate`, then the fewest operations, whose arrays fit the scratchpad; none if
/// no tile fits. Among launches of one tile that stall alike those that move the fewest bytes.
std::optional<ConvTile> choose_tile(const ConvShape& shape, const Machine& machine);

}  // namespace heddle::lowering
