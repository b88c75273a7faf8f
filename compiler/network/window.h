// The window of convolutions and pools.
#pragma once

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

}  // namespace heddle::network
