// Which parts of the array the regions of a program use.
#pragma once

#include <vector>

#include "runtime/session/program.h"
#include "runtime/verify/report.h"

namespace heddle::verify {

/// Counts what the mappings of the regions with `launched[region]` use.
Coverage coverage_of(const session::CompiledProgram& program, const std::vector<bool>& launched);

}  // namespace heddle::verify
