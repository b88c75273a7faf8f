#include "compiler/lowering/host_call.h"

namespace heddle::lowering {

HostCallWords host_call_words(const network::Graph& graph, const Plan& plan, const Layer& layer) {
  HostCallWords result;
  result.words.push_back(static_cast<std::int64_t>(layer.nodes.size()));
  for (const network::NodeId node : layer.nodes) result.words.push_back(static_cast<std::int64_t>(node.index()));
  for (const network::ValueId id : operands_of(graph, layer.nodes)) {
    const Buffer& buffer = *plan.buffers[id.index()];
    const network::Extents strides = buffer.strides();
    std::int64_t start = 0;
    for (std::size_t axis = 0; axis < strides.size(); ++axis) start += buffer.border_begin[axis] * strides[axis];
    result.addresses.push_back(result.words.size());
    result.starts.push_back(start * tensor::bytes_of(graph.value(id).type.element));
    result.words.push_back(0);
    for (std::size_t axis = 0; axis < strides.size(); ++axis) result.words.push_back(strides[buffer.position(axis)]);
  }
  return result;
}

}  // namespace heddle::lowering
