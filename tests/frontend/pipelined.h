// Executes a graph out of order, as a mapped array does: iterations overlap, and only the graph's edges keep anything
// in order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/dfg/interpret.h"

namespace heddle::frontend {

/// Draws a random legal modulo schedule (latencies, II and slack by `seed`) and runs the operations in its order on
/// `scratchpad`. A missing order edge shows as a result that differs from dfg::interpret.
std::vector<std::uint64_t> run_pipelined(const dfg::Graph& graph, const dfg::Launch& launch,
                                         std::span<std::uint8_t> scratchpad, std::uint64_t seed);

}  // namespace heddle::frontend
