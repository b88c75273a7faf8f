#include "compiler/network/evaluate.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/network/infer.h"
#include "compiler/network/kernels.h"

namespace heddle::network {
namespace {

using Shared = std::shared_ptr<const tensor::Tensor>;

Status check_inputs(const Graph& graph, const Tensors& inputs) {
  for (const ValueId id : graph.inputs) {
    const Value& value = graph.value(id);
    const auto found = inputs.find(value.name);
    if (found == inputs.end())
      return fail(ErrorCode::kBadInput,
                  fmt::format("the input '{}' ({}) is missing", value.name, to_string(value.type)));
    const TensorType type{found->second.type, found->second.shape};
    if (type != value.type)
      return fail(ErrorCode::kBadInput,
                  fmt::format("the input '{}' is {}, expected {}", value.name, to_string(type), to_string(value.type)));
  }
  for (const auto& [name, tensor] : inputs) {
    const bool known =
        std::any_of(graph.inputs.begin(), graph.inputs.end(), [&](ValueId id) { return graph.value(id).name == name; });
    if (!known) return fail(ErrorCode::kBadInput, fmt::format("the network has no input '{}'", name));
  }
  return {};
}

/// For every value the number of nodes still to read it; outputs are read once more.
std::vector<std::size_t> count_reads(const Graph& graph) {
  std::vector<std::size_t> reads(graph.values.size());
  for (const Node& node : graph.nodes)
    for (const ValueId input : node.inputs)
      if (input.valid()) ++reads[input.index()];
  for (const ValueId output : graph.outputs) ++reads[output.index()];
  return reads;
}

}  // namespace

Result<std::vector<tensor::Tensor>> evaluate(const Operator& op, const std::vector<const tensor::Tensor*>& inputs,
                                             const std::vector<TensorType>& results) {
  Results out;
  for (const TensorType& type : results) out.push_back(tensor::make_tensor(type.element, type.shape));
  HEDDLE_TRY(std::visit([&](const auto& kind) { return run(kind, inputs, out); }, op));
  return out;
}

Result<Tensors> evaluate(const Graph& graph, const Tensors& inputs, const Context& context, const Observer& observer) {
  HEDDLE_TRY(check_inputs(graph, inputs));
  std::vector<Shared> values(graph.values.size());
  std::vector<std::size_t> reads = count_reads(graph);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = graph.values[i].constant;
  for (const ValueId id : graph.inputs) values[id.index()] = Shared(Shared(), &inputs.at(graph.value(id).name));
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    if (context.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
    context.progress("layers", static_cast<std::int64_t>(i), static_cast<std::int64_t>(graph.nodes.size()));
    Operands operands;
    for (const ValueId input : node.inputs) operands.push_back(input.valid() ? values[input.index()].get() : nullptr);
    std::vector<TensorType> types;
    for (const ValueId output : node.outputs) types.push_back(graph.value(output).type);
    auto results = evaluate(node.op, operands, types);
    if (!results) {
      results.error().message = fmt::format("node '{}' ({}): {}", node.name, name(node.op), results.error().message);
      return fail(results.error());
    }
    for (std::size_t j = 0; j < results->size(); ++j) {
      if (observer) observer(node, j, (*results)[j]);
      const ValueId output = node.outputs[j];
      if (reads[output.index()] > 0)
        values[output.index()] = std::make_shared<tensor::Tensor>(std::move((*results)[j]));
    }
    for (const ValueId input : node.inputs)
      if (input.valid() && --reads[input.index()] == 0) values[input.index()].reset();
  }
  Tensors outputs;
  for (const ValueId id : graph.outputs) outputs[graph.value(id).name] = *values[id.index()];
  return outputs;
}

}  // namespace heddle::network
