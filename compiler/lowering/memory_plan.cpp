#include "compiler/lowering/memory_plan.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "compiler/lowering/arena.h"

namespace heddle::lowering {
namespace {

using network::Extents;
using network::Graph;
using network::NodeId;
using network::ValueId;

std::int64_t bytes_of(const Graph& graph, ValueId id, const Buffer& buffer) {
  const Extents full = buffer.full_shape();
  return std::accumulate(full.begin(), full.end(), std::int64_t{1}, std::multiplies<>()) *
         tensor::bytes_of(graph.value(id).type.element);
}

bool is_port(const Graph& graph, ValueId id) {
  const auto in = [&](const std::vector<ValueId>& list) {
    return std::find(list.begin(), list.end(), id) != list.end();
  };
  return in(graph.inputs) || in(graph.outputs);
}

std::int64_t weight_bytes(const Graph& graph, const Plan& plan) {
  std::set<ValueId> constants;
  for (const Layer& layer : plan.layers)
    for (const NodeId node : layer.nodes)
      for (const ValueId id : graph.node(node).inputs)
        if (id.valid() && graph.value(id).constant) constants.insert(id);
  std::int64_t bytes = 0;
  for (const ValueId id : constants) bytes += static_cast<std::int64_t>(graph.value(id).constant->data.size());
  return bytes;
}

}  // namespace

MemoryPlan plan_memory(const Graph& graph, const Plan& plan) {
  MemoryPlan result;
  result.offsets.assign(graph.values.size(), std::nullopt);
  result.weights = weight_bytes(graph, plan);
  std::vector<Block> blocks;
  std::vector<std::optional<std::size_t>> block_of(graph.values.size());
  for (std::size_t k = 0; k < plan.layers.size(); ++k) {
    const Layer& layer = plan.layers[k];
    const auto step = static_cast<std::int64_t>(k);
    for (const NodeId node : layer.nodes)
      for (const ValueId id : graph.node(node).inputs)
        if (id.valid() && block_of[id.index()]) blocks[*block_of[id.index()]].last = step;
    for (const ValueId id : graph.node(layer.nodes.back()).outputs) {
      const auto& buffer = plan.buffers[id.index()];
      if (is_port(graph, id) || !buffer) continue;
      if (layer.view) {
        block_of[id.index()] = block_of[graph.node(layer.nodes.back()).inputs[0].index()];
        continue;
      }
      block_of[id.index()] = blocks.size();
      blocks.push_back({bytes_of(graph, id, *buffer), step, step});
    }
  }
  const Arena arena = pack_blocks(blocks, kArenaAlignment);
  for (std::size_t id = 0; id < block_of.size(); ++id)
    if (block_of[id]) result.offsets[id] = arena.offsets[*block_of[id]];
  result.peak = arena.peak;
  result.bound = arena.bound;
  result.sum = arena.sum;
  return result;
}

std::vector<Piece> border_pieces(const Buffer& buffer, std::size_t most) {
  const Extents full = buffer.full_shape();
  const std::int64_t total = std::accumulate(full.begin(), full.end(), std::int64_t{1}, std::multiplies<>());
  Extents index(full.size(), 0);
  std::vector<Piece> pieces;
  for (std::int64_t k = 0; k < total; ++k) {
    bool outside = false;
    for (std::size_t axis = 0; axis < full.size(); ++axis)
      outside = outside || index[axis] < buffer.border_begin[axis] ||
                index[axis] >= buffer.border_begin[axis] + buffer.shape[axis];
    if (outside && !pieces.empty() && pieces.back().begin + pieces.back().count == k)
      ++pieces.back().count;
    else if (outside)
      pieces.push_back({k, 1});
    if (pieces.size() > most) return {{0, total}};
    for (std::size_t axis = full.size(); axis-- > 0;) {
      if (++index[axis] < full[axis]) break;
      index[axis] = 0;
    }
  }
  return pieces;
}

}  // namespace heddle::lowering
