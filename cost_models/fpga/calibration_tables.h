// The tables of docs/cost_of_arrays.md, from committed data alone.
#pragma once

#include <string>

#include "compiler/base/json.h"
#include "cost_models/fpga/calibration_grid.h"
#include "cost_models/fpga/module_predictor.h"

namespace heddle::fpga {

/// Synthesised arrays (heddle.array_calibration/1) against estimates: a row an array, the errors, and the parts of one.
/// Fails if `synthesised` does not list exactly `arrays`.
Result<std::string> array_tables(const std::vector<CalibrationArray>& arrays, const Json& synthesised,
                                 const ModuleCalibration& calibration);

/// `page` with the text between "<!-- generated: FAMILY -->" and the next "<!-- end of generated -->" replaced. Fails
/// without these marks.
Result<std::string> replace_generated(const std::string& page, Family family, const std::string& text);

}  // namespace heddle::fpga
