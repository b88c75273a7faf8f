// The routing resource graph of an array, extended in time and folded by an initiation interval, for mappers of others.
#pragma once

#include "compiler/arch/cgra.h"
#include "compiler/base/json.h"

namespace heddle::exchange {

/// `schema: "heddle.mrrg/1"` (workloads/schema/mrrg.json). For each slot 0..ii-1: the functional unit, the result
/// register and every register of each PE, and every link. An edge [from, to, cycles] is a step of a value: `cycles` 0
/// within the cycle, 1 to the next, or a latency from the unit to its result; it leads from slot s to slot
/// (s + cycles) mod ii. What no graph says stands beside it: operations and their timing by class, ports of register
/// files, hop limit, scratchpad. 1 <= ii <= config_depth.
Json mrrg_json(const arch::Cgra& cgra, int ii);

}  // namespace heddle::exchange
