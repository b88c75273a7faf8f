#include "compiler/network/builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/network/evaluate.h"
#include "compiler/network/infer.h"
#include "compiler/network/kinds.h"
#include "compiler/tensor/elements.h"

namespace heddle::network {
namespace {

/// What the codes of a Quantize's result or a Dequantize's input mean, if scale and zero point are constant.
std::optional<Quantization> quantization(const Graph& graph, const std::vector<ValueId>& inputs, std::int64_t axis) {
  const Value& scale = graph.value(inputs[1]);
  if (!scale.constant) return std::nullopt;
  Quantization result;
  const auto scales = tensor::elements<float>(*scale.constant);
  result.scales.assign(scales.begin(), scales.end());
  result.zero_points.assign(scales.size(), 0);
  if (scales.size() > 1) result.axis = axis;
  if (inputs.size() < 3 || !inputs[2].valid()) return result;
  const Value& zero_point = graph.value(inputs[2]);
  if (!zero_point.constant) return std::nullopt;
  tensor::dispatch(zero_point.type.element, [&](auto zero) {
    const auto zeros = tensor::elements<decltype(zero)>(*zero_point.constant);
    std::copy(zeros.begin(), zeros.end(), result.zero_points.begin());
  });
  return result;
}

void note_quantization(Graph& graph, const Node& node) {
  if (const auto* op = std::get_if<Quantize>(&node.op))
    graph.values[node.outputs[0].index()].quantization = quantization(graph, node.inputs, op->axis);
  if (const auto* op = std::get_if<Dequantize>(&node.op)) {
    Value& codes = graph.values[node.inputs[0].index()];
    if (!codes.quantization) codes.quantization = quantization(graph, node.inputs, op->axis);
  }
}

}  // namespace

Builder::Builder(std::string name, FoldingBudget budget) : budget_(budget) { graph_.name = std::move(name); }

std::string Builder::unique(const std::string& wanted) {
  const std::string base = wanted.empty() ? "value" : wanted;
  std::string name = base;
  int& next = taken_[base];
  if (next > 0) {
    do name = fmt::format("{}.{}", base, next++);
    while (taken_.contains(name));
    taken_[name] = 1;
  } else {
    next = 1;
  }
  return name;
}

Result<ValueId> Builder::input(const std::string& name, TensorType type) {
  if (taken_.contains(name)) return fail(ErrorCode::kBadInput, fmt::format("two values are named '{}'", name));
  if (!is_small(type.shape))
    return fail(ErrorCode::kBadInput, fmt::format("the input '{}' ({}) is too large", name, to_string(type)));
  const ValueId id(static_cast<std::int64_t>(graph_.values.size()));
  graph_.values.push_back({unique(name), std::move(type), nullptr, std::nullopt});
  graph_.inputs.push_back(id);
  return id;
}

ValueId Builder::constant(const std::string& name, tensor::Tensor tensor) {
  const ValueId id(static_cast<std::int64_t>(graph_.values.size()));
  TensorType type{tensor.type, tensor.shape};
  graph_.values.push_back(
      {unique(name), std::move(type), std::make_shared<tensor::Tensor>(std::move(tensor)), std::nullopt});
  return id;
}

Result<std::vector<ValueId>> Builder::add(Operator op, std::vector<ValueId> inputs,
                                          const std::vector<std::string>& names, const std::string& node_name) {
  std::vector<std::optional<TensorType>> types;
  std::vector<const tensor::Tensor*> constants;
  for (const ValueId input : inputs) {
    types.push_back(input.valid() ? std::optional(graph_.value(input).type) : std::nullopt);
    constants.push_back(input.valid() ? graph_.value(input).constant.get() : nullptr);
  }
  HEDDLE_ASSIGN(const std::vector<TensorType> results, infer(op, types));
  const std::string kind(name(op));
  Node node{node_name, std::move(op), std::move(inputs), {}};
  for (std::size_t i = 0; i < results.size(); ++i) {
    node.outputs.emplace_back(static_cast<std::int64_t>(graph_.values.size()));
    graph_.values.push_back(
        {unique(i < names.size() && !names[i].empty() ? names[i] : kind), results[i], nullptr, std::nullopt});
  }
  if (node.name.empty()) node.name = graph_.value(node.outputs[0]).name;
  note_quantization(graph_, node);

  bool fold = !is_one_of<Dequantize, DecodeFloat>(node.op);
  for (std::size_t i = 0; i < node.inputs.size(); ++i)
    fold = fold && (!node.inputs[i].valid() || constants[i] != nullptr);
  if (!fold) {
    graph_.nodes.push_back(node);
    return node.outputs;
  }
  for (const auto& type : types) budget_.bytes -= type ? type->elements() : 0;  // time to read them
  for (const TensorType& type : results) budget_.bytes -= type.elements() * tensor::bytes_of(type.element);
  budget_.macs -= macs(graph_, node);
  if (budget_.bytes < 0 || budget_.macs < 0)
    return fail(ErrorCode::kUnsupported, "computing the network's constant parts takes too much memory or time");
  HEDDLE_ASSIGN(auto folded, evaluate(node.op, constants, results));
  for (std::size_t i = 0; i < folded.size(); ++i)
    graph_.values[node.outputs[i].index()].constant = std::make_shared<tensor::Tensor>(std::move(folded[i]));
  return node.outputs;
}

Result<ValueId> Builder::add1(Operator op, std::vector<ValueId> inputs, const std::string& name) {
  HEDDLE_ASSIGN(const auto results, add(std::move(op), std::move(inputs), {name}));
  HEDDLE_CHECK(results.size() == 1, "an operator of several results");
  return results[0];
}

Result<Graph> Builder::finish() && {
  remove_unused(graph_);
  HEDDLE_TRY(verify(graph_));
  return std::move(graph_);
}

}  // namespace heddle::network
