// Values that pass units: read as an operand in a cycle in which the unit has nothing else to do, and put into RES.
//
// Solvers keep such a pass inside a route, as a hop into RES. It is a `mov` that nobody wrote: `spell_out` writes it
// into the graph, so that the checker and everything behind the mapper see an ordinary graph and an ordinary mapping.
#pragma once

#include "compiler/mapper/mapping.h"

namespace heddle::mapper {

/// A graph with a mapping of it.
struct Spelled {
  dfg::Graph graph;
  Mapping mapping;
  int moves = 0;  ///< nodes that the graph has more than the problem's
};

/// Whether the route came to `hop` through the unit of its PE: it is in RES, and did not just stay there.
bool is_pass(const Hop& before, const Hop& hop);

/// One `mov` for each value, PE and cycle in which a route of the value passes the PE's unit. It reads the value at
/// distance 0, right behind its producer in the order of nodes; the consumer keeps distance and initial value. Routes
/// of one value that meet must have come the same way, as everywhere (docs/execution_model.md, section 4).
Spelled spell_out(const Problem& problem, const Mapping& mapping);

}  // namespace heddle::mapper
