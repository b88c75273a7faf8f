#include "compiler/dfg/graph.h"

#include <algorithm>

namespace heddle::dfg {

Operand Operand::of(Immediate immediate) {
  Operand operand;
  operand.kind = Kind::kImmediate;
  operand.immediate = immediate;
  return operand;
}

Operand Operand::of(NodeId node, int distance, std::optional<Immediate> initial) {
  Operand operand;
  operand.kind = Kind::kNode;
  operand.node = node;
  operand.distance = distance;
  operand.initial = initial;
  return operand;
}

Operand Operand::reset(Immediate at_edge, LoopEdge at) const {
  Operand operand = *this;
  operand.initial = at_edge;
  operand.edge = at;
  return operand;
}

std::vector<ValueEdge> value_edges(const Graph& graph) {
  std::vector<ValueEdge> edges;
  for (std::size_t to = 0; to < graph.nodes.size(); ++to) {
    for (int port = 0; port < kPorts; ++port) {
      const Operand& operand = graph.nodes[to].port(static_cast<Port>(port));
      if (operand.is_node())
        edges.push_back(
            {operand.node, NodeId(static_cast<std::int64_t>(to)), static_cast<Port>(port), operand.distance});
    }
  }
  return edges;
}

std::vector<Immediate> constant_fields(const Node& node) {
  std::vector<Immediate> fields;
  const auto need = [&fields](const Immediate& immediate) {
    if (std::find(fields.begin(), fields.end(), immediate) == fields.end()) fields.push_back(immediate);
  };
  if (is_memory(node.op)) need(Immediate::array_base(node.array, node.offset));
  if (node.step) fields.push_back(*node.step);
  fields.insert(fields.end(), node.outer_steps.begin(), node.outer_steps.end());
  for (const Operand& operand : node.operands) {
    const bool zero = operand.edge && operand.immediate == Immediate::constant(0);
    if (operand.kind == Operand::Kind::kImmediate && !zero) need(operand.immediate);
    if (operand.initial) need(*operand.initial);
  }
  return fields;
}

}  // namespace heddle::dfg
