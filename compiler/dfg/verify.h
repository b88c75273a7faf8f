// The invariants of a dataflow graph, stated once and checked independently of who built it.
#pragma once

#include "compiler/dfg/graph.h"

namespace heddle::dfg {

/// What a graph must have for the use at hand.
enum class Purpose {
  kMapping,    ///< may lack initial values (graphs of other tools)
  kExecution,  ///< must define every value
};

/// Fails, naming the node, if: an id is out of range; a required operand is absent or a forbidden one present; a
/// distance is negative; distance-0 operands and order edges form a cycle (named), or nodes are not in topological
/// order of value operands; an initial value is missing (kExecution) or given where distance = 0; a memory operation
/// has no array, a shift over 3, or an opcode wider than the word; live-outs are not exactly 0..n-1, once each; names
/// of arrays, live-ins or live-outs repeat.
Status verify(const Graph& graph, Purpose purpose);

}  // namespace heddle::dfg
