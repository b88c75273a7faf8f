// What each format costs at its best, and against the integer of its size.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "cost_models/fpga/mac_table.h"

namespace heddle::fpga {

/// A format multiplied with itself, accumulated over the longest dot product of the sweep.
struct FormatCost {
  numerics::ScalarFormat format;
  std::map<Multiplier, std::int64_t> lut_by_multiplier;
  const MacMeasurement* best = nullptr;  ///< of fewest LUTs; among equals the first of kMultipliers
  /// LUTs of the best against the best integer of the same width, as a share (0.2: 20 % more). Absent for integers.
  std::optional<double> over_integer;
};

/// All formats of the table that were synthesised with every multiplier on xc7 without DSP blocks: signed integers by
/// width, then signed minifloats by width and exponent bits. Points into `table`.
std::vector<FormatCost> format_costs(const MacTable& table);

}  // namespace heddle::fpga
