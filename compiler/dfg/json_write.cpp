#include "compiler/dfg/text.h"

namespace heddle::dfg {
namespace {

class Writer {
 public:
  explicit Writer(const Graph& graph) : graph_(graph) {}

  Json write() const {
    Json root = {{"schema", "heddle.dfg/1"}, {"name", graph_.name}, {"word_bits", graph_.word_bits}};
    if (graph_.trip_count) root["trip_count"] = *graph_.trip_count;
    root["arrays"] = Json::array();
    for (const Array& entry : graph_.arrays) root["arrays"].push_back(array(entry));
    root["live_ins"] = Json::array();
    for (const LiveIn& entry : graph_.live_ins) root["live_ins"].push_back({{"name", entry.name}});
    root["live_outs"] = Json::array();
    for (const LiveOut& entry : graph_.live_outs) root["live_outs"].push_back({{"name", entry.name}});
    if (!graph_.loops.empty()) root["loops"] = immediates(graph_.loops);
    root["nodes"] = Json::array();
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) root["nodes"].push_back(node(i));
    root["order"] = Json::array();
    for (const OrderEdge& edge : graph_.order)
      root["order"].push_back({{"from", edge.from.value}, {"to", edge.to.value}, {"distance", edge.distance}});
    return root;
  }

 private:
  static Json array(const Array& array) {
    Json json = {{"name", array.name}, {"element_bytes", array.element_bytes}};
    if (array.bytes) json["bytes"] = *array.bytes;
    json["read"] = array.read;
    json["written"] = array.written;
    return json;
  }

  Json node(std::size_t index) const {
    const Node& node = graph_.nodes[index];
    Json json = {{"id", index}, {"op", name(node.op)}};
    static constexpr const char* kPortNames[] = {"a", "b", "c"};
    for (std::size_t port = 0; port < kPorts; ++port)
      if (node.operands[port].present()) json[kPortNames[port]] = operand(node.operands[port]);
    if (is_memory(node.op)) {
      json["array"] = graph_.arrays[node.array.index()].name;
      json["offset"] = node.offset;
      json["shift"] = node.shift;
      if (node.step) json["step"] = immediate(*node.step);
      if (!node.outer_steps.empty()) json["outer_steps"] = immediates(node.outer_steps);
      if (node.gate) json["when"] = edge(*node.gate);
    }
    if (node.live_out) json["live_out"] = graph_.live_outs[static_cast<std::size_t>(*node.live_out)].name;
    if (!node.name.empty()) json["name"] = node.name;
    if (!node.where.file.empty()) json["file"] = node.where.file;
    if (node.where.line != 0) json["line"] = node.where.line;
    if (node.where.column != 0) json["column"] = node.where.column;
    return json;
  }

  Json operand(const Operand& operand) const {
    Json json = operand.is_node() ? Json{{"node", operand.node.value}} : immediate(operand.immediate);
    if (operand.distance != 0) json["distance"] = operand.distance;
    if (operand.initial) json["initial"] = immediate(*operand.initial);
    if (operand.edge) json["at"] = edge(*operand.edge);
    return json;
  }

  static Json edge(const LoopEdge& edge) { return {{edge.last ? "last" : "first", edge.loop}}; }

  Json immediates(const std::vector<Immediate>& list) const {
    Json json = Json::array();
    for (const Immediate& entry : list) json.push_back(immediate(entry));
    return json;
  }

  Json immediate(const Immediate& immediate) const {
    switch (immediate.kind) {
      case Immediate::Kind::kConstant: return {{"constant", immediate.value}};
      case Immediate::Kind::kLiveIn: return {{"live_in", graph_.live_ins[immediate.live_in.index()].name}};
      case Immediate::Kind::kArrayBase: break;
    }
    return {{"array", graph_.arrays[immediate.array.index()].name}, {"offset", immediate.value}};
  }

  const Graph& graph_;
};

}  // namespace

Json to_json(const Graph& graph) { return Writer(graph).write(); }

}  // namespace heddle::dfg
