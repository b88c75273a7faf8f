// The report page of a sweep: one HTML file with everything in it, for a browser without a network.
#pragma once

#include <string>

#include "compiler/base/json.h"

namespace heddle::report {

/// `data` is heddle.sweep_page/1 (runtime/explore/report_data.h). The same data give the same bytes.
std::string render_sweep_page(const Json& data);

}  // namespace heddle::report
