// The part of the lower bound that follows from where values can be kept.
#pragma once

#include <vector>

#include "compiler/mapper/bounds.h"
#include "compiler/mapper/capability.h"

namespace heddle::mapper {

/// A value is in RES or in a register in every cycle from its arrival to its last use, and each of these places holds
/// one value a slot. Raises `reg` above each II, from the present MII, at which
///   - all values together must be kept longer than all places hold something (least sum of lifetimes over all
///     schedules: Ning and Gao 1993 minimise it as a linear program), or
///   - on an array without registers, a result must be kept longer than the II cycles that RES keeps it.
/// Needs no search, and the first only where the earliest schedule does not fit anyway. Beyond kMostForLifetimes
/// operations it says nothing.
void raise_by_storage(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds);
constexpr int kMostForLifetimes = 600;

/// On an array without registers every consumer sits within one cycle's links of the producer. Raises `reg` to the
/// operations within k uses of one / the PEs within k times that many links.
void raise_by_neighbourhoods(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds);

/// Fails with kInfeasible if the array has no registers and a value cannot get to its use within a cycle.
Status check_reach(const Problem& problem, const std::vector<Capability>& capability);

}  // namespace heddle::mapper
