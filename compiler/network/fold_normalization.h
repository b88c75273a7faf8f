// Batch normalisations into the weights before them.
#pragma once

#include "compiler/network/graph.h"

namespace heddle::network {

/// Folds every BatchNormalization of constants into the convolution or Gemm that alone makes its input, and only for
/// it; the result keeps the normalisation's name. New weights are computed in float64 and rounded once. Returns how
/// many were folded; others stay. Outputs change by rounding only.
int fold_batch_normalization(Graph& graph);

}  // namespace heddle::network
