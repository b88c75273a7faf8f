// Design points of the step from an accumulator back to a number format (rtl/arithmetic/convert_back.sv), their sweep
// and their table. A unit with conversion is a multiply-accumulate unit and this one behind it: a register stands
// between them, so their costs add up.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/numerics/format.h"
#include "cost_models/fpga/design_point.h"
#include "cost_models/fpga/utilisation.h"

namespace heddle::fpga {

/// On xc7 without DSP blocks, with all three registers, rounding to nearest even and saturating.
struct ConvertPoint {
  numerics::ScalarFormat format;  ///< of the output, and of both factors of the products in the accumulator
  int accumulator_bits = 32;
  int multiplier_bits = 0;  ///< 0: the scale is a constant power of two, 2^-(bits + 6) for integers and 1 for floats
  int shift_bits = 0;       ///< of the variable part of the scale's shift
  bool operator==(const ConvertPoint&) const = default;
};

/// "50->e4m3 mul 16 shift 5"; unique.
std::string name(const ConvertPoint& point);
DesignPoint design_point(const ConvertPoint& point, const std::filesystem::path& rtl);
Result<std::string> convert_rtl_hash(const std::filesystem::path& rtl);

/// Every signed format with the accumulator for 4608 terms and a constant scale; for a spread of them other lengths,
/// and a scale of a 16-bit multiplier and a variable shift.
std::vector<ConvertPoint> convert_sweep();

struct ConvertMeasurement {
  ConvertPoint point;
  Utilisation utilisation;
  double cpu_seconds = 0;
};
struct ConvertTable {
  std::string tool;
  std::string rtl_hash;
  std::vector<ConvertMeasurement> rows;
};
std::string to_csv(const ConvertTable& table);
/// Fails with the line, on anything that to_csv does not write.
Result<ConvertTable> parse_convert_table(std::string_view text, const std::string& file);

}  // namespace heddle::fpga
