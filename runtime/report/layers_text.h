// The layers of a compiled network as a table.
#pragma once

#include <string>

#include "compiler/base/json.h"

namespace heddle::report {

/// `layers`: as session::layers_json gives them. `pes`: of the array, for the share of its issue slots that
/// multiply-accumulates take.
std::string layers_text(const Json& layers, std::int64_t pes);

}  // namespace heddle::report
