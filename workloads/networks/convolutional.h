// Convolutional networks; each returns the graph. Sources of the shapes stand with the functions.
#pragma once

#include "compiler/network/graph.h"

namespace heddle::workloads {

/// LeCun et al., 1998, on 28x28 images with ReLU and max pools, as it is taught today.
Result<network::Graph> lenet5(std::uint64_t seed);
/// MLPerf Tiny v1: three stages of one block, 16 to 64 channels, 1x1 convolutions as shortcuts.
Result<network::Graph> resnet8(std::uint64_t seed);
/// The same on gray images of 28x28, as it is trained on Fashion-MNIST.
Result<network::Graph> resnet8_gray(std::uint64_t seed);
/// He et al., 2016, section 4.2: three stages of three blocks; 1x1 convolutions as shortcuts.
Result<network::Graph> resnet20(std::uint64_t seed);
/// He et al., 2016: four stages of two blocks on 224x224 images.
Result<network::Graph> resnet18(std::uint64_t seed);
/// Howard et al., 2017, width 0.25 on 96x96 images (MLPerf Tiny, visual wake words).
Result<network::Graph> mobilenet_v1_025(std::uint64_t seed);
/// Sandler et al., 2018, table 2, on 224x224 images.
Result<network::Graph> mobilenet_v2(std::uint64_t seed);
/// Zhang et al., 2017, small, as in MLPerf Tiny: 49x10 features of one second of speech.
Result<network::Graph> ds_cnn(std::uint64_t seed);
/// Simonyan and Zisserman, 2015, configuration D.
Result<network::Graph> vgg16(std::uint64_t seed);

}  // namespace heddle::workloads
