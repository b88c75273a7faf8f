// From a launch call of the host program to a plan that a backend can carry out.
#pragma once

#include <cstdint>
#include <span>

#include "compiler/frontend/frontend.h"
#include "runtime/session/backend.h"
#include "runtime/session/objects.h"
#include "runtime/session/resident.h"

namespace heddle::session {

/// Decides where each array goes in the scratchpad and which bytes move. Host ranges that overlap share one place.
/// Bytes go in unless they are certainly written before they are read, and come back if they may have been written.
/// Fails, with a reason for people, if the launch cannot run on the array: memory of unknown extent, arrays that do not
/// fit (with sizes), a trip count of more than 32 bits, misaligned data.
///
/// Constants that `residents` hold stay where they are, if every array then still has the bank that it wants; the
/// others keep their room where there is room enough.
Result<LaunchPlan> plan_launch(const arch::Cgra& cgra, const CompiledRegion& region, std::uint64_t trip_count,
                               std::span<const std::uint64_t> live_ins, std::span<const heddle_array_range> arrays,
                               const ObjectTable& objects, const std::vector<Resident>& residents = {});

/// Pieces that the launch copies in and that lie in constants whole.
std::vector<Transfer> constants_of(const LaunchPlan& plan, const ObjectTable& objects);

}  // namespace heddle::session
