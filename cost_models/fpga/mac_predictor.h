// Cost of a multiply-accumulate unit in closed form, without Yosys: non-negative combinations of the terms of its
// structure, fitted to the table of synthesised units. An estimate of what Yosys would say, not of a vendor's tool.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "cost_models/fpga/mac_features.h"
#include "cost_models/fpga/mac_table.h"

namespace heddle::fpga {

struct MacEstimate {
  double lut = 0;
  double ff = 0;
  double logic_cells = 0;  ///< as Yosys estimates them; AMD families, 0 elsewhere
  double delay_ps = 0;     ///< as `sta` has it, without routing
};

enum class MacFigure : std::uint8_t { kLut, kFlipFlops, kLogicCells, kDelay };
inline constexpr MacFigure kMacFigures[] = {MacFigure::kLut, MacFigure::kFlipFlops, MacFigure::kLogicCells,
                                            MacFigure::kDelay};
std::string_view name(MacFigure figure);
double figure_of(const MacEstimate& estimate, MacFigure figure);
/// Of a measurement; absent ones are 0.
double figure_of(const Utilisation& utilisation, MacFigure figure);

class MacPredictor {
 public:
  /// Fits xc7 without DSP blocks on the points that are not held out, by least squares of relative errors; the delay is
  /// the larger of two such models (multiply, accumulate). The other families are xc7 times one factor a figure.
  /// Fails with kBadInput if the table has fewer than 30 points to fit on.
  static Result<MacPredictor> fit(const MacTable& table);
  /// The committed fit (cost_models/calibration/mac_predictor.json).
  static const MacPredictor& built_in();

  /// Fails with kUnsupported for DSP blocks, and for what mac_unit is not made for.
  [[nodiscard]] Result<MacEstimate> predict(const MacPoint& point) const;

  [[nodiscard]] Json to_json() const;
  static Result<MacPredictor> from_json(const Document& document);
  [[nodiscard]] const std::string& rtl_hash() const { return rtl_hash_; }
  [[nodiscard]] const std::string& tool() const { return tool_; }

 private:
  [[nodiscard]] double raw(const MacPoint& point, MacFigure figure) const;

  std::string tool_, rtl_hash_;
  std::map<std::string, Coefficients> models_;
  std::map<std::string, std::map<std::string, double>> factors_;  ///< by family and figure
};

/// The cheapest multiplier for a pair of formats, and what it costs.
struct BestMac {
  MacPoint point;
  MacEstimate estimate;
};
/// By predicted LUTs; among equals the first of kMultipliers. Fails as predict does.
Result<BestMac> best_mac(const MacPredictor& predictor, const numerics::ScalarFormat& a,
                         const numerics::ScalarFormat& b, int accumulator_bits, Family family = Family::kXc7);

/// Relative errors of a figure over points of one family without DSP blocks.
struct FitErrors {
  int points = 0;
  double mean = 0;  ///< of |estimate - synthesis| / synthesis
  double worst = 0;
  std::string worst_point;
  double spearman = 0;  ///< rank correlation of estimate and synthesis
};
/// Collects them, one point at a time.
class ErrorSummary {
 public:
  void add(const std::string& point, double estimate, double measured);
  [[nodiscard]] FitErrors errors() const;

 private:
  FitErrors errors_;
  std::vector<double> estimates_, measured_;
};

/// Of the points that are held out, of those that are not, or of all.
FitErrors fit_errors(const MacPredictor& predictor, const MacTable& table, MacFigure figure,
                     std::optional<bool> held_out, Family family = Family::kXc7);

/// Spearman's rank correlation; ties share their mean rank. 0 if either side does not vary.
double rank_correlation(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace heddle::fpga
