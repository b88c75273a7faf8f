// The design points that the predictor is fitted on and checked with.
#pragma once

#include <cstdint>
#include <vector>

#include "cost_models/fpga/mac_point.h"

namespace heddle::fpga {

/// The longest dot product of ResNet-18, which the formats are compared for.
inline constexpr std::uint64_t kLongestDot = 4608;

/// Points on xc7 without DSP blocks: int2 to int8 and the 27 signed minifloats with themselves, by every multiplier,
/// for dot products of 4608 terms; other lengths, mixed and unsigned pairs and special codes for a spread of them;
/// large tables, formats of up to 16 bits, and random points.
std::vector<MacPoint> mac_sweep();

/// Points that no fit and no choice of terms has seen: format pairs, accumulator widths and multipliers drawn with a
/// fixed seed, none of mac_sweep. Whoever looks at their errors and then changes terms has to change the seed.
inline constexpr std::size_t kFreshPoints = 80;
std::vector<MacPoint> mac_fresh_sweep();

/// A smaller set: the other families, and DSP blocks.
std::vector<MacPoint> mac_family_sweep();

}  // namespace heddle::fpga
