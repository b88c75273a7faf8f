// Parts of the lower bound of the initiation interval: recurrences, and what follows where they or the issue slots
// leave no slack.
#pragma once

#include <vector>

#include "compiler/base/result.h"
#include "compiler/mapper/bounds.h"
#include "compiler/mapper/capability.h"
#include "compiler/mapper/difference.h"

namespace heddle::mapper {

/// t(to) + distance * II >= t(from) + latency: what value and order edges ask of issue times.
struct Dependence {
  int from = 0;
  int to = 0;
  int latency = 1;
  int distance = 0;
};

/// All of them, with the smallest latency that any capable PE has; the latency of a value includes the least travel
/// (see least_travel).
std::vector<Dependence> dependences(const Problem& problem, const std::vector<Capability>& capability);

/// What they say at one II.
std::vector<Difference> differences(const std::vector<Dependence>& edges, int ii);

/// Longest paths between all pairs are asked for up to so many nodes: they take nodes^3 steps.
constexpr int kMostForPaths = 300;

/// Raises the bound that fits while, at the present MII, recurrences without any slack fix operations to one slot that
/// cannot all issue in it: too many for the ports of their bank (raises `mem`), or for the PEs that can do them (raises
/// `res`).
void raise_by_fixed_slots(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds);

/// Raises `res` by one where all issue slots of the present MII are filled by operations whose results cannot all
/// arrive at different times.
void raise_by_completions(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds);

/// Max over cycles of ceil(sum of latencies / sum of distances), with a critical cycle as witness.
/// Fails with kBadInput on a cycle of distance 0.
Result<Bound> recurrence_bound(const Problem& problem, const std::vector<Capability>& capability);

}  // namespace heddle::mapper
