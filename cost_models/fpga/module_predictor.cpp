#include "cost_models/fpga/module_predictor.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>

#include "compiler/base/check.h"
#include "cost_models/fpga/module_features.h"

extern const char* const heddle_modules_xcup;

namespace heddle::fpga {
namespace {

constexpr const char* kSchema = "heddle.module_calibration/1";
constexpr double kWeightOffset = 8;  // cells; below that, absolute errors count

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// Least squares over the columns that are set in `active`; the others are 0.
Vector solve_active(const Matrix& a, const Vector& b, const std::vector<bool>& active) {
  std::vector<Eigen::Index> columns;
  for (std::size_t i = 0; i < active.size(); ++i)
    if (active[i]) columns.push_back(static_cast<Eigen::Index>(i));
  Matrix part(a.rows(), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t k = 0; k < columns.size(); ++k) part.col(static_cast<Eigen::Index>(k)) = a.col(columns[k]);
  const Vector solution = part.completeOrthogonalDecomposition().solve(b);
  Vector result = Vector::Zero(a.cols());
  for (std::size_t k = 0; k < columns.size(); ++k) result[columns[k]] = solution[static_cast<Eigen::Index>(k)];
  return result;
}

/// Moves x towards `wanted` until the first active component reaches 0, and makes that one inactive.
void step_towards(const Vector& wanted, Vector& x, std::vector<bool>& active) {
  double share = 1;
  for (Eigen::Index i = 0; i < x.size(); ++i)
    if (active[static_cast<std::size_t>(i)] && wanted[i] <= 0 && x[i] - wanted[i] > 0)
      share = std::min(share, x[i] / (x[i] - wanted[i]));
  x += share * (wanted - x);
  for (Eigen::Index i = 0; i < x.size(); ++i)
    if (active[static_cast<std::size_t>(i)] && x[i] <= 1e-12) {
      x[i] = 0;
      active[static_cast<std::size_t>(i)] = false;
    }
}

bool all_positive(const Vector& x, const std::vector<bool>& active) {
  for (Eigen::Index i = 0; i < x.size(); ++i)
    if (active[static_cast<std::size_t>(i)] && x[i] <= 0) return false;
  return true;
}

Vector solve_non_negative(const Matrix& a, const Vector& b) {
  constexpr double kTolerance = 1e-9;
  Vector x = Vector::Zero(a.cols());
  std::vector<bool> active(static_cast<std::size_t>(a.cols()), false);
  // Each round adds the feature with the steepest gradient; 3n rounds are Lawson and Hanson's own bound for numerical
  // cycling.
  for (Eigen::Index round = 0; round < 3 * a.cols(); ++round) {
    const Vector gradient = a.transpose() * (b - a * x);
    Eigen::Index best = -1;
    for (Eigen::Index i = 0; i < gradient.size(); ++i)
      if (!active[static_cast<std::size_t>(i)] && gradient[i] > kTolerance &&
          (best < 0 || gradient[i] > gradient[best]))
        best = i;
    if (best < 0) break;
    active[static_cast<std::size_t>(best)] = true;
    Vector wanted = solve_active(a, b, active);
    while (!all_positive(wanted, active)) {
      step_towards(wanted, x, active);
      wanted = solve_active(a, b, active);
    }
    x = wanted;
  }
  return x;
}

Json parameters_json(const ModuleSpec& spec) {
  Json json = Json::object();
  for (const auto& [name, value] : spec.parameters) json[name] = value;
  return json;
}

Result<CalibrationPoint> read_point(const Json& json, const Mark& mark) {
  const auto is_text = [&](const char* key) { return json.contains(key) && json[key].is_string(); };
  if (!json.is_object() || !is_text("module") || !is_text("source") || !json.contains("parameters") ||
      !json["parameters"].is_object() || !json.contains("usage") || !json["usage"].is_object())
    return fail(ErrorCode::kBadInput, "calibration: expected {module, parameters, source, usage}", mark);
  CalibrationPoint point;
  point.spec.module = json["module"].get<std::string>();
  for (const auto& [name, value] : json["parameters"].items()) {
    if (!value.is_string()) return fail(ErrorCode::kBadInput, "calibration: parameters are strings", mark);
    point.spec.parameters[name] = value.get<std::string>();
  }
  point.source = json["source"].get<std::string>();
  HEDDLE_ASSIGN(point.usage, usage_from_json(json["usage"]));
  return point;
}

}  // namespace

std::vector<double> non_negative_least_squares(const std::vector<std::vector<double>>& rows,
                                               const std::vector<double>& target) {
  if (rows.empty()) return {};
  Matrix a(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows[0].size()));
  Vector b(static_cast<Eigen::Index>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    HEDDLE_CHECK(rows[i].size() == rows[0].size(), "rows of different length");
    for (std::size_t k = 0; k < rows[i].size(); ++k)
      a(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) = rows[i][k];
    b[static_cast<Eigen::Index>(i)] = target[i];
  }
  const Vector x = solve_non_negative(a, b);
  return {x.data(), x.data() + x.size()};
}

Json to_json(const ModuleCalibration& calibration) {
  Json points = Json::array();
  for (const CalibrationPoint& point : calibration.points)
    points.push_back({{"module", point.spec.module},
                      {"parameters", parameters_json(point.spec)},
                      {"source", point.source},
                      {"usage", to_json(point.usage)}});
  return {{"schema", kSchema},
          {"family", name(calibration.family)},
          {"tool", calibration.tool},
          {"command", calibration.command},
          {"points", points}};
}

Result<ModuleCalibration> module_calibration(const Document& document) {
  const Json& root = document.root;
  if (!root.is_object() || root.value("schema", "") != kSchema || !root.contains("points") ||
      !root["points"].is_array())
    return fail(ErrorCode::kBadInput, fmt::format("expected a document of schema {}", kSchema), document.mark(""));
  ModuleCalibration result;
  HEDDLE_ASSIGN(result.family, parse_family(root.value("family", "")));
  result.tool = root.value("tool", "");
  result.command = root.value("command", "");
  for (std::size_t i = 0; i < root["points"].size(); ++i) {
    HEDDLE_ASSIGN(CalibrationPoint point, read_point(root["points"][i], document.mark(pointer_to("/points", i))));
    result.points.push_back(std::move(point));
  }
  return result;
}

const std::vector<Family>& calibrated_families() {
  static const std::vector<Family> families{Family::kXcup};
  return families;
}

Result<ModuleCalibration> built_in_calibration(Family family) {
  const auto& known = calibrated_families();
  if (std::find(known.begin(), known.end(), family) == known.end()) {
    std::vector<std::string_view> names;
    names.reserve(known.size());
    for (const Family one : known) names.push_back(name(one));
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("the array predictor is calibrated for {}, not for {}", fmt::join(names, " and "), name(family)),
        {}, "--synthesize measures the array instead");
  }
  HEDDLE_ASSIGN(const Document document, parse_json(heddle_modules_xcup, "modules_xcup.json"));
  return module_calibration(document);
}

Result<ModulePredictor> ModulePredictor::fit(const ModuleCalibration& calibration) {
  ModulePredictor predictor;
  for (const std::string& module : modelled_modules()) {
    std::vector<const CalibrationPoint*> points;
    for (const CalibrationPoint& point : calibration.points)
      if (point.spec.module == module) points.push_back(&point);
    if (points.empty())
      return fail(ErrorCode::kBadInput,
                  fmt::format("calibration for {}: no point of {}", name(calibration.family), module));
    for (std::size_t column = 0; column < kUsageColumns.size(); ++column) {
      std::vector<std::vector<double>> rows;
      std::vector<double> target;
      for (const CalibrationPoint* point : points) {
        const double cells = point->usage.*kUsageColumns[column].member;
        const double weight = 1 / (cells + kWeightOffset);
        rows.push_back(module_features(point->spec));
        for (double& feature : rows.back()) feature *= weight;
        target.push_back(cells * weight);
      }
      predictor.prices_[module][column] = non_negative_least_squares(rows, target);
    }
  }
  return predictor;
}

Result<const ModulePredictor*> built_in_predictor(Family family) {
  const auto fitted = [](Family one) -> Result<ModulePredictor> {
    HEDDLE_ASSIGN(const ModuleCalibration calibration, built_in_calibration(one));
    return ModulePredictor::fit(calibration);
  };
  static const std::map<Family, Result<ModulePredictor>> fits = [&] {
    std::map<Family, Result<ModulePredictor>> all;
    for (const Family one : calibrated_families()) all.emplace(one, fitted(one));
    return all;
  }();
  const auto found = fits.find(family);
  if (found == fits.end()) return fail(built_in_calibration(family).error());
  if (!found->second) return fail(found->second.error());
  return &*found->second;
}

Result<Usage> ModulePredictor::predict(const ModuleSpec& spec) const {
  const auto found = prices_.find(spec.module);
  if (found == prices_.end())
    return fail(ErrorCode::kUnsupported, fmt::format("no cost model for module {}", spec.module));
  const std::vector<double> features = module_features(spec);
  Usage usage;
  for (std::size_t column = 0; column < kUsageColumns.size(); ++column) {
    double cells = 0;
    for (std::size_t i = 0; i < features.size(); ++i) cells += features[i] * found->second[column][i];
    usage.*kUsageColumns[column].member = cells;
  }
  return usage;
}

}  // namespace heddle::fpga
