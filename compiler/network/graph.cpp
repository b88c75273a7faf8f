#include "compiler/network/graph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <set>

namespace heddle::network {

std::int64_t TensorType::elements() const {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) count *= extent;
  return count;
}

std::string to_string(const TensorType& type) {
  return fmt::format("{}[{}]", tensor::name(type.element), fmt::join(type.shape, ","));
}

std::vector<NodeId> producers(const Graph& graph) {
  std::vector<NodeId> result(graph.values.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    for (const ValueId output : graph.nodes[i].outputs) result[output.index()] = NodeId(static_cast<std::int64_t>(i));
  return result;
}

std::vector<std::vector<NodeId>> consumers(const Graph& graph) {
  std::vector<std::vector<NodeId>> result(graph.values.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const NodeId node(static_cast<std::int64_t>(i));
    for (const ValueId input : graph.nodes[i].inputs) {
      if (!input.valid()) continue;
      auto& readers = result[input.index()];
      if (readers.empty() || readers.back() != node) readers.push_back(node);
    }
  }
  return result;
}

namespace {

std::string names_of(const Graph& graph, const std::vector<NodeId>& nodes) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < nodes.size() && i < 8; ++i)
    names.push_back(fmt::format("'{}'", graph.node(nodes[i]).name));
  return fmt::format("{}{}", fmt::join(names, ", "), nodes.size() > 8 ? ", ..." : "");
}

}  // namespace

Status sort_nodes(Graph& graph) {
  const auto makers = producers(graph);
  const auto readers = consumers(graph);
  std::vector<std::size_t> waiting(graph.nodes.size());
  std::priority_queue<NodeId, std::vector<NodeId>, std::greater<>> ready;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    std::set<ValueId> needed;
    for (const ValueId input : graph.nodes[i].inputs)
      if (input.valid() && makers[input.index()].valid()) needed.insert(input);
    waiting[i] = needed.size();
    if (needed.empty()) ready.emplace(static_cast<std::int64_t>(i));
  }
  std::vector<Node> sorted;
  while (!ready.empty()) {
    const NodeId next = ready.top();
    ready.pop();
    for (const ValueId output : graph.node(next).outputs)
      for (const NodeId reader : readers[output.index()])
        if (--waiting[reader.index()] == 0) ready.push(reader);
    sorted.push_back(graph.node(next));
  }
  if (sorted.size() == graph.nodes.size()) {
    graph.nodes = std::move(sorted);
    return {};
  }
  std::vector<NodeId> stuck;
  for (std::size_t i = 0; i < waiting.size(); ++i)
    if (waiting[i] > 0) stuck.emplace_back(static_cast<std::int64_t>(i));
  return fail(ErrorCode::kBadInput, fmt::format("the graph has a cycle: among or behind {}", names_of(graph, stuck)));
}

void remove_unused(Graph& graph) {
  std::vector<bool> needed(graph.values.size());
  for (const ValueId output : graph.outputs) needed[output.index()] = true;
  std::vector<Node> kept;
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    Node& node = graph.nodes[i];
    const bool used =
        std::any_of(node.outputs.begin(), node.outputs.end(), [&](ValueId v) { return needed[v.index()]; });
    if (!used) continue;
    for (const ValueId input : node.inputs)
      if (input.valid()) needed[input.index()] = true;
    for (const ValueId output : node.outputs) needed[output.index()] = true;
    kept.push_back(std::move(node));
  }
  std::reverse(kept.begin(), kept.end());
  graph.nodes = std::move(kept);
  for (const ValueId input : graph.inputs) needed[input.index()] = true;

  std::vector<ValueId> renamed(graph.values.size());
  std::vector<Value> values;
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    if (!needed[i]) continue;
    renamed[i] = ValueId(static_cast<std::int64_t>(values.size()));
    values.push_back(std::move(graph.values[i]));
  }
  graph.values = std::move(values);
  const auto rename = [&](std::vector<ValueId>& ids) {
    for (ValueId& id : ids)
      if (id.valid()) id = renamed[id.index()];
  };
  rename(graph.inputs);
  rename(graph.outputs);
  for (Node& node : graph.nodes) {
    rename(node.inputs);
    rename(node.outputs);
  }
}

std::int64_t macs(const Graph& graph, const Node& node) {
  const auto shape = [&](ValueId id) -> const Extents& { return graph.value(id).type.shape; };
  const auto window_macs = [&](ValueId positions) {
    const Extents& weights = shape(node.inputs[1]);
    std::int64_t each = 1;
    for (std::size_t axis = 1; axis < weights.size(); ++axis) each *= weights[axis];
    return graph.value(positions).type.elements() * each;
  };
  if (std::holds_alternative<Conv>(node.op) || std::holds_alternative<IntegerConv>(node.op))
    return window_macs(node.outputs[0]);
  if (std::holds_alternative<ConvTranspose>(node.op)) return window_macs(node.inputs[0]);
  const std::int64_t results = node.outputs.empty() ? 0 : graph.value(node.outputs[0]).type.elements();
  if (const auto* gemm = std::get_if<Gemm>(&node.op)) return results * shape(node.inputs[0])[gemm->transpose_a ? 0 : 1];
  if (std::holds_alternative<MatMul>(node.op) || std::holds_alternative<IntegerMatMul>(node.op))
    return results * shape(node.inputs[0]).back();
  if (const auto* attention = std::get_if<Attention>(&node.op)) {
    const Extents& k = shape(node.inputs[1]);
    const std::int64_t keys = k[k.size() - (attention->keys_transposed ? 1 : 2)];
    return graph.value(node.inputs[0]).type.elements() * keys + results * keys;
  }
  return 0;
}

std::int64_t parameters(const Graph& graph, const Node& node) {
  const std::set<ValueId> inputs(node.inputs.begin(), node.inputs.end());
  std::int64_t count = 0;
  for (const ValueId input : inputs)
    if (input.valid() && graph.value(input).constant) count += graph.value(input).type.elements();
  return count;
}

std::string print(const Graph& graph) {
  std::string out = fmt::format("network {}\n", graph.name.empty() ? "-" : graph.name);
  const auto codes = [&](const Value& value) {
    if (!value.quantization) return std::string();
    const Quantization& q = *value.quantization;
    if (q.axis) return fmt::format(" codes of {} scales along axis {}", q.scales.size(), *q.axis);
    return fmt::format(" codes scale {} zero {}", q.scales[0], q.zero_points[0]);
  };
  for (const ValueId id : graph.inputs)
    out += fmt::format("input {}: {}\n", graph.value(id).name, to_string(graph.value(id).type));
  for (const Value& value : graph.values)
    if (value.constant) out += fmt::format("constant {}: {}{}\n", value.name, to_string(value.type), codes(value));
  for (const Node& node : graph.nodes) {
    std::vector<std::string> results;
    std::vector<std::string> operands;
    for (const ValueId id : node.outputs)
      results.push_back(
          fmt::format("{}: {}{}", graph.value(id).name, to_string(graph.value(id).type), codes(graph.value(id))));
    for (const ValueId id : node.inputs) operands.push_back(id.valid() ? graph.value(id).name : "-");
    const std::string attributes = attributes_text(node.op);
    out += fmt::format("{} = {}({}){}\n", fmt::join(results, "; "), name(node.op), fmt::join(operands, ", "),
                       attributes.empty() ? "" : " {" + attributes + "}");
  }
  for (const ValueId id : graph.outputs) out += fmt::format("output {}\n", graph.value(id).name);
  return out;
}

}  // namespace heddle::network
