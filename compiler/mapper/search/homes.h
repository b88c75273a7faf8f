// A first idea of where each operation should be on a large array, before any is placed.
#pragma once

#include <vector>

#include "compiler/base/random.h"
#include "compiler/mapper/search/task.h"

namespace heddle::mapper::search {

/// By node: a rectangle of a few PEs. The array is halved again and again, and the operations with it, so that few
/// values cross the cut and each half has the issue slots that its operations need at this II. A wish, not a promise:
/// where an operation has no PE in its rectangle, it goes elsewhere.
std::vector<Area> homes(const Fabric& fabric, const Task& task, int ii, Random& random);

}  // namespace heddle::mapper::search
