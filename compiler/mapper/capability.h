// Which PEs can do an operation of a graph: what the bounds and the solvers share (the checker has its own reading).
#pragma once

#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/mapper/mapping.h"

namespace heddle::mapper {

/// The PEs for one node, and its best timing on any of them.
struct Capability {
  std::vector<arch::PeId> pes;  ///< ascending
  int latency = 1;              ///< smallest
  int interval = 1;             ///< smallest
};

/// By node. A PE counts if its class has the operation, the memory port, the constant fields and the live-out register
/// that the node needs. Fails with kInfeasible on a node that has no PE, saying what is missing.
Result<std::vector<Capability>> capabilities(const Problem& problem);

/// By value edge: cycles a value is on its way at least, because no PE of the producer's is near enough to one of the
/// consumer's. A value crosses up to hop_limit links within the cycle in which it is read, so near means that many
/// links.
std::vector<int> least_travel(const Problem& problem, const std::vector<Capability>& capability);

/// "mul 'product' (gemm.c:12)", for messages.
std::string describe(const dfg::Graph& graph, dfg::NodeId node);

}  // namespace heddle::mapper
