// What the cost of each module of the array is linear in: numbers computed from its parameters.
#pragma once

#include <vector>

#include "cost_models/fpga/usage.h"

namespace heddle::fpga {

/// Features of a module, always as many for one module name, all >= 0. Every column of a module's usage is modelled as
/// a non-negative combination of them, so a cost never falls as a feature grows. Empty if the module is unknown.
std::vector<double> module_features(const ModuleSpec& spec);

/// The modules that have features.
const std::vector<std::string>& modelled_modules();

}  // namespace heddle::fpga
