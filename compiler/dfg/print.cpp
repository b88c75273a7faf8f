#include <fmt/format.h>

#include "compiler/dfg/scanner.h"
#include "compiler/dfg/text.h"

namespace heddle::dfg {
namespace {

class Printer {
 public:
  explicit Printer(const Graph& graph) : graph_(graph) {}

  std::string print() {
    header();
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) node(i);
    for (const OrderEdge& edge : graph_.order) {
      text_ += fmt::format("order %n{} -> %n{}", edge.from.value, edge.to.value);
      if (edge.distance != 0) text_ += fmt::format(" distance {}", edge.distance);
      text_ += '\n';
    }
    return std::move(text_);
  }

 private:
  void header() {
    text_ += fmt::format("graph {} word {}", quote_name(graph_.name), graph_.word_bits);
    if (graph_.trip_count) text_ += fmt::format(" trip {}", *graph_.trip_count);
    text_ += '\n';
    for (const Array& array : graph_.arrays) {
      text_ += fmt::format("array {} element {}", quote_name(array.name), array.element_bytes);
      if (array.bytes) text_ += fmt::format(" bytes {}", *array.bytes);
      text_ += fmt::format("{}{}\n", array.read ? " read" : "", array.written ? " write" : "");
    }
    for (const LiveIn& live_in : graph_.live_ins) text_ += fmt::format("live_in {}\n", quote_name(live_in.name));
    for (const LiveOut& live_out : graph_.live_outs) text_ += fmt::format("live_out {}\n", quote_name(live_out.name));
    if (graph_.loops.empty()) return;
    text_ += "loops ";
    immediates(graph_.loops);
    text_ += '\n';
  }

  void node(std::size_t index) {
    const Node& node = graph_.nodes[index];
    text_ += fmt::format("%n{} = {} ", index, name(node.op));
    is_memory(node.op) ? memory(node) : arithmetic(node);
    if (node.live_out)
      text_ += " live_out " + quote_name(graph_.live_outs[static_cast<std::size_t>(*node.live_out)].name);
    annotation(node);
    text_ += '\n';
  }

  void arithmetic(const Node& node) {
    const bool with_c = info(node.op).optional_c && node.port(Port::kC).present();
    for (int port = 0; port < (with_c ? kPorts : info(node.op).operands); ++port) {
      if (port > 0) text_ += ", ";
      operand(node.port(static_cast<Port>(port)));
    }
  }

  void memory(const Node& node) {
    text_ += quote_name(graph_.arrays[node.array.index()].name) + "[";
    node.port(Port::kA).present() ? operand(node.port(Port::kA)) : void(text_ += "_");
    if (node.shift != 0) text_ += fmt::format(" << {}", node.shift);
    if (node.offset != 0) text_ += fmt::format(" + {}", node.offset);
    if (node.step) {
      text_ += " step ";
      immediate(*node.step);
      if (!node.outer_steps.empty()) text_ += ", ";
      immediates(node.outer_steps);
    }
    text_ += "]";
    if (is_store(node.op)) {
      text_ += ", ";
      operand(node.port(Port::kB));
    }
    if (node.port(Port::kC).present()) {
      text_ += " if ";
      operand(node.port(Port::kC));
    }
    if (!node.gate) return;
    text_ += " when";
    edge(*node.gate);
  }

  void edge(const LoopEdge& edge) { text_ += fmt::format(" {} {}", edge.last ? "last" : "first", edge.loop); }

  void immediates(const std::vector<Immediate>& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) text_ += ", ";
      immediate(list[i]);
    }
  }

  void operand(const Operand& operand) {
    operand.is_node() ? void(text_ += fmt::format("%n{}", operand.node.value)) : immediate(operand.immediate);
    if (operand.distance != 0) text_ += fmt::format("@{}", operand.distance);
    if (!operand.initial) return;
    text_ += " init ";
    immediate(*operand.initial);
    if (operand.edge) edge(*operand.edge);
  }

  void immediate(const Immediate& immediate) {
    switch (immediate.kind) {
      case Immediate::Kind::kConstant: text_ += fmt::format("{}", immediate.value); return;
      case Immediate::Kind::kLiveIn: text_ += "$" + quote_name(graph_.live_ins[immediate.live_in.index()].name); return;
      case Immediate::Kind::kArrayBase: break;
    }
    text_ += "&" + quote_name(graph_.arrays[immediate.array.index()].name);
    if (immediate.value != 0) text_ += fmt::format("{:+}", immediate.value);
  }

  /// `; name, file:line:column`, as much of it as there is.
  void annotation(const Node& node) {
    const Mark& where = node.where;
    const bool placed = where != Mark{};
    if (node.name.empty() && !placed) return;
    text_ += "  ; " + (node.name.empty() ? "" : quote_name(node.name));
    if (!placed) return;
    text_ += ", " + quote_file(where.file);
    if (where.line != 0 || where.column != 0) text_ += fmt::format(":{}", where.line);
    if (where.column != 0) text_ += fmt::format(":{}", where.column);
  }

  const Graph& graph_;
  std::string text_;
};

}  // namespace

std::string print_text(const Graph& graph) { return Printer(graph).print(); }

}  // namespace heddle::dfg
