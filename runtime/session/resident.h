// Constants that stay in the scratchpad from launch to launch.
#pragma once

#include <cstddef>
#include <vector>

#include "runtime/session/backend.h"

namespace heddle::session {

/// A piece of host memory that nobody writes, and where a launch has left it.
struct Resident {
  Transfer piece;
  std::size_t last_use = 0;  ///< number of the launch that used it last
};

/// Where [low, high) of the host lies, if one of the residents holds it all.
const Resident* find_resident(const std::vector<Resident>& residents, const char* low, const char* high);

/// After launch `number`: what it has placed takes the room of older ones; of that, pieces in `constants` and what it
/// kept stay from now on.
void update_residents(std::vector<Resident>& residents, const LaunchPlan& plan, const std::vector<Transfer>& constants,
                      std::size_t number);

}  // namespace heddle::session
