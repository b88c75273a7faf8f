#include <fmt/format.h>

#include "compiler/dfg/number_text.h"
#include "compiler/dfg/text.h"

namespace heddle::dfg {
namespace {

/// For use between double quotes in DOT; bytes that are no text become '?', since Graphviz insists on UTF-8.
std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F ? '?' : c;
  }
  return escaped;
}

const char* fill(const Node& node) {
  if (is_load(node.op)) return "#cfe3f7";
  if (is_store(node.op)) return "#f7d9cf";
  if (node.op == Opcode::kMul || is_division(node.op) || is_packed(node.op)) return "#e4d5f2";
  if (node.op == Opcode::kSelect || (node.op >= Opcode::kEq && node.op <= Opcode::kUle)) return "#f6efc6";
  return "#ffffff";
}

class DotWriter {
 public:
  explicit DotWriter(const Graph& graph) : graph_(graph) {}

  std::string write() {
    text_ = fmt::format("digraph \"{}\" {{\n", escape(graph_.name));
    text_ += "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=11];\n";
    text_ += "  edge [fontname=\"sans-serif\", fontsize=9];\n";
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) node(i);
    for (const ValueEdge& edge : value_edges(graph_)) value_edge(edge);
    for (const OrderEdge& edge : graph_.order) order_edge(edge);
    return std::move(text_) + "}\n";
  }

 private:
  void node(std::size_t index) {
    const Node& node = graph_.nodes[index];
    std::string label(name(node.op));
    if (is_memory(node.op)) label += " " + escape(graph_.arrays[node.array.index()].name);
    for (int port = 0; port < kPorts; ++port)
      if (const Operand& operand = node.port(static_cast<Port>(port)); operand.kind == Operand::Kind::kImmediate)
        label += " " + immediate(operand.immediate, node.op, static_cast<Port>(port));
    if (!node.name.empty()) label += "\\n" + escape(node.name);
    text_ += fmt::format("  n{} [label=\"{}\", opcode={}{}, fillcolor=\"{}\", tooltip=\"{}\"];\n", index, label,
                         name(node.op), immediate_attributes(node), fill(node), tooltip(node, index));
    if (!node.live_out) return;
    const std::string out = escape(graph_.live_outs[static_cast<std::size_t>(*node.live_out)].name);
    text_ += fmt::format("  out{0} [label=\"{1}\", opcode=output, shape=plaintext, style=\"\"];\n  n{2} -> out{0};\n",
                         *node.live_out, out, index);
  }

  /// For programs that read the picture: imm_a="4", imm_b="$bias".
  [[nodiscard]] std::string immediate_attributes(const Node& node) const {
    std::string text;
    for (std::size_t port = 0; port < kPorts; ++port)
      if (const Operand& operand = node.operands[port]; operand.kind == Operand::Kind::kImmediate)
        text += fmt::format(", imm_{}=\"{}\"", "abc"[port],
                            operand.immediate.kind == Immediate::Kind::kConstant
                                ? std::to_string(operand.immediate.value)
                                : immediate(operand.immediate, node.op, static_cast<Port>(port)));
    return text;
  }

  static std::string tooltip(const Node& node, std::size_t index) {
    const std::string id = fmt::format("%n{}", index);
    return node.where.line == 0 ? id : fmt::format("{} {}:{}", id, escape(node.where.file), node.where.line);
  }

  std::string immediate(const Immediate& immediate, Opcode op, Port port) const {
    switch (immediate.kind) {
      case Immediate::Kind::kConstant: return constant_text(op, port, immediate.value);
      case Immediate::Kind::kLiveIn: return "$" + escape(graph_.live_ins[immediate.live_in.index()].name);
      case Immediate::Kind::kArrayBase: break;
    }
    return fmt::format("&{}{:+}", escape(graph_.arrays[immediate.array.index()].name), immediate.value);
  }

  void value_edge(const ValueEdge& edge) {
    const Node& consumer = graph_.node(edge.to);
    std::string label;
    if (info(consumer.op).operands > 1 && (!info(consumer.op).commutative || edge.port == Port::kC))
      label = "abc"[static_cast<int>(edge.port)];
    if (is_memory(consumer.op)) label = edge.port == Port::kA ? "index" : edge.port == Port::kB ? "data" : "if";
    if (edge.distance > 0) label += fmt::format("{}@{}", label.empty() ? "" : " ", edge.distance);
    const Operand& operand = consumer.port(edge.port);
    if (operand.initial) label += " init " + immediate(*operand.initial, consumer.op, edge.port);
    if (operand.edge) label += fmt::format(" first {}", operand.edge->loop);
    // A loop-carried edge must not pull its consumer below its producer.
    const char* style = edge.distance > 0 ? ", color=\"#b03030\", constraint=false" : "";
    text_ += fmt::format("  n{} -> n{} [label=\"{}\", port={}, distance={}{}];\n", edge.from.value, edge.to.value,
                         label, "abc"[static_cast<int>(edge.port)], edge.distance, style);
  }

  void order_edge(const OrderEdge& edge) {
    const std::string label = edge.distance > 0 ? fmt::format("@{}", edge.distance) : "";
    const char* free = edge.distance > 0 ? ", constraint=false" : "";
    text_ += fmt::format("  n{} -> n{} [label=\"{}\", style=dashed, color=\"#808080\", type=order, distance={}{}];\n",
                         edge.from.value, edge.to.value, label, edge.distance, free);
  }

  const Graph& graph_;
  std::string text_;
};

}  // namespace

std::string to_dot(const Graph& graph) { return DotWriter(graph).write(); }

}  // namespace heddle::dfg
