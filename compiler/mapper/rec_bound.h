// The recurrence bound of the initiation interval.
#pragma once

#include <vector>

#include "compiler/base/result.h"
#include "compiler/mapper/bounds.h"
#include "compiler/mapper/capability.h"

namespace heddle::mapper {

/// t(to) + distance * II >= t(from) + latency: what value and order edges ask of issue times.
struct Dependence {
  int from = 0;
  int to = 0;
  int latency = 1;
  int distance = 0;
};

/// All of them, with the smallest latency that any capable PE has.
std::vector<Dependence> dependences(const dfg::Graph& graph, const std::vector<Capability>& capability);

/// Max over cycles of ceil(sum of latencies / sum of distances), with a critical cycle as witness.
/// Fails with kBadInput on a cycle of distance 0.
Result<Bound> recurrence_bound(const dfg::Graph& graph, const std::vector<Capability>& capability);

}  // namespace heddle::mapper
