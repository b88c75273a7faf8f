#include "cost_models/fpga/mac_predictor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compiler/base/check.h"

extern const char* const heddle_mac_predictor_fit;  // cost_models/calibration/mac_predictor.json

namespace heddle::fpga {
namespace {

constexpr std::string_view kSchema = "heddle.mac_predictor/1";

/// The linear models: the delay has two, of which the larger counts.
struct Model {
  const char* name;
  Terms (*terms)(const MacPoint&);
};
constexpr Model kModels[] = {{"lut", lut_terms},
                             {"ff", flip_flop_terms},
                             {"logic_cells", lut_terms},
                             {"delay_multiply", multiply_delay_terms},
                             {"delay_accumulate", accumulate_delay_terms}};

/// Ranks from 1; equal values share the mean of theirs.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return values[i] < values[j]; });
  std::vector<double> result(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i) result[order[i]] = 0.5 * static_cast<double>(begin + end + 1);
    begin = end;
  }
  return result;
}

}  // namespace

std::string_view name(MacFigure figure) {
  switch (figure) {
    case MacFigure::kLut: return "lut";
    case MacFigure::kFlipFlops: return "ff";
    case MacFigure::kLogicCells: return "logic_cells";
    case MacFigure::kDelay: return "delay_ps";
  }
  return "?";
}

double figure_of(const MacEstimate& estimate, MacFigure figure) {
  switch (figure) {
    case MacFigure::kLut: return estimate.lut;
    case MacFigure::kFlipFlops: return estimate.ff;
    case MacFigure::kLogicCells: return estimate.logic_cells;
    case MacFigure::kDelay: return estimate.delay_ps;
  }
  return 0;
}

double figure_of(const Utilisation& utilisation, MacFigure figure) {
  switch (figure) {
    case MacFigure::kLut: return static_cast<double>(utilisation.lut);
    case MacFigure::kFlipFlops: return static_cast<double>(utilisation.ff);
    case MacFigure::kLogicCells: return static_cast<double>(utilisation.logic_cells.value_or(0));
    case MacFigure::kDelay: return static_cast<double>(utilisation.delay_ps.value_or(0));
  }
  return 0;
}

double MacPredictor::raw(const MacPoint& point, MacFigure figure) const {
  if (figure == MacFigure::kDelay)
    return std::max(evaluate(models_.at("delay_multiply"), multiply_delay_terms(point)),
                    evaluate(models_.at("delay_accumulate"), accumulate_delay_terms(point)));
  return evaluate(models_.at(std::string(name(figure))),
                  figure == MacFigure::kFlipFlops ? flip_flop_terms(point) : lut_terms(point));
}

Result<MacEstimate> MacPredictor::predict(const MacPoint& point) const {
  HEDDLE_TRY(check(point));
  if (point.dsp)
    return fail(ErrorCode::kUnsupported, "no estimate for units with DSP blocks: they have to be synthesised");
  if (is_large_table(point))
    return fail(ErrorCode::kUnsupported,
                "no estimate for products as tables of more than 6 bits: they have to be synthesised");
  const auto& factors = factors_.at(std::string(name(point.family)));
  const auto figure = [&](MacFigure which) { return raw(point, which) * factors.at(std::string(name(which))); };
  return MacEstimate{figure(MacFigure::kLut), figure(MacFigure::kFlipFlops), figure(MacFigure::kLogicCells),
                     figure(MacFigure::kDelay)};
}

Json MacPredictor::to_json() const {
  Json json = Json::object();
  json["schema"] = kSchema;
  json["tool"] = tool_;
  json["rtl"] = rtl_hash_;
  const auto rounded = [](double value) { return Json::parse(fmt::format("{:.6g}", value)); };
  for (const Model& model : kModels)
    for (const auto term : model.terms({}).names)
      json["models"][model.name][std::string(term)] = rounded(models_.at(model.name).at(std::string(term)));
  for (const Family family : kFamilies)
    for (const MacFigure figure : kMacFigures) {
      const std::string family_name(name(family)), figure_name(name(figure));
      json["factors"][family_name][figure_name] = rounded(factors_.at(family_name).at(figure_name));
    }
  return json;
}

Result<MacPredictor> MacPredictor::from_json(const Document& document) {
  const Json& json = document.root;
  const auto bad = [&](const std::string& what) { return fail(ErrorCode::kBadInput, what, document.mark("")); };
  if (!json.is_object() || json.value("schema", "") != kSchema) return bad(fmt::format("expected schema {}", kSchema));
  MacPredictor predictor;
  predictor.tool_ = json.value("tool", "");
  predictor.rtl_hash_ = json.value("rtl", "");
  const auto number = [&](const char* group, const std::string& key, const std::string& term) -> Result<double> {
    const Json::json_pointer pointer("/" + std::string(group) + "/" + key);
    if (!json.contains(pointer) || !json[pointer].contains(term) || !json[pointer][term].is_number())
      return bad(fmt::format("no number for '{}' of {} {}", term, group, key));
    const auto value = json[pointer][term].get<double>();
    if (!(value >= 0)) return bad(fmt::format("'{}' of {} {} is negative", term, group, key));
    return value;
  };
  for (const Model& model : kModels)
    for (const auto term : model.terms({}).names) {
      HEDDLE_ASSIGN(predictor.models_[model.name][std::string(term)], number("models", model.name, std::string(term)));
    }
  for (const Family family : kFamilies)
    for (const MacFigure figure : kMacFigures) {
      const std::string family_name(name(family)), figure_name(name(figure));
      HEDDLE_ASSIGN(predictor.factors_[family_name][figure_name], number("factors", family_name, figure_name));
    }
  return predictor;
}

const MacPredictor& MacPredictor::built_in() {
  static const MacPredictor kPredictor = [] {
    const auto document = parse_json(heddle_mac_predictor_fit, "mac_predictor.json");
    HEDDLE_CHECK(document.has_value(), "the embedded predictor is JSON");
    auto predictor = from_json(*document);
    HEDDLE_CHECK(predictor.has_value(), "the embedded predictor is complete: run scripts/cost_model fit");
    return *predictor;
  }();
  return kPredictor;
}

Result<BestMac> best_mac(const MacPredictor& predictor, const numerics::ScalarFormat& a,
                         const numerics::ScalarFormat& b, int accumulator_bits, Family family) {
  std::optional<BestMac> best;
  for (const Multiplier multiplier : multipliers_for(a, b)) {
    const MacPoint point{a, b, accumulator_bits, multiplier, family, false};
    HEDDLE_ASSIGN(const MacEstimate estimate, predictor.predict(point));
    if (!best || estimate.lut < best->estimate.lut) best = BestMac{point, estimate};
  }
  HEDDLE_CHECK(best.has_value(), "every pair of formats has a multiplier");
  return *best;
}

FitErrors fit_errors(const MacPredictor& predictor, const MacTable& table, MacFigure figure,
                     std::optional<bool> held_out, Family family) {
  ErrorSummary summary;
  for (const MacMeasurement& row : table.rows) {
    if (row.point.family != family || !is_estimated(row.point) || (held_out && is_held_out(row.point) != *held_out))
      continue;
    const auto estimate = predictor.predict(row.point);
    HEDDLE_CHECK(estimate.has_value(), "every point of the table can be predicted");
    summary.add(name(row.point), figure_of(*estimate, figure), figure_of(row.utilisation, figure));
  }
  return summary.errors();
}

void ErrorSummary::add(const std::string& point, double estimate, double measured) {
  estimates_.push_back(estimate);
  measured_.push_back(measured);
  const double error = std::abs(estimate - measured) / std::max(1.0, measured);
  errors_.mean += error;
  if (error <= errors_.worst) return;
  errors_.worst = error;
  errors_.worst_point = point;
}

FitErrors ErrorSummary::errors() const {
  FitErrors result = errors_;
  result.points = static_cast<int>(estimates_.size());
  if (result.points > 0) result.mean /= result.points;
  result.spearman = rank_correlation(estimates_, measured_);
  return result;
}

double rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
  HEDDLE_CHECK(a.size() == b.size(), "pairs");
  if (a.empty()) return 0;
  const std::vector<double> rank_a = ranks(a), rank_b = ranks(b);
  const double mean = 0.5 * (static_cast<double>(a.size()) + 1);
  double product = 0, square_a = 0, square_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += (rank_a[i] - mean) * (rank_b[i] - mean);
    square_a += (rank_a[i] - mean) * (rank_a[i] - mean);
    square_b += (rank_b[i] - mean) * (rank_b[i] - mean);
  }
  return square_a > 0 && square_b > 0 ? product / std::sqrt(square_a * square_b) : 0;
}

}  // namespace heddle::fpga
