// What a network computes, in plain float32: the golden model of everything that is made of it.
//
// Sums are taken in float32 in blocks (docs/networks.md); results do not depend on the machine's vector width.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/result.h"
#include "compiler/network/graph.h"

namespace heddle::network {

using Tensors = std::map<std::string, tensor::Tensor>;

/// Called with every result as soon as it is known, in the order of the nodes.
using Observer = std::function<void(const Node& node, std::size_t output, const tensor::Tensor& result)>;

/// Runs the graph. `inputs` by name, of exactly the types of the graph's inputs; returns the outputs by name. Fails on
/// a missing, unknown or mistyped input, on an index out of range, and when `context` is cancelled.
Result<Tensors> evaluate(const Graph& graph, const Tensors& inputs, const Context& context = {},
                         const Observer& observer = {});

/// Runs one operator. `inputs` fit infer(op, ...), which gave `results`; an absent optional input is null.
Result<std::vector<tensor::Tensor>> evaluate(const Operator& op, const std::vector<const tensor::Tensor*>& inputs,
                                             const std::vector<TensorType>& results);

}  // namespace heddle::network
