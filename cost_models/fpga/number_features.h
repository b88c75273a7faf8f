// Features of the modules of number_modules.h.
#pragma once

#include <string>
#include <vector>

#include "cost_models/fpga/usage.h"

namespace heddle::fpga {

/// As `module_features`; empty for other modules.
std::vector<double> number_features(const ModuleSpec& spec);
std::vector<std::string> modelled_number_modules();

}  // namespace heddle::fpga
