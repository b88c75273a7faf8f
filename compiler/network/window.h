// The window of convolutions and pools.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace heddle::network {

using Extents = std::vector<std::int64_t>;

/// A window that slides over the spatial axes; every list has one entry per spatial axis.
struct Window {
  Extents kernel;
  Extents strides;
  Extents dilations;
  Extents pads_begin;  ///< never negative
  Extents pads_end;

  bool operator==(const Window&) const = default;
};

/// Whether it looks beyond the edges anywhere.
inline bool is_padded(const Window& window) {
  const auto some = [](const Extents& pads) {
    return std::any_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad != 0; });
  };
  return some(window.pads_begin) || some(window.pads_end);
}

}  // namespace heddle::network
