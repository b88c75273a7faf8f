#include <fmt/format.h>

#include <algorithm>

#include "compiler/dfg/number_operations.h"
#include "compiler/dfg/number_text.h"
#include "compiler/mapper/bounds.h"
#include "compiler/mapper/explain.h"
#include "runtime/report/graph_layout.h"
#include "runtime/report/layers_text.h"
#include "runtime/report/network_layout.h"
#include "runtime/report/page.h"

namespace heddle::report {
namespace {

double rounded(double value) {
  return static_cast<double>(static_cast<std::int64_t>(value * 10 + (value < 0 ? -0.5 : 0.5))) / 10;
}

/// As `op` reads it at `port`.
std::string immediate_text(const dfg::Graph& graph, const dfg::Immediate& immediate, dfg::Opcode op, dfg::Port port) {
  switch (immediate.kind) {
    case dfg::Immediate::Kind::kConstant: return dfg::constant_text(op, port, immediate.value);
    case dfg::Immediate::Kind::kLiveIn: return graph.live_ins[immediate.live_in.index()].name;
    case dfg::Immediate::Kind::kArrayBase:
      return fmt::format("&{}{}", graph.arrays[immediate.array.index()].name,
                         immediate.value == 0 ? "" : fmt::format("{:+}", immediate.value));
  }
  return {};
}

std::string edge_text(const dfg::LoopEdge& edge) {
  return fmt::format("the {} iteration of inner loop {}", edge.last ? "last" : "first", edge.loop);
}

std::string operand_text(const dfg::Graph& graph, const dfg::Node& node, dfg::Port port) {
  const dfg::Operand& operand = node.port(port);
  const bool immediate = operand.kind == dfg::Operand::Kind::kImmediate;
  std::string text =
      immediate ? immediate_text(graph, operand.immediate, node.op, port) : fmt::format("n{}", operand.node.value);
  if (operand.distance > 0)
    text += fmt::format(" of {} iteration{} ago", operand.distance, operand.distance == 1 ? "" : "s");
  if (!operand.initial) return text;
  const std::string initial = immediate_text(graph, *operand.initial, node.op, port);
  return text + (operand.edge ? fmt::format(", {} in {}", initial, edge_text(*operand.edge))
                              : fmt::format(", at first {}", initial));
}

Json operands_json(const dfg::Graph& graph, const dfg::Node& node) {
  Json operands = Json::array();
  constexpr const char* kNames[] = {"a", "b", "c"};
  for (std::size_t port = 0; port < node.operands.size(); ++port) {
    if (!node.operands[port].present()) continue;
    operands.push_back({{"port", kNames[port]}, {"text", operand_text(graph, node, static_cast<dfg::Port>(port))}});
  }
  if (node.step)
    operands.push_back({{"port", "step"}, {"text", immediate_text(graph, *node.step, node.op, dfg::Port::kA)}});
  for (std::size_t loop = 0; loop < node.outer_steps.size(); ++loop)
    operands.push_back({{"port", fmt::format("step at the end of inner loop {}", loop)},
                        {"text", immediate_text(graph, node.outer_steps[loop], node.op, dfg::Port::kA)}});
  if (node.gate) operands.push_back({{"port", "only in"}, {"text", edge_text(*node.gate)}});
  return operands;
}

/// What the drawing of the graph writes on a node: the operation, its immediates and its array.
std::string label(const dfg::Graph& graph, const dfg::Node& node) {
  std::string text(dfg::name(node.op));
  if (dfg::is_memory(node.op)) return text + " " + graph.arrays[node.array.index()].name;
  for (int k = 0; k < dfg::kPorts; ++k) {
    const auto port = static_cast<dfg::Port>(k);
    if (node.port(port).kind == dfg::Operand::Kind::kImmediate)
      text += " " + immediate_text(graph, node.port(port).immediate, node.op, port);
  }
  return text;
}

double label_width(const std::string& text) {
  return 18 + 7.0 * static_cast<double>(std::min<std::size_t>(text.size(), 28));
}

Json place_json(const mapper::Hop& hop) {
  switch (hop.place.kind) {
    case mapper::Place::Kind::kResult: return {hop.cycle, "res", hop.place.pe.value};
    case mapper::Place::Kind::kRegister: return {hop.cycle, "reg", hop.place.pe.value, hop.place.reg};
    case mapper::Place::Kind::kLink: return {hop.cycle, "link", hop.place.link.value};
  }
  return {};
}

Json node_json(const PageInput& input, const PageRegion& region, std::size_t index, const Box& box) {
  const dfg::Graph& graph = region.graph;
  const dfg::Node& node = graph.nodes[index];
  Json json{{"op", dfg::name(node.op)},
            {"class", operation_class(node.op)},
            {"label", label(graph, node)},
            {"name", node.name},
            {"file", node.where.file},
            {"line", node.where.line},
            {"operands", operands_json(graph, node)},
            {"box", {rounded(box.x), rounded(box.y), rounded(box.width), rounded(box.height)}}};
  if (dfg::is_memory(node.op)) {
    json["memory"] = fmt::format("{}{} + (a << {})", graph.arrays[node.array.index()].name,
                                 node.offset == 0 ? "" : fmt::format(" {:+}", node.offset), node.shift);
  }
  if (node.live_out) json["live_out"] = graph.live_outs[static_cast<std::size_t>(*node.live_out)].name;
  if (region.mapped()) {
    const mapper::Placement& placement = region.mapping.nodes[index];
    const auto timing = input.cgra.timing(placement.pe, node.op).value_or(arch::Timing{});
    json["pe"] = placement.pe.value;
    json["time"] = placement.time;
    json["latency"] = timing.latency;
    json["interval"] = timing.interval;
  }
  return json;
}

Json curve_json(Json json, const Curve& curve) {
  json["path"] = curve.path;
  json["label"] = {rounded(curve.label_x), rounded(curve.label_y)};
  return json;
}

Json edges_json(const PageRegion& region, const GraphLayout& layout) {
  Json edges = Json::array();
  const auto values = dfg::value_edges(region.graph);
  for (std::size_t i = 0; i < values.size(); ++i) {
    Json edge{{"from", values[i].from.value},
              {"to", values[i].to.value},
              {"port", static_cast<int>(values[i].port)},
              {"distance", values[i].distance}};
    Json hops = Json::array();
    if (i < region.mapping.routes.size()) {
      for (const mapper::Hop& hop : region.mapping.routes[i].hops) hops.push_back(place_json(hop));
    }
    edge["hops"] = hops;
    edges.push_back(curve_json(std::move(edge), layout.values[i]));
  }
  return edges;
}

int schedule_length(const arch::Cgra& cgra, const PageRegion& region) {
  int length = 0;
  for (std::size_t i = 0; i < region.graph.nodes.size(); ++i) {
    const mapper::Placement& placement = region.mapping.nodes[i];
    const auto timing = cgra.timing(placement.pe, region.graph.nodes[i].op).value_or(arch::Timing{});
    length = std::max(length, placement.time + timing.latency);
  }
  return length;
}

Json share_json(const char* name, const mapper::Utilization::Share& share) {
  return {{"name", name}, {"used", share.used}, {"of", share.available}};
}

/// The operations of the first binding bound, and how full the array is.
void add_analysis(Json& json, const PageInput& input, const PageRegion& region) {
  json["deciding"] = Json::array();
  json["use"] = Json::array();
  if (!region.mapped()) return;
  const mapper::Problem problem{region.graph, input.cgra};
  if (const auto bounds = mapper::bounds(problem)) {
    const int mii = bounds->mii();
    const mapper::Bound& binding = bounds->rec.value == mii   ? bounds->rec
                                   : bounds->res.value == mii ? bounds->res
                                                              : bounds->mem;
    for (const dfg::NodeId node : binding.nodes) json["deciding"].push_back(node.value);
  }
  const mapper::Utilization use = mapper::utilization(problem, region.mapping);
  json["use"] = {share_json("issue slots", use.issue),
                 share_json("memory ports", use.memory),
                 share_json("links", use.links),
                 share_json("registers", use.registers),
                 share_json("register reads", use.read_ports),
                 share_json("register writes", use.write_ports)};
}

Json region_json(const PageInput& input, const PageRegion& region) {
  std::vector<double> widths;
  for (const dfg::Node& node : region.graph.nodes) widths.push_back(label_width(label(region.graph, node)));
  const GraphLayout layout = lay_out(region.graph, widths);
  Json nodes = Json::array();
  for (std::size_t i = 0; i < region.graph.nodes.size(); ++i)
    nodes.push_back(node_json(input, region, i, layout.nodes[i]));
  Json orders = Json::array();
  for (std::size_t i = 0; i < region.graph.order.size(); ++i) {
    const dfg::OrderEdge& edge = region.graph.order[i];
    orders.push_back(
        curve_json({{"from", edge.from.value}, {"to", edge.to.value}, {"distance", edge.distance}}, layout.orders[i]));
  }
  Json json{{"name", region.name},
            {"mapped", region.mapped()},
            {"ii", region.mapped() ? region.mapping.ii : 0},
            {"length", region.mapped() ? schedule_length(input.cgra, region) : 0},
            {"size", {rounded(layout.width), rounded(layout.height)}},
            {"nodes", nodes},
            {"edges", edges_json(region, layout)},
            {"orders", orders}};
  add_analysis(json, input, region);
  return json;
}

Json arch_json(const arch::Cgra& cgra) {
  Json pes = Json::array();
  for (const arch::Pe& pe : cgra.pes) {
    const arch::PeClass& kind = cgra.classes[static_cast<std::size_t>(pe.pe_class)];
    pes.push_back({{"row", pe.row},
                   {"column", pe.column},
                   {"class", kind.name},
                   {"memory", kind.memory},
                   {"registers", kind.registers}});
  }
  Json links = Json::array();
  for (const arch::Link& link : cgra.links)
    links.push_back({{"from", link.from.value}, {"to", link.to.value}, {"name", link.name}, {"wrap", link.wrap}});
  return {{"name", cgra.name},
          {"description", cgra.description},
          {"rows", cgra.rows},
          {"columns", cgra.columns},
          {"word_bits", cgra.word_bits},
          {"hop_limit", cgra.bypass.hop_limit},
          {"config_depth", cgra.config_depth},
          {"scratchpad", fmt::format("{} × {} B", cgra.scratchpad.banks, cgra.scratchpad.bank_bytes)},
          {"pes", pes},
          {"macs_per_cycle", macs_per_cycle(cgra)},
          {"links", links}};
}

/// The layers, and where each is drawn.
Json network_json(const Json& layers) {
  if (layers.is_null()) return nullptr;
  constexpr double kWidth = 190;
  constexpr double kHeight = 40;
  std::vector<std::vector<int>> reads;
  for (const Json& layer : layers["layers"]) reads.push_back(layer["reads"].get<std::vector<int>>());
  const NetworkLayout layout = lay_out_network(reads, kWidth, kHeight);
  Json boxes = Json::array();
  for (const Box& box : layout.layers) boxes.push_back({rounded(box.x), rounded(box.y), box.width, box.height});
  Json json = layers;
  json["boxes"] = std::move(boxes);
  json["edges"] = layout.edges;
  json["size"] = {rounded(layout.width), rounded(layout.height)};
  return json;
}

}  // namespace

std::string operation_class(dfg::Opcode op) {
  if (dfg::is_load(op)) return "load";
  if (dfg::is_store(op)) return "store";
  if (dfg::is_number(op)) {
    using F = dfg::NumberFunction;
    const F function = dfg::number_operation(op).function;
    if (function == F::kMul || function == F::kMac) return "multiply";
    return function <= F::kMax ? "arithmetic" : function <= F::kEq ? "compare" : "move";
  }
  if (op == dfg::Opcode::kB8Pick) return "move";
  if (op == dfg::Opcode::kMul || dfg::is_division(op) || dfg::is_packed(op)) return "multiply";
  if (op == dfg::Opcode::kMov || (op >= dfg::Opcode::kSext8 && op <= dfg::Opcode::kZext32)) return "move";
  if (op >= dfg::Opcode::kAnd && op <= dfg::Opcode::kAshr) return "logic";
  if ((op >= dfg::Opcode::kEq && op <= dfg::Opcode::kUle) || op == dfg::Opcode::kSelect) return "compare";
  return "arithmetic";
}

Json page_data(const PageInput& input) {
  Json sources = Json::array();
  for (const auto& [file, text] : input.sources) sources.push_back({{"file", file}, {"text", text}});
  Json regions = Json::array();
  for (const PageRegion& region : input.regions) regions.push_back(region_json(input, region));
  return {{"schema", "heddle.page/1"},
          {"report", input.report},
          {"simulation", input.simulation},
          {"verification", input.verification},
          {"cost", input.cost},
          {"network", network_json(input.layers)},
          {"examples", input.examples},
          {"arch", arch_json(input.cgra)},
          {"sources", sources},
          {"regions", regions}};
}

}  // namespace heddle::report
