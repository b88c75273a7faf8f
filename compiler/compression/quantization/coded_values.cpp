#include "compiler/compression/quantization/coded_values.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "compiler/network/kinds.h"
#include "compiler/network/strided.h"
#include "compiler/tensor/elements.h"

namespace heddle::compression {
namespace {

using network::Graph;
using network::is_one_of;
using network::Node;
using network::ValueId;
using Kind = network::BinaryKind;

/// The one input of a binary operator that is constant.
std::optional<std::size_t> constant_side(const Graph& graph, const Node& node) {
  const bool first = graph.value(node.inputs[0]).constant != nullptr;
  const bool second = graph.value(node.inputs[1]).constant != nullptr;
  if (first == second) return std::nullopt;
  return first ? 0 : 1;
}

bool is_number(const network::Value& value, const network::Value& beside) {
  return value.constant && value.type.elements() == 1 && value.type.shape.size() <= beside.type.shape.size() &&
         value.type.element == tensor::Type::kFloat32;
}

bool is_positive(const tensor::Tensor& values) {
  return std::ranges::all_of(tensor::elements<float>(values),
                             [](float value) { return value > 0 && std::isfinite(value); });
}

/// Over all spatial axes.
bool reduces_space(const Graph& graph, const Node& node, network::ReduceKind kind) {
  const auto* op = std::get_if<network::Reduce>(&node.op);
  if (op == nullptr || op->kind != kind) return false;
  const std::size_t rank = graph.value(node.inputs[0]).type.shape.size();
  if (rank < 3 || op->axes.size() != rank - 2) return false;
  for (std::size_t k = 0; k < op->axes.size(); ++k)
    if (op->axes[k] != static_cast<std::int64_t>(k + 2)) return false;
  return true;
}

/// Whether the output has the scale of the input.
bool keeps_scale(const Graph& graph, const Node& node) {
  if (const auto* pool = std::get_if<network::Pool>(&node.op)) return pool->kind == network::PoolKind::kMax;
  if (const auto* resize = std::get_if<network::Resize>(&node.op)) return resize->mode == network::ResizeMode::kNearest;
  if (const auto* pad = std::get_if<network::Pad>(&node.op))
    return pad->mode != network::PadMode::kConstant || pad->value == 0;
  return reduces_space(graph, node, network::ReduceKind::kMax) ||
         is_one_of<network::Reshape, network::Transpose, network::Slice, network::Split, network::Gather,
                   network::Expand, network::Tile>(node.op);
}

class Chooser {
 public:
  explicit Chooser(const Graph& graph)
      : graph_(graph),
        readers_(network::consumers(graph)),
        makers_(network::producers(graph)),
        absorbed_(graph.nodes.size()),
        is_function_(graph.nodes.size()),
        starts_(graph.values.size()) {
    for (std::size_t k = 0; k < graph.nodes.size(); ++k) absorbed_[k] = is_absorbed(graph.nodes[k]);
  }

  CodedValues run() {
    while (find_functions()) {
    }
    std::vector<bool> chosen(graph_.values.size());
    for (std::size_t k = 0; k < graph_.nodes.size(); ++k) {
      if (absorbed_[k]) continue;
      if (is_function_[k])
        choose_function(graph_.nodes[k], chosen);
      else if (computes_on_codes(graph_.nodes[k]))
        choose_operands(graph_.nodes[k], chosen);
    }
    return finish(std::move(chosen));
  }

 private:
  [[nodiscard]] bool is_output(ValueId id) const {
    return std::find(graph_.outputs.begin(), graph_.outputs.end(), id) != graph_.outputs.end();
  }
  [[nodiscard]] const Node* maker(ValueId id) const {
    return makers_[id.index()].valid() ? &graph_.node(makers_[id.index()]) : nullptr;
  }
  [[nodiscard]] std::size_t number(const Node& node) const {
    return static_cast<std::size_t>(&node - graph_.nodes.data());
  }

  /// Whether the node becomes part of what made its input, which nobody else reads.
  [[nodiscard]] bool is_absorbed(const Node& node) const {
    const auto alone = [&](ValueId id) { return readers_[id.index()].size() == 1 && !is_output(id); };
    if (std::holds_alternative<network::Clip>(node.op))
      return alone(node.inputs[0]) && maker(node.inputs[0]) != nullptr;
    const auto* op = std::get_if<network::Binary>(&node.op);
    if (op == nullptr || !constant_side(graph_, node)) return false;
    const std::size_t side = *constant_side(graph_, node);
    const ValueId x = node.inputs[1 - side];
    const Node* product = maker(x);
    if (product == nullptr || !alone(x)) return false;
    const bool more = absorbed_[number(*product)] && std::holds_alternative<network::Binary>(product->op);
    if (!more && !multiplies(product->op)) return false;
    const network::Value& values = graph_.value(node.inputs[side]);
    const network::Extents& shape = graph_.value(x).type.shape;
    const std::size_t axis = is_convolution(x) ? 1 : shape.size() - 1;
    if (values.type.element != tensor::Type::kFloat32 || !network::varies_along_only(values.type.shape, shape, axis))
      return false;
    if (op->kind == Kind::kMultiply || (op->kind == Kind::kDivide && side == 1)) return is_positive(*values.constant);
    return (op->kind == Kind::kAdd || (op->kind == Kind::kSubtract && side == 1)) && has_constant_weights(x);
  }
  /// The product behind what it absorbed.
  [[nodiscard]] const Node& product_of(ValueId id) const {
    const Node* node = maker(id);
    while (!multiplies(node->op)) node = maker(node->inputs[1 - *constant_side(graph_, *node)]);
    return *node;
  }
  [[nodiscard]] bool is_convolution(ValueId id) const {
    return std::holds_alternative<network::Conv>(product_of(id).op);
  }
  [[nodiscard]] bool has_constant_weights(ValueId id) const {
    return graph_.value(product_of(id).inputs[1]).constant != nullptr;
  }

  /// arguments_: what each value is a function of, itself unless it is one. True if a value in the middle of a function
  /// has to be coded, since others read it: it starts a function of its own then.
  bool find_functions() {
    arguments_.resize(graph_.values.size());
    for (std::size_t k = 0; k < arguments_.size(); ++k) arguments_[k] = ValueId(static_cast<std::int64_t>(k));
    for (std::size_t k = 0; k < graph_.nodes.size(); ++k) {
      const Node& node = graph_.nodes[k];
      const auto argument = absorbed_[k] && !in_function(node) ? std::nullopt : argument_of(node);
      is_function_[k] = argument.has_value();
      if (argument && !starts_[node.outputs[0].index()]) arguments_[node.outputs[0].index()] = *argument;
    }
    bool changed = false;
    for (std::size_t k = 0; k < arguments_.size(); ++k) {
      const ValueId id(static_cast<std::int64_t>(k));
      if (arguments_[k] == id || is_inside(id)) continue;
      const bool goes_on = std::ranges::any_of(readers_[k], [&](network::NodeId reader) {
        return arguments_[graph_.node(reader).outputs[0].index()] == arguments_[k];
      });
      if (goes_on) changed = starts_[k] = true;
    }
    return changed;
  }
  /// A bound on a function is part of it.
  [[nodiscard]] bool in_function(const Node& node) const {
    return std::holds_alternative<network::Clip>(node.op) && arguments_[node.inputs[0].index()] != node.inputs[0];
  }
  [[nodiscard]] std::optional<ValueId> argument_of(const Node& node) const {
    if (is_one_of<network::Unary, network::Clip>(node.op)) {
      if (graph_.value(node.inputs[0]).type.element != tensor::Type::kFloat32) return std::nullopt;
      return arguments_[node.inputs[0].index()];
    }
    if (!std::holds_alternative<network::Binary>(node.op) ||
        graph_.value(node.outputs[0]).type.element != tensor::Type::kFloat32)
      return std::nullopt;
    const auto side = constant_side(graph_, node);
    if (side && is_number(graph_.value(node.inputs[*side]), graph_.value(node.inputs[1 - *side])))
      return arguments_[node.inputs[1 - *side].index()];
    const ValueId first = arguments_[node.inputs[0].index()];
    if (side || graph_.value(node.inputs[0]).constant || first != arguments_[node.inputs[1].index()])
      return std::nullopt;
    return first;
  }
  /// Whether only the same function reads the value.
  [[nodiscard]] bool is_inside(ValueId id) const {
    const auto& readers = readers_[id.index()];
    return !readers.empty() && !is_output(id) && std::ranges::all_of(readers, [&](network::NodeId reader) {
      return is_function_[reader.index()] &&
             arguments_[graph_.node(reader).outputs[0].index()] == arguments_[id.index()];
    });
  }

  [[nodiscard]] bool computes_on_codes(const Node& node) const {
    if (multiplies(node.op) || is_one_of<network::Pool, network::Concat>(node.op)) return true;
    if (reduces_space(graph_, node, network::ReduceKind::kMean) ||
        reduces_space(graph_, node, network::ReduceKind::kMax))
      return true;
    const auto* op = std::get_if<network::Binary>(&node.op);
    if (op == nullptr || (op->kind != Kind::kAdd && op->kind != Kind::kSubtract && op->kind != Kind::kMultiply))
      return false;
    // A Softmax takes floats: masks may be far from what is added to them.
    return std::ranges::none_of(readers_[node.outputs[0].index()], [&](network::NodeId reader) {
      return std::holds_alternative<network::Softmax>(graph_.node(reader).op);
    });
  }
  void choose_operands(const Node& node, std::vector<bool>& chosen) const {
    const std::size_t count = std::holds_alternative<network::Concat>(node.op) ? node.inputs.size() : 2;
    for (std::size_t i = 0; i < std::min(node.inputs.size(), count); ++i)
      if (node.inputs[i].valid() && !graph_.value(node.inputs[i]).constant) chosen[node.inputs[i].index()] = true;
    if (!keeps_scale(graph_, node)) chosen[node.outputs[0].index()] = true;
  }
  /// A bound alone is no reason to code anything.
  void choose_function(const Node& node, std::vector<bool>& chosen) const {
    if (std::holds_alternative<network::Clip>(node.op) && arguments_[node.inputs[0].index()] == node.inputs[0]) return;
    for (const ValueId id : node.inputs)
      if (id.valid() && !graph_.value(id).constant && arguments_[id.index()] == id) chosen[id.index()] = true;
    if (!is_inside(node.outputs[0])) chosen[node.outputs[0].index()] = true;
  }

  [[nodiscard]] CodedValues finish(std::vector<bool> chosen) const {
    std::vector<bool> coded(chosen.size());
    for (const ValueId id : graph_.inputs) coded[id.index()] = chosen[id.index()];
    for (std::size_t k = 0; k < graph_.nodes.size(); ++k) {
      const Node& node = graph_.nodes[k];
      if (absorbed_[k] && !is_function_[k]) {
        const ValueId x = node.inputs[constant_of(node) == 0U ? 1 : 0];
        if (chosen[x.index()]) chosen[node.outputs[0].index()] = true;
        chosen[x.index()] = coded[x.index()] = false;
      }
      for (const ValueId id : node.outputs) {
        if (is_output(id) || graph_.value(id).type.element != tensor::Type::kFloat32) chosen[id.index()] = false;
        const bool takes = keeps_scale(graph_, node) && coded[node.inputs[0].index()];
        if (takes) chosen[id.index()] = false;
        coded[id.index()] = chosen[id.index()] || takes;
      }
    }
    for (const ValueId id : graph_.inputs)
      if (is_output(id) || graph_.value(id).type.element != tensor::Type::kFloat32) chosen[id.index()] = false;
    return {std::move(chosen), std::move(coded)};
  }
  [[nodiscard]] std::optional<std::size_t> constant_of(const Node& node) const {
    return std::holds_alternative<network::Binary>(node.op) ? constant_side(graph_, node) : std::nullopt;
  }

  const Graph& graph_;
  std::vector<std::vector<network::NodeId>> readers_;
  std::vector<network::NodeId> makers_;
  std::vector<bool> absorbed_;
  std::vector<bool> is_function_;
  std::vector<bool> starts_;
  std::vector<ValueId> arguments_;
};

}  // namespace

bool multiplies(const network::Operator& op) { return is_one_of<network::Conv, network::Gemm, network::MatMul>(op); }

CodedValues coded_values(const Graph& graph) { return Chooser(graph).run(); }

bool codes_constant(const Graph& graph, const Node& node, std::size_t input) {
  const network::Value& value = graph.value(node.inputs[input]);
  if (!value.constant || value.type.element != tensor::Type::kFloat32) return false;
  if (std::holds_alternative<network::Concat>(node.op)) return true;
  const auto* op = std::get_if<network::Binary>(&node.op);
  return op != nullptr && constant_side(graph, node) && value.type.elements() > 1 &&
         (op->kind == Kind::kAdd || op->kind == Kind::kSubtract || op->kind == Kind::kMultiply);
}

}  // namespace heddle::compression
