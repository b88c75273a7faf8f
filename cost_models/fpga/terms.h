// Costs as non-negative combinations of named terms, and their fit.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace heddle::fpga {

/// Terms of one figure: their names, and their values for a point. All values are at least 0, and grow, or stay, as the
/// accumulator widens, so that any non-negative combination does too; most do so as a format widens.
struct Terms {
  std::vector<std::string_view> names;
  std::vector<double> values;

  void add(std::string_view name, double value, bool applies = true) {
    names.push_back(name);
    values.push_back(applies ? value : 0.0);
  }
};

/// By term.
using Coefficients = std::map<std::string, double>;

double evaluate(const Coefficients& coefficients, const Terms& terms);

/// The coefficients, none negative, with the least sum of squared relative errors; `points` have the same terms and
/// `measured` is positive.
Coefficients fit_relative(const std::vector<Terms>& points, const std::vector<double>& measured);

}  // namespace heddle::fpga
