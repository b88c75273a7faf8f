// The layers of a compiled network as a table.
#pragma once

#include <string>

#include "compiler/base/json.h"

namespace heddle::report {

/// `layers`: heddle.layers/1 with a run. `pes`: of the array, for the share of its issue slots that
/// multiply-accumulates take.
std::string layers_text(const Json& layers, std::int64_t pes);

/// One line about latency and memory traffic, by the model; empty if `layers` (heddle.layers/1) has no timeline.
std::string timeline_text(const Json& layers);

}  // namespace heddle::report
