// The table of synthesised multiply-accumulate units: committed with its provenance, so that predictors work without
// Yosys and fits can be repeated.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cost_models/fpga/mac_point.h"
#include "cost_models/fpga/utilisation.h"

namespace heddle::fpga {

struct MacMeasurement {
  MacPoint point;
  Utilisation utilisation;  ///< without `cells`
  double cpu_seconds = 0;
};

struct MacTable {
  std::string tool;      ///< version line of Yosys
  std::string rtl_hash;  ///< mac_rtl_hash of the sources
  std::vector<MacMeasurement> rows;
};

/// Points that are held out of the fit: a fifth, chosen by a hash of the point's name alone.
bool is_held_out(const MacPoint& point);

/// CSV with "# key: value" lines in front.
std::string to_csv(const MacTable& table);
/// Fails with the line, on anything that to_csv does not write.
Result<MacTable> parse_mac_table(std::string_view text, const std::string& file);

}  // namespace heddle::fpga
