// Layer normalisations that exporters wrote as means, differences and a root.
#pragma once

#include "compiler/network/graph.h"

namespace heddle::network {

/// (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon), means over the last axes, and a constant factor and addend
/// behind it where there are some, become one LayerNormalization. Values between them that others read stay. Results
/// change by float32's roundings only.
void fuse_layer_normalization(Graph& graph);

}  // namespace heddle::network
