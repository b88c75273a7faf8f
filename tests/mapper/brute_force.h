// An oracle for "is there a mapping?" that shares no code with solvers and checker: tries every placement, every
// schedule and every way of every value, by docs/execution_model.md sections 3 and 4. For the tiniest problems only.
#pragma once

#include "compiler/mapper/mapping.h"

namespace heddle::mapper {

/// Whether the problem has a mapping at this II, all of whose results are there by cycle `length` (-1: any). Not looked
/// at: memory banks and live-outs (the graphs have neither).
bool brute_force_feasible(const Problem& problem, int ii, int length = -1);

/// The smallest feasible II up to `max_ii`; 0 if there is none.
int brute_force_minimum(const Problem& problem, int max_ii);

}  // namespace heddle::mapper
