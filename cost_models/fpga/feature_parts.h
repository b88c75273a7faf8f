// What the features of modules are put together from.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <vector>

#include "cost_models/fpga/usage.h"

namespace heddle::fpga {

using Features = std::vector<double>;

/// The value of a parameter; `absent` where the instance does not override it.
inline double number(const ModuleSpec& spec, const char* name, std::int64_t absent = 0) {
  return static_cast<double>(spec.number(name, absent));
}

/// Appends the weights of `value` between `nodes` (ascending), times `factor`: 1 at a node, linear between; below the
/// first as at the first, above the last in proportion.
inline void add_hats(Features& features, double value, std::initializer_list<double> nodes, double factor) {
  const std::size_t base = features.size();
  features.resize(base + nodes.size(), 0.0);
  const double* node = nodes.begin();
  const std::size_t last = nodes.size() - 1;
  if (value <= node[0]) {
    features[base] = factor;
  } else if (value >= node[last]) {
    features[base + last] = factor * value / node[last];
  } else {
    std::size_t k = 0;
    while (node[k + 1] < value) ++k;
    const double share = (value - node[k]) / (node[k + 1] - node[k]);
    features[base + k] = factor * (1 - share);
    features[base + k + 1] = factor * share;
  }
}

}  // namespace heddle::fpga
