#include "cost_models/fpga/terms.h"

#include "compiler/base/check.h"
#include "cost_models/fpga/module_predictor.h"

namespace heddle::fpga {

double evaluate(const Coefficients& coefficients, const Terms& terms) {
  double sum = 0;
  for (std::size_t i = 0; i < terms.names.size(); ++i)
    sum += coefficients.at(std::string(terms.names[i])) * terms.values[i];
  return sum;
}

Coefficients fit_relative(const std::vector<Terms>& points, const std::vector<double>& measured) {
  constexpr double kRidge = 1e-3;  // square root of the weight of a coefficient's square; the rows are relative errors
  HEDDLE_CHECK(!points.empty() && points.size() == measured.size(), "a figure for each point");
  std::vector<std::vector<double>> matrix;
  std::vector<double> target(points.size(), 1.0);
  for (std::size_t i = 0; i < points.size(); ++i) {
    matrix.push_back(points[i].values);
    for (double& value : matrix.back()) value /= measured[i];
  }
  const std::vector<std::string_view>& names = points[0].names;
  for (std::size_t i = 0; i < names.size(); ++i) {
    matrix.emplace_back(names.size(), 0.0);
    matrix.back()[i] = kRidge;
    target.push_back(0);
  }
  const std::vector<double> solution = non_negative_least_squares(matrix, target);
  Coefficients result;
  for (std::size_t i = 0; i < names.size(); ++i) result[std::string(names[i])] = solution[i];
  return result;
}

}  // namespace heddle::fpga
