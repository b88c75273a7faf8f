// Windows of convolutions and pools, with automatic padding and rounding up resolved.
#pragma once

#include "compiler/frontend/onnx/node_reader.h"

namespace heddle::frontend {

/// Reads kernel_shape (or takes `kernel`), strides, dilations and pads; absent ones are filled in. Fails on lists of
/// the wrong length and values below 1 (pads: 0).
Result<network::Window> read_window(const NodeReader& node, std::size_t rank, Extents kernel);

/// Makes auto_pad explicit for an input of these spatial extents: the result has ceil(extent / stride) elements.
Status resolve_auto_pad(const NodeReader& node, const Extents& spatial, network::Window& window);

/// The pads of a length-`total` axis: the odd one at the end, or at the beginning for SAME_LOWER.
void share_pads(std::int64_t total, bool lower, std::int64_t& begin, std::int64_t& end);

}  // namespace heddle::frontend
