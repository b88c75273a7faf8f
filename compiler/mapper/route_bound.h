// The part of the lower bound that follows from links.
#pragma once

#include <vector>

#include "compiler/mapper/bounds.h"
#include "compiler/mapper/capability.h"

namespace heddle::mapper {

/// Operations that only some PEs can do take values in and give values out over the links that lead into that part of
/// the array, unless what is at the other end sits there too and takes an issue slot. For each union of capability
/// sets: raises `route` until links and slots suffice. Holds for every schedule.
void raise_by_cuts(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds);

/// A value crosses up to hop_limit links in the cycle in which it is read, and more only in later cycles. So a path of
/// k values between operations whose PEs are d links apart takes ceil(d / hop_limit) - k cycles on the way at least.
/// Raises `route` while, with that counted, a dependence cycle is longer than the present MII allows.
void raise_by_ways(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds);

}  // namespace heddle::mapper
