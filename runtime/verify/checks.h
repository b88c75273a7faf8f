// What can be said about a compiled region without running it.
#pragma once

#include <vector>

#include "runtime/session/program.h"
#include "runtime/verify/report.h"

namespace heddle::verify {

/// Verifies the graph and the mapping again, encodes the mapping again, and compares the result with the image.
std::vector<StaticFault> check_region(const arch::Cgra& cgra, const session::CompiledRegion& region);

}  // namespace heddle::verify
