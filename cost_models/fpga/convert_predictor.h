// Cost of the step from an accumulator back to a number format in closed form; as mac_predictor.h.
#pragma once

#include "compiler/base/json.h"
#include "cost_models/fpga/convert_point.h"
#include "cost_models/fpga/mac_predictor.h"

namespace heddle::fpga {

class ConvertPredictor {
 public:
  /// Fits integers and floats apart, on the points that are not held out (a fifth, by a hash of the name). Fails with
  /// kBadInput if the table has fewer than 30 points to fit on.
  static Result<ConvertPredictor> fit(const ConvertTable& table);
  /// The committed fit (cost_models/calibration/convert_predictor.json).
  static const ConvertPredictor& built_in();

  /// On xc7 or xcup, without DSP blocks.
  [[nodiscard]] MacEstimate predict(const ConvertPoint& point) const;

  [[nodiscard]] Json to_json() const;
  static Result<ConvertPredictor> from_json(const Document& document);

 private:
  std::string tool_, rtl_hash_;
  std::map<std::string, Coefficients> models_;  ///< "int lut", "float lut", ...
};

bool is_held_out(const ConvertPoint& point);
FitErrors fit_errors(const ConvertPredictor& predictor, const ConvertTable& table, MacFigure figure, bool held_out);

}  // namespace heddle::fpga
