// What became of each layer of a compiled network.
#pragma once

#include "compiler/base/json.h"
#include "compiler/network/graph.h"
#include "runtime/session/session.h"

namespace heddle::session {

/// An array with an entry for each layer, in the order of execution: `name`, `operators`, `output` (its type), `macs`,
/// `place` ("array" or "host"), `reason` (of the host), `regions` (name, ii, mii), and of one run: `launches`,
/// `array_cycles`, `transfer_cycles` (all others), `bytes_in` and `bytes_out` of the scratchpad. The cycles are those
/// of a run of the backend `fast` on zeros: data do not change them, but for stalls. `golden` is the graph of
/// golden_network(). Fails as run_kernel does.
Result<Json> layers_json(const CompiledProgram& program, const network::Graph& golden, const Context& context);

}  // namespace heddle::session
