// report.json for a terminal.
#pragma once

#include <string>

#include "compiler/base/json.h"

namespace heddle::report {

/// A table of the regions, then the loops that stay on the host with their reasons.
std::string summary_text(const Json& report);

/// One region in words: where it comes from, and how many cycles it takes, or why it has no mapping.
std::string explanation_text(const Json& region);

/// The loops on the host, one a line.
std::string host_text(const Json& report);
/// A network layer by layer, of "heddle.network/1", with totals.
std::string network_text(const Json& summary);

/// Cycles by phase of a heddle.simulation/1, a row for each region and a total.
std::string cycles_text(const Json& simulation);

}  // namespace heddle::report
