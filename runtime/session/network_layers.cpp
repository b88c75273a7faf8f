#include "runtime/session/network_layers.h"

#include <map>

#include "compiler/lowering/plan.h"
#include "runtime/session/network_module.h"

namespace heddle::session {
namespace {

/// Of one region, all launches of a run.
struct Effort {
  std::int64_t launches = 0;
  LaunchCycles cycles;
  std::int64_t bytes_in = 0;
  std::int64_t bytes_out = 0;
};

std::int64_t bytes_of(const std::vector<Transfer>& transfers) {
  std::int64_t bytes = 0;
  for (const Transfer& transfer : transfers) bytes += transfer.bytes;
  return bytes;
}

Result<std::vector<Effort>> run_once(const CompiledProgram& program, const network::Graph& golden,
                                     const Context& context) {
  std::vector<Argument> arguments;
  const auto add = [&](network::ValueId id) {
    const network::TensorType& type = golden.value(id).type;
    const auto bytes = static_cast<std::size_t>(type.elements() * tensor::bytes_of(type.element));
    arguments.push_back({std::nullopt, std::vector<std::uint8_t>(bytes)});
  };
  for (const network::ValueId id : golden.inputs) add(id);
  for (const network::ValueId id : golden.outputs) add(id);
  std::vector<Effort> efforts(program.regions.size());
  const auto backend = make_fast_backend(program.cgra);
  HEDDLE_ASSIGN(const RunOutcome outcome,
                run_kernel(program, kNetworkFunction, arguments, backend.get(), context, [&](const LaunchPlan& plan) {
                  Effort& effort = efforts[static_cast<std::size_t>(plan.region - program.regions.data())];
                  effort.bytes_in += bytes_of(plan.in);
                  effort.bytes_out += bytes_of(plan.out);
                }));
  for (const LaunchRecord& launch : outcome.launches) {
    if (!launch.refused.empty()) continue;
    Effort& effort = efforts[static_cast<std::size_t>(launch.region)];
    ++effort.launches;
    effort.cycles += launch.cycles;
  }
  return efforts;
}

/// A layer's functions are its name, and its name with a part behind two underscores, which no name has inside.
bool is_of(const std::string& function, const std::string& layer) {
  return function.substr(0, function.find("__")) == layer;
}

Json layer_json(const network::Graph& golden, const lowering::Layer& layer) {
  Json json{{"name", layer.name}, {"operators", Json::array()}};
  std::int64_t macs = 0;
  for (const network::NodeId id : layer.nodes) {
    const network::Node& node = golden.node(id);
    json["operators"].push_back(network::name(node.op));
    macs += network::macs(golden, node);
  }
  json["output"] = network::to_string(golden.value(golden.node(layer.nodes.back()).outputs[0]).type);
  json["macs"] = macs;
  return json;
}

/// Why loops of the layer stay on the host, each reason once.
std::string host_reason(const Json& report, const std::string& layer) {
  std::string reasons;
  for (const Json& loop : report["host"]) {
    const auto reason = loop["reason"].get<std::string>();
    if (is_of(loop["function"], layer) && reasons.find(reason) == std::string::npos)
      reasons += (reasons.empty() ? "" : "; ") + reason;
  }
  for (const Json& each : report.value("operators", Json::array())) {
    if (each["layer"] != layer) continue;
    const std::string text = "computed by the host's library, " + each["reason"].get<std::string>();
    if (reasons.find(text) == std::string::npos) reasons += (reasons.empty() ? "" : "; ") + text;
  }
  return reasons.empty() ? "no loop" : reasons;
}

}  // namespace

Result<Json> layers_json(const CompiledProgram& program, const network::Graph& golden, const Context& context) {
  HEDDLE_ASSIGN(const std::vector<Effort> efforts, run_once(program, golden, context));
  Json layers = Json::array();
  for (const lowering::Layer& layer : lowering::plan(golden).layers) {
    Json json = layer_json(golden, layer);
    Effort sum;
    Json regions = Json::array();
    for (std::size_t k = 0; k < efforts.size(); ++k) {
      const Json& facts = program.report["regions"][k];
      if (!is_of(facts["function"], layer.name)) continue;
      regions.push_back({{"name", facts["name"]}, {"ii", facts["ii"]}, {"mii", facts["mii"]["total"]}});
      sum.launches += efforts[k].launches;
      sum.cycles += efforts[k].cycles;
      sum.bytes_in += efforts[k].bytes_in;
      sum.bytes_out += efforts[k].bytes_out;
    }
    json["place"] = sum.launches > 0 ? "array" : "host";
    if (sum.launches == 0) json["reason"] = host_reason(program.report, layer.name);
    json["regions"] = std::move(regions);
    json["launches"] = sum.launches;
    json["array_cycles"] = sum.cycles.run;
    json["transfer_cycles"] = sum.cycles.total() - sum.cycles.run;
    json["bytes_in"] = sum.bytes_in;
    json["bytes_out"] = sum.bytes_out;
    layers.push_back(std::move(json));
  }
  return layers;
}

}  // namespace heddle::session
