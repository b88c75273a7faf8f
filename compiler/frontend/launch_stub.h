// The host's side of a launch.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/frontend/region_builder.h"

namespace heddle::frontend {

/// Puts before the nest a call of `heddle_launch` for region `number`; the nest itself remains as the way to go if the
/// launch fails. Keeps loop and dominator information up to date. Returns the size in bytes of each array's range where
/// it is a constant (of its whole variable where an access is indirect).
std::vector<std::optional<std::int64_t>> insert_launch(const RegionPlan& plan, int number,
                                                       const LoopAnalyses& analyses);

}  // namespace heddle::frontend
