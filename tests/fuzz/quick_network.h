// Which networks are small enough to run for every input of a fuzzer.
#pragma once

#include "compiler/network/evaluate.h"
#include "compiler/tensor/elements.h"

namespace heddle::fuzz {

inline bool is_quick(const network::Graph& graph) {
  std::int64_t work = 0;
  for (const network::Value& value : graph.values) work += value.type.elements();
  for (const network::Node& node : graph.nodes) {
    work += network::macs(graph, node);
    if (const auto* pool = std::get_if<network::Pool>(&node.op)) {
      std::int64_t taps = graph.value(node.outputs[0]).type.elements();
      for (const std::int64_t extent : pool->window.kernel)
        if (__builtin_mul_overflow(taps, extent, &taps)) return false;
      work += taps;
    }
    if (work < 0 || work > 100'000) return false;
  }
  return work <= 100'000;
}

/// Zeros for every input.
inline network::Tensors zero_inputs(const network::Graph& graph) {
  network::Tensors inputs;
  for (const network::ValueId id : graph.inputs) {
    const network::Value& value = graph.value(id);
    inputs[value.name] = tensor::make_tensor(value.type.element, value.type.shape);
  }
  return inputs;
}

}  // namespace heddle::fuzz
