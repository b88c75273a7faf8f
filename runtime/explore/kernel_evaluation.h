// The cycles of a kernel on an array: predicted, or compiled and run.
#pragma once

#include "compiler/arch/cgra.h"
#include "runtime/explore/evaluate.h"

namespace heddle::explore {

/// The array of a request. What is wrong with it is the fault of an axis, since the base was read without error: fails
/// with kInfeasible.
Result<arch::Cgra> read_array(const Json& request);

/// Of a request of kind "kernel": {"status": "ok", "ii", "cycles"}, at fidelity systemc "energy_pj" too. Fails with
/// kInfeasible where a loop does not run on the array.
Result<Json> evaluate_kernel(const Json& request, const Tools& tools);

}  // namespace heddle::explore
