#include "compiler/network/summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace heddle::network {

std::vector<LayerSummary> summarize(const Graph& graph) {
  std::vector<LayerSummary> rows;
  for (const Node& node : graph.nodes) {
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    for (const ValueId id : node.inputs)
      if (id.valid() && !graph.value(id).constant) inputs.push_back(to_string(graph.value(id).type));
    for (const ValueId id : node.outputs) outputs.push_back(to_string(graph.value(id).type));
    rows.push_back({node.name, std::string(name(node.op)), attributes_text(node.op),
                    fmt::format("{}", fmt::join(inputs, " ")), fmt::format("{}", fmt::join(outputs, " ")),
                    macs(graph, node), parameters(graph, node)});
  }
  return rows;
}

Json summary_json(const Graph& graph) {
  const auto types = [&](const std::vector<ValueId>& ids) {
    Json list = Json::array();
    for (const ValueId id : ids)
      list.push_back({{"name", graph.value(id).name},
                      {"type", tensor::name(graph.value(id).type.element)},
                      {"shape", graph.value(id).type.shape}});
    return list;
  };
  Json layers = Json::array();
  std::int64_t all_macs = 0;
  for (const LayerSummary& row : summarize(graph)) {
    all_macs += row.macs;
    layers.push_back({{"name", row.name},
                      {"operator", row.op},
                      {"attributes", row.attributes},
                      {"inputs", row.inputs},
                      {"outputs", row.outputs},
                      {"macs", row.macs},
                      {"parameters", row.parameters}});
  }
  std::int64_t all_parameters = 0;
  for (const Value& value : graph.values)
    if (value.constant) all_parameters += value.type.elements();
  return {{"schema", "heddle.network/1"},    {"name", graph.name},          {"inputs", types(graph.inputs)},
          {"outputs", types(graph.outputs)}, {"layers", std::move(layers)}, {"macs", all_macs},
          {"parameters", all_parameters}};
}

}  // namespace heddle::network
