// The fit. Relative errors are what counts, so every row is scaled by its figure. The delay is the larger of two linear
// models: points are given to the model that says more for them, both are fitted again, and so on until no point moves
// (or 50 rounds: the last is kept).
#include <fmt/format.h>

#include <algorithm>

#include "cost_models/fpga/mac_predictor.h"

namespace heddle::fpga {
namespace {

constexpr std::size_t kFewest = 30;
using TermsOf = Terms (*)(const MacPoint&);
using Rows = std::vector<const MacMeasurement*>;

Coefficients fit_linear(const Rows& rows, TermsOf terms_of, MacFigure figure) {
  std::vector<Terms> points;
  std::vector<double> measured;
  for (const MacMeasurement* row : rows) {
    points.push_back(terms_of(row->point));
    measured.push_back(figure_of(row->utilisation, figure));
  }
  return fit_relative(points, measured);
}

/// Multiply and accumulate.
std::pair<Coefficients, Coefficients> fit_delay(const Rows& rows) {
  constexpr int kRounds = 50;
  std::vector<bool> multiplies;
  multiplies.reserve(rows.size());
  for (const MacMeasurement* row : rows) {
    // At first, what an accumulator cannot explain: a register, two LUTs and a carry chain (29 ps a bit, see CARRY4 in
    // Yosys' cells_sim.v), one LUT more and a multiplexer for an aligned product.
    const MacStructure mac = mac_structure(row->point);
    const double accumulate =
        1300 + 29 * mac.accumulator_bits + (mac.is_float ? 250 : 0) + (mac.max_shift > 0 ? 500 : 0);
    multiplies.push_back(figure_of(row->utilisation, MacFigure::kDelay) > accumulate);
  }
  std::pair<Coefficients, Coefficients> models;
  for (int round = 0; round < kRounds; ++round) {
    Rows first, second;
    for (std::size_t i = 0; i < rows.size(); ++i) (multiplies[i] ? first : second).push_back(rows[i]);
    if (first.empty() || second.empty()) break;
    models = {fit_linear(first, multiply_delay_terms, MacFigure::kDelay),
              fit_linear(second, accumulate_delay_terms, MacFigure::kDelay)};
    bool moved = false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool now = evaluate(models.first, multiply_delay_terms(rows[i]->point)) >
                       evaluate(models.second, accumulate_delay_terms(rows[i]->point));
      moved = moved || now != multiplies[i];
      multiplies[i] = now;
    }
    if (!moved) break;
  }
  return models;
}

}  // namespace

Result<MacPredictor> MacPredictor::fit(const MacTable& table) {
  Rows rows;
  for (const MacMeasurement& row : table.rows)
    if (row.point.family == Family::kXc7 && is_estimated(row.point) && !is_held_out(row.point)) rows.push_back(&row);
  if (rows.size() < kFewest)
    return fail(ErrorCode::kBadInput, fmt::format("{} points to fit on, at least {} are wanted", rows.size(), kFewest));
  MacPredictor predictor;
  predictor.tool_ = table.tool;
  predictor.rtl_hash_ = table.rtl_hash;
  predictor.models_["lut"] = fit_linear(rows, lut_terms, MacFigure::kLut);
  predictor.models_["ff"] = fit_linear(rows, flip_flop_terms, MacFigure::kFlipFlops);
  predictor.models_["logic_cells"] = fit_linear(rows, lut_terms, MacFigure::kLogicCells);
  std::tie(predictor.models_["delay_multiply"], predictor.models_["delay_accumulate"]) = fit_delay(rows);
  for (const Family family : kFamilies)
    for (const MacFigure figure : kMacFigures) {
      // The factor that is best in the mean: of sum(estimate) to sum(synthesis), each over the figure.
      double estimated = 0, measured = 0;
      for (const MacMeasurement& row : table.rows) {
        if (row.point.family != family || !is_estimated(row.point)) continue;
        const double expected = predictor.raw(row.point, figure), found = figure_of(row.utilisation, figure);
        if (expected <= 0) continue;
        estimated += 1;
        measured += found / expected;
      }
      const bool primary = family == Family::kXc7;
      predictor.factors_[std::string(name(family))][std::string(name(figure))] =
          primary || estimated == 0 ? 1.0 : measured / estimated;
    }
  return predictor;
}

}  // namespace heddle::fpga
