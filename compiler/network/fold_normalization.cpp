#include "compiler/network/fold_normalization.h"

#include <cmath>
#include <set>

#include "compiler/tensor/elements.h"

namespace heddle::network {
namespace {

/// y = factor * x + offset, per channel.
struct Affine {
  std::vector<double> factor;
  std::vector<double> offset;
};

std::span<const float> constant(const Graph& graph, ValueId id) {
  return tensor::elements<float>(*graph.value(id).constant);
}

bool all_constant(const Graph& graph, const Node& node) {
  for (std::size_t i = 1; i < node.inputs.size(); ++i)
    if (node.inputs[i].valid() && !graph.value(node.inputs[i]).constant) return false;
  return true;
}

Affine affine_of(const Graph& graph, const Node& norm) {
  const auto scale = constant(graph, norm.inputs[1]);
  const auto bias = constant(graph, norm.inputs[2]);
  const auto mean = constant(graph, norm.inputs[3]);
  const auto variance = constant(graph, norm.inputs[4]);
  const double epsilon = std::get<BatchNormalization>(norm.op).epsilon;
  Affine result;
  for (std::size_t i = 0; i < scale.size(); ++i) {
    result.factor.push_back(scale[i] / std::sqrt(variance[i] + epsilon));
    result.offset.push_back(bias[i] - mean[i] * result.factor[i]);
  }
  return result;
}

/// The channel of the result that a weight contributes to; `index` counts the weights in order.
std::size_t channel_of(const Node& node, const Extents& weights, std::size_t index) {
  const auto extent = [&](std::size_t axis) { return static_cast<std::size_t>(weights[axis]); };
  std::size_t inner = 1;
  for (std::size_t axis = 2; axis < weights.size(); ++axis) inner *= extent(axis);
  const std::size_t first = index / (inner * extent(1));
  const std::size_t second = index / inner % extent(1);
  if (const auto* op = std::get_if<ConvTranspose>(&node.op)) {
    const std::size_t group = first / (extent(0) / static_cast<std::size_t>(op->groups));
    return group * extent(1) + second;
  }
  const auto* gemm = std::get_if<Gemm>(&node.op);
  return gemm != nullptr && !gemm->transpose_b ? second : first;
}

/// Whether the node is a sum of products with constant weights and a bias per channel.
bool takes_affine(const Graph& graph, const Node& node, std::size_t channels) {
  const auto* gemm = std::get_if<Gemm>(&node.op);
  const bool kind = std::holds_alternative<Conv>(node.op) || std::holds_alternative<ConvTranspose>(node.op) ||
                    (gemm != nullptr && gemm->alpha == 1 && gemm->beta == 1);
  if (!kind || !all_constant(graph, node)) return false;
  if (node.inputs.size() < 3 || !node.inputs[2].valid()) return true;
  return graph.value(node.inputs[2]).type.shape == Extents{static_cast<std::int64_t>(channels)};
}

class Folder {
 public:
  explicit Folder(Graph& graph) : graph_(graph) {
    for (const Value& value : graph.values) names_.insert(value.name);
  }

  void apply(Node& node, const Affine& affine) {
    const ValueId weights = node.inputs[1];
    tensor::Tensor scaled = *graph_.value(weights).constant;
    auto values = tensor::elements<float>(scaled);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(values[i] * affine.factor[channel_of(node, scaled.shape, i)]);
    tensor::Tensor bias =
        tensor::make_tensor(tensor::Type::kFloat32, {static_cast<std::int64_t>(affine.offset.size())});
    auto sums = tensor::elements<float>(bias);
    const bool has_bias = node.inputs.size() > 2 && node.inputs[2].valid();
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const double before = has_bias ? constant(graph_, node.inputs[2])[i] : 0;
      sums[i] = static_cast<float>(before * affine.factor[i] + affine.offset[i]);
    }
    const std::string base = node.name;
    node.inputs.resize(3);
    node.inputs[1] = add(base + ".weight_folded", std::move(scaled));
    node.inputs[2] = add(base + ".bias_folded", std::move(bias));
  }

 private:
  ValueId add(std::string name, tensor::Tensor tensor) {
    while (!names_.insert(name).second) name += "'";
    TensorType type{tensor.type, tensor.shape};
    graph_.values.push_back(
        {std::move(name), std::move(type), std::make_shared<tensor::Tensor>(std::move(tensor)), std::nullopt});
    return ValueId(static_cast<std::int64_t>(graph_.values.size()) - 1);
  }

  Graph& graph_;
  std::set<std::string> names_;
};

}  // namespace

int fold_batch_normalization(Graph& graph) {
  const auto makers = producers(graph);
  const auto readers = consumers(graph);
  const std::set<ValueId> outputs(graph.outputs.begin(), graph.outputs.end());
  Folder folder(graph);
  std::set<std::size_t> gone;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& norm = graph.nodes[i];
    if (!std::holds_alternative<BatchNormalization>(norm.op) || !all_constant(graph, norm)) continue;
    const ValueId between = norm.inputs[0];
    const NodeId maker = makers[between.index()];
    if (!maker.valid() || gone.contains(maker.index()) || readers[between.index()].size() != 1 ||
        outputs.contains(between))
      continue;
    const Affine affine = affine_of(graph, norm);
    Node& node = graph.nodes[maker.index()];
    if (!takes_affine(graph, node, affine.factor.size())) continue;
    folder.apply(node, affine);
    node.outputs[0] = norm.outputs[0];
    gone.insert(i);
  }
  std::vector<Node> kept;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    if (!gone.contains(i)) kept.push_back(std::move(graph.nodes[i]));
  graph.nodes = std::move(kept);
  remove_unused(graph);
  return static_cast<int>(gone.size());
}

}  // namespace heddle::network
