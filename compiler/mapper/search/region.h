// Which part of a large array to search in: a loop of 30 operations has no use for 256 PEs, and far PEs only cost time.
#pragma once

#include <vector>

#include "compiler/mapper/capability.h"

namespace heddle::mapper::search {

/// Rectangles of PEs with enough issue slots for the graph at this II, small ones first; the last is always the whole
/// array.
std::vector<std::vector<arch::PeId>> regions(const Problem& problem, const std::vector<Capability>& capability, int ii);

}  // namespace heddle::mapper::search
