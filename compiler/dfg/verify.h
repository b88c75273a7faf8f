// The invariants of a dataflow graph, stated once and checked independently of who built it.
#pragma once

#include <optional>
#include <string>

#include "compiler/dfg/graph.h"

namespace heddle::dfg {

/// What a graph must have for the use at hand.
enum class Purpose {
  kMapping,    ///< may lack initial values (graphs of other tools)
  kExecution,  ///< must define every value
};

/// Fails, naming the node, if: an id is out of range; an opcode does not exist or is wider than the word; a required
/// operand is absent or a forbidden one present; an operand reads a store; a distance is negative (or over
/// kMaxDistance, for values); distance-0 operands and order edges form a cycle (named), or nodes are not in topological
/// order of them; an initial value is missing (kExecution) or given where distance = 0; a memory operation has no array
/// or a shift over 3; live-outs are not exactly 0..n-1, once each, on nodes with a result; names of arrays, live-ins or
/// live-outs repeat; the word is not of 16, 32 or 64 bits.
Status verify(const Graph& graph, Purpose purpose);

/// The first violation and where it is; `verify` as readers of files need it, to point at their own lines.
struct Violation {
  std::string message;
  NodeId node;  ///< invalid if it concerns the graph as a whole
};
std::optional<Violation> find_violation(const Graph& graph, Purpose purpose);

/// "%n3 (add 'sum')", as error messages name a node.
std::string describe(const Graph& graph, NodeId id);

}  // namespace heddle::dfg
