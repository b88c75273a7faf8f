// A network of a fixed batch over more examples than that.
#pragma once

#include <vector>

#include "compiler/network/evaluate.h"

namespace heddle::network {

/// The inputs of each run where there are several. Fails as evaluate_batches does on extents.
Result<std::vector<Tensors>> split_batches(const Graph& graph, const Tensors& inputs);

/// Joins the outputs of one more run to those before it, along axis 0. Fails on an output without a first axis.
Status append_examples(Tensors& joined, const Tensors& outputs);

/// evaluate() for inputs whose first extent is any multiple of the graph's: runs the graph on one part after another
/// and joins the outputs along axis 0. All inputs have the same multiple. Fails where evaluate() does, and on extents
/// that are no multiple, or outputs without a first axis where there are several parts.
Result<Tensors> evaluate_batches(const Graph& graph, const Tensors& inputs, const Context& context = {});

}  // namespace heddle::network
