// What a layer would cost on the host's core, by the system's model.
#pragma once

#include <vector>

#include "compiler/arch/system.h"
#include "compiler/network/graph.h"

namespace heddle::session {

/// Cycles of the array's clock that the host's core takes for these nodes: multiply-accumulates, else elements (of the
/// larger of input and result) that are moved or computed, and elements through functions. Reshapes are free.
std::uint64_t host_cycles(const network::Graph& graph, const std::vector<network::NodeId>& nodes,
                          const arch::System& system);

/// Cycles of the host to fill `bytes` of memory, a word of four bytes as an element.
std::uint64_t fill_cycles(std::int64_t bytes, const arch::System& system);

}  // namespace heddle::session
