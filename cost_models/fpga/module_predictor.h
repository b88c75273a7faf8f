// Prices for the features of each module, fitted to synthesised modules (the calibration), and estimates from them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "cost_models/fpga/usage.h"

namespace heddle::fpga {

/// A synthesised module.
struct CalibrationPoint {
  ModuleSpec spec;
  std::string source;  ///< source_hash of what was synthesised
  Usage usage;
};

/// Modules of the array as synthesised for one family: heddle.module_calibration/1.
struct ModuleCalibration {
  Family family = Family::kXcup;
  std::string tool;     ///< version line of Yosys
  std::string command;  ///< the mapping command
  std::vector<CalibrationPoint> points;
};

Json to_json(const ModuleCalibration& calibration);
/// Fails with the place of what is wrong.
Result<ModuleCalibration> module_calibration(const Document& document);

/// Families whose calibration is built in.
const std::vector<Family>& calibrated_families();

/// The calibration that is built in; fails with kUnsupported, naming the families that have one.
Result<ModuleCalibration> built_in_calibration(Family family);

class ModulePredictor {
 public:
  /// Non-negative least squares of each column of each module, residuals weighted by 1 / (cells + 8) so that small and
  /// large modules count alike. Deterministic. Fails with kBadInput if a module that has features has no point.
  static Result<ModulePredictor> fit(const ModuleCalibration& calibration);

  /// Own cells of one instance. Fails with kUnsupported for a module without features.
  [[nodiscard]] Result<Usage> predict(const ModuleSpec& spec) const;

 private:
  std::map<std::string, std::array<std::vector<double>, kUsageColumns.size()>> prices_;
};

/// The fit of the built-in calibration, made once in a process: parsing and fitting take 15 ms. Fails as
/// built_in_calibration does.
Result<const ModulePredictor*> built_in_predictor(Family family);

/// The x >= 0 that minimises |A x - b|, by Lawson and Hanson's active sets; `rows` are the rows of A.
std::vector<double> non_negative_least_squares(const std::vector<std::vector<double>>& rows,
                                               const std::vector<double>& target);

}  // namespace heddle::fpga
