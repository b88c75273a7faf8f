// Networks without convolutions, or with few.
#pragma once

#include "compiler/network/graph.h"

namespace heddle::workloads {

/// MLPerf Tiny, anomaly detection: 640 inputs, four layers of 128, 8, and back.
Result<network::Graph> autoencoder(std::uint64_t seed);
/// Dosovitskiy et al., 2021, small: 32x32 images in patches of 4x4, width 96, 4 blocks of 3 heads.
Result<network::Graph> vit_small(std::uint64_t seed);
/// Two encoder blocks of width 64 and 4 heads over 256 tokens that see the 32 on either side (Beltagy et al., 2020): a
/// mask on the scores.
Result<network::Graph> window_transformer(std::uint64_t seed);
/// Kipf and Welling, 2017, two layers of Cora's shape: 2708 nodes of 1433 features, 16 hidden, 7 classes. Inputs: the
/// normalised adjacency matrix and the features.
Result<network::Graph> gcn(std::uint64_t seed);

}  // namespace heddle::workloads
