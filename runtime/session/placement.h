// Which layers of a network go to the array: where they take fewer estimated cycles.
#pragma once

#include "compiler/network/graph.h"
#include "runtime/session/program.h"

namespace heddle::session {

/// Estimates every layer on the array (its launches with their copies, one after the other, no stalls) and on the host
/// (host_cost.h), and takes the regions of layers that are cheaper on the host off the array; all of them for
/// Place::kHost, none for Place::kArray. `golden` is the graph that the program was lowered from. Leaves both numbers
/// in the report's `placement`, and `host_reason` in its regions. Fails as run_kernel does.
Status place_layers(CompiledProgram& program, const network::Graph& golden, Place place, const Context& context);

}  // namespace heddle::session
