// Rewrites a graph into one that an array's configuration words can express, without changing its meaning.
#pragma once

#include "compiler/dfg/graph.h"

namespace heddle::dfg {

/// Inserts `mov` nodes so that every operation needs at most `constants` constant fields (memory operations: field 0 is
/// the base), and all its operands with initial values have one distance (docs/execution_model.md section 5). Fails if
/// constants < 1 and a node needs one.
Result<Graph> legalize(const Graph& graph, int constants);

}  // namespace heddle::dfg
