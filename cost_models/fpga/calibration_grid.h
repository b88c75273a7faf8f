// What is synthesised to fit and to judge the predictor of arrays.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/arch/cgra.h"
#include "cost_models/fpga/usage.h"

namespace heddle::fpga {

/// Parameterisations of every module, chosen so that each corner of its features has a point.
std::vector<ModuleSpec> calibration_grid();

/// An array of the calibration: its modules are fitted (`held_out` false), or only predicted and compared.
struct CalibrationArray {
  std::string name;
  bool held_out = false;
  arch::Cgra cgra;
};

/// Reads cost_models/calibration/arrays.json: shipped architectures and variants of them as JSON merge patches.
Result<std::vector<CalibrationArray>> calibration_arrays(const std::filesystem::path& file,
                                                         const std::filesystem::path& architectures);

}  // namespace heddle::fpga
