// How long a value can live, and what follows for schedules.
#pragma once

#include "compiler/mapper/search/task.h"

namespace heddle::mapper::exact {

/// On an array without registers a value lives in RES of its producer only, at most II cycles, and is read in one of
/// them over links. False: the array has a register somewhere, or values may pass units, and nothing of this applies.
bool lives_in_results_only(const search::Fabric& fabric);

/// Of such an array: t(to) + distance * II <= t(from) + this, for every value edge of `from`.
int latest_use(const search::Task& task, int from, int ii);

/// Of such an array: cycles within which some schedule fits if any does. Nodes joined by values are bound to each other
/// from both sides. Groups of nodes that no value joins move by whole IIs until their first cycle, or an order edge
/// into them, is less than II away; so spans add up.
int longest_needed(const search::Task& task, int ii);

}  // namespace heddle::mapper::exact
