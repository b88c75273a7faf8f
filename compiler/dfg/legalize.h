// Rewrites a graph into one that an array's configuration words can express, without changing its meaning.
#pragma once

#include "compiler/dfg/graph.h"

namespace heddle::dfg {

/// Inserts `mov` nodes so that every operation needs at most `constants` constant fields (memory operations: field 0 is
/// the base), and all its operands with initial values have one distance (docs/execution_model.md section 5). Fails if
/// constants < 1 and a node needs one.
/// `memory_constants`: what PEs with memory have, where accesses are placed; -1: as many.
Result<Graph> legalize(const Graph& graph, int constants, int memory_constants = -1);

}  // namespace heddle::dfg
