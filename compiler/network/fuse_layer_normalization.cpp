#include "compiler/network/fuse_layer_normalization.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "compiler/tensor/elements.h"

namespace heddle::network {
namespace {

struct Match {
  ValueId x;
  std::int64_t axis = 0;
  float epsilon = 0;
};

class Fuser {
 public:
  explicit Fuser(Graph& graph) : graph_(graph), makers_(producers(graph)), readers_(consumers(graph)) {}

  void run() {
    for (std::size_t k = 0; k < graph_.nodes.size(); ++k) {
      const auto match = matched(graph_.nodes[k]);
      if (match) replace(k, *match);
    }
    remove_unused(graph_);
  }

 private:
  [[nodiscard]] const Node* maker(ValueId id) const {
    return makers_[id.index()].valid() ? &graph_.node(makers_[id.index()]) : nullptr;
  }
  [[nodiscard]] const Node* binary(ValueId id, BinaryKind kind) const {
    const Node* node = maker(id);
    const auto* op = node == nullptr ? nullptr : std::get_if<Binary>(&node->op);
    return op != nullptr && op->kind == kind ? node : nullptr;
  }
  [[nodiscard]] std::optional<float> number(ValueId id) const {
    const Value& value = graph_.value(id);
    if (!value.constant || value.type.element != tensor::Type::kFloat32 || value.type.elements() != 1)
      return std::nullopt;
    return tensor::elements<float>(*value.constant)[0];
  }
  /// A mean over the last axes, which it keeps; the first of them.
  [[nodiscard]] std::optional<std::int64_t> mean_axis(const Node* node) const {
    const auto* op = node == nullptr ? nullptr : std::get_if<Reduce>(&node->op);
    if (op == nullptr || op->kind != ReduceKind::kMean || !op->keep_axes || op->axes.empty()) return std::nullopt;
    const auto rank = static_cast<std::int64_t>(graph_.value(node->inputs[0]).type.shape.size());
    const auto count = static_cast<std::int64_t>(op->axes.size());
    for (std::int64_t k = 0; k < count; ++k)
      if (op->axes[static_cast<std::size_t>(k)] != rank - count + k) return std::nullopt;
    return rank - count;
  }
  /// Whether `id` is the square of `base`.
  [[nodiscard]] bool is_square(ValueId id, ValueId base) const {
    if (const Node* power = binary(id, BinaryKind::kPower))
      return power->inputs[0] == base && number(power->inputs[1]) == 2.0F;
    const Node* product = binary(id, BinaryKind::kMultiply);
    return product != nullptr && product->inputs[0] == base && product->inputs[1] == base;
  }

  [[nodiscard]] std::optional<Match> matched(const Node& node) const {
    const auto* quotient = std::get_if<Binary>(&node.op);
    if (quotient == nullptr || quotient->kind != BinaryKind::kDivide) return std::nullopt;
    const Node* centred = binary(node.inputs[0], BinaryKind::kSubtract);
    const Node* root = maker(node.inputs[1]);
    const auto* unary = root == nullptr ? nullptr : std::get_if<Unary>(&root->op);
    if (centred == nullptr || unary == nullptr || unary->kind != UnaryKind::kSqrt) return std::nullopt;
    const Node* mean = maker(centred->inputs[1]);
    const Node* shifted = binary(root->inputs[0], BinaryKind::kAdd);
    const auto axis = mean_axis(mean);
    if (!axis || mean->inputs[0] != centred->inputs[0] || shifted == nullptr) return std::nullopt;
    const std::size_t side = number(shifted->inputs[0]) ? 0 : 1;
    const auto epsilon = number(shifted->inputs[side]);
    const Node* variance = maker(shifted->inputs[1 - side]);
    if (!epsilon || mean_axis(variance) != axis || !is_square(variance->inputs[0], node.inputs[0])) return std::nullopt;
    return Match{centred->inputs[0], *axis, *epsilon};
  }

  /// The constant that the only reader of `id` combines it with, if it fits the normalised axes.
  [[nodiscard]] std::optional<ValueId> constant_behind(ValueId id, BinaryKind kind, std::int64_t axis) const {
    const auto& readers = readers_[id.index()];
    const bool is_result = std::find(graph_.outputs.begin(), graph_.outputs.end(), id) != graph_.outputs.end();
    if (readers.size() != 1 || is_result) return std::nullopt;
    const Node& reader = graph_.node(readers[0]);
    const auto* op = std::get_if<Binary>(&reader.op);
    if (op == nullptr || op->kind != kind) return std::nullopt;
    const ValueId other = reader.inputs[reader.inputs[0] == id ? 1 : 0];
    const Extents& whole = graph_.value(id).type.shape;
    const Extents tail(whole.begin() + axis, whole.end());
    const Value& value = graph_.value(other);
    return value.constant && value.type.shape == tail ? std::optional(other) : std::nullopt;
  }

  ValueId ones(const Extents& shape, const std::string& name) {
    Value value{name, {tensor::Type::kFloat32, shape}, {}, {}};
    tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kFloat32, shape);
    std::ranges::fill(tensor::elements<float>(tensor), 1.0F);
    value.constant = std::make_shared<tensor::Tensor>(std::move(tensor));
    graph_.values.push_back(std::move(value));
    return ValueId(static_cast<std::int64_t>(graph_.values.size() - 1));
  }

  void replace(std::size_t index, const Match& match) {
    std::size_t last = index;
    const auto result = [&] { return graph_.nodes[last].outputs[0]; };
    const auto scale = constant_behind(result(), BinaryKind::kMultiply, match.axis);
    if (scale) last = readers_[result().index()][0].index();
    const auto bias = constant_behind(result(), BinaryKind::kAdd, match.axis);
    if (bias) last = readers_[result().index()][0].index();
    const Extents whole = graph_.value(result()).type.shape;
    const Extents tail(whole.begin() + match.axis, whole.end());
    Node& node = graph_.nodes[last];
    node.op = LayerNormalization{match.axis, match.epsilon};
    node.inputs = {match.x, scale ? *scale : ones(tail, node.name + ".ones")};
    if (bias) node.inputs.push_back(*bias);
  }

  Graph& graph_;
  std::vector<NodeId> makers_;
  std::vector<std::vector<NodeId>> readers_;
};

}  // namespace

void fuse_layer_normalization(Graph& graph) { Fuser(graph).run(); }

}  // namespace heddle::network
