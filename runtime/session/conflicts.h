// Whether a launch can stall, without running it.
#pragma once

#include "runtime/session/backend.h"

namespace heddle::session {

/// True if in no array cycle more operations can reach a bank than it has ports, whatever the addresses within the
/// arrays are: then the run has no stall cycles (docs/execution_model.md, section 6). Operations of one slot meet
/// whatever their stages. False means "perhaps".
bool cannot_stall(const arch::Cgra& cgra, const LaunchPlan& plan);

}  // namespace heddle::session
