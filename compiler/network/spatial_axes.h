// How many axes a window over codes may have.
#pragma once

#include <cstddef>

namespace heddle::network {

/// Of what slides a window over codes: IntegerConv and WindowSum.
inline constexpr std::size_t kMostSpatialAxes = 3;

}  // namespace heddle::network
