// Training of small networks on images, by libtorch. An optional part: HEDDLE_TRAINING, docs/networks.md.
#pragma once

#include <cstdint>
#include <functional>

#include "compiler/base/result.h"
#include "compiler/network/graph.h"
#include "compiler/tensor/tensor.h"

namespace heddle::workloads {

struct LabelledImages {
  tensor::Tensor pixels;  ///< uint8 [N,H,W]
  tensor::Tensor labels;  ///< uint8 [N]
};

struct TrainOptions {
  int epochs = 10;
  int batch = 128;
  double rate = 2e-3;          ///< at its highest, after the first tenth; then it falls along a cosine to nothing
  double weight_decay = 1e-2;  ///< of AdamW (Loshchilov and Hutter, 2019); biases and normalisations have none
  int shift = 0;               ///< images move by up to so many pixels along either axis, zeros come in
  bool flip = false;           ///< half of the images are mirrored
  std::uint64_t seed = 1;      ///< order of the examples, shifts and flips
};

/// Called after every epoch with its mean loss and the share of its examples that were recognised.
using EpochReport = std::function<void(int epoch, double loss, double accuracy)>;

/// The graph with its weights, biases and normalisations trained by the cross entropy of its one output; the constants
/// it comes with are where training starts. One thread. The same input gives the same bytes on the same kind of
/// processor. Fails on an operator that the trainer has no rule for, and on images that do not fit the graph.
Result<network::Graph> train(const network::Graph& graph, const LabelledImages& images, const TrainOptions& options,
                             const EpochReport& report);

}  // namespace heddle::workloads
