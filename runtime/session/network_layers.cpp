#include "runtime/session/network_layers.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/lowering/memory_plan.h"
#include "runtime/session/host_cost.h"
#include "runtime/session/network_module.h"

namespace heddle::session {
namespace {

std::int64_t bytes_of(const network::TensorType& type) { return type.elements() * tensor::bytes_of(type.element); }

std::int64_t bytes_of(const std::vector<MemoryRange>& ranges) {
  std::int64_t bytes = 0;
  for (const MemoryRange& range : ranges) bytes += static_cast<std::int64_t>(range.end - range.begin);
  return bytes;
}

Step step_of(const LaunchRecord& launch) {
  const LaunchCycles& cycles = launch.cycles;
  return {0,
          cycles.configuration + cycles.live_in + cycles.live_out,
          cycles.dma_in,
          cycles.dma_out,
          cycles.run,
          launch.memory.scratchpad_bytes,
          launch.memory.reads,
          launch.memory.writes};
}

/// Elements of the operands of the layer's product, as "uint8 x int8"; else of its result.
std::string format_of(const network::Graph& graph, const lowering::Layer& layer) {
  const auto element = [&](network::ValueId id) { return std::string(tensor::name(graph.value(id).type.element)); };
  for (const network::NodeId id : layer.nodes) {
    const network::Node& node = graph.node(id);
    if (network::macs(graph, node) > 0) return element(node.inputs[0]) + " x " + element(node.inputs[1]);
  }
  return element(graph.node(layer.nodes.back()).outputs[0]);
}

/// Bytes of what the layer reads (constants too) and of its result, and the layers that it reads. `made_by`: layer by
/// value; that of this layer is entered.
void add_operands(Json& json, const network::Graph& graph, const lowering::Layer& layer, int index,
                  std::map<std::size_t, int>& made_by) {
  std::int64_t bytes = 0;
  Json reads = Json::array();
  std::map<std::size_t, bool> counted;
  for (const network::NodeId id : layer.nodes) {
    const network::Node& node = graph.node(id);
    for (const network::ValueId input : node.inputs) {
      if (!input.valid() || std::exchange(counted[input.index()], true)) continue;
      const auto maker = made_by.find(input.index());
      if (maker != made_by.end() && maker->second == index) continue;  // inside the layer
      bytes += bytes_of(graph.value(input).type);
      if (maker != made_by.end() && std::find(reads.begin(), reads.end(), maker->second) == reads.end())
        reads.push_back(maker->second);
    }
    for (const network::ValueId output : node.outputs) made_by[output.index()] = index;
  }
  json["bytes"] = bytes + bytes_of(graph.value(graph.node(layer.nodes.back()).outputs[0]).type);
  json["reads"] = std::move(reads);
}

/// Whether a loop is on the host for calling the layer's own parts, which are on the array: one round, one launch.
bool is_launcher(const std::string& reason, const std::string& layer) {
  return reason.starts_with("calls " + layer + "__");
}

/// Why the layer, or loops of it, are on the host; each reason once.
std::string host_reason(const Json& report, const std::string& layer) {
  std::string reasons;
  const auto add = [&](const std::string& reason) {
    if (!reason.empty() && reasons.find(reason) == std::string::npos) reasons += (reasons.empty() ? "" : "; ") + reason;
  };
  for (const Json& region : report["regions"])
    if (is_of_layer(region["function"], layer)) add(region.value("host_reason", std::string()));
  for (const Json& loop : report["host"])
    if (is_of_layer(loop["function"], layer) && !is_launcher(loop["reason"], layer)) add(loop["reason"]);
  for (const Json& each : report.value("operators", Json::array()))
    if (each["layer"] == layer) add("computed by the host's library, " + each["reason"].get<std::string>());
  return reasons;
}

void add_place(Json& json, const CompiledProgram& program, const lowering::Layer& named) {
  const std::string& layer = named.name;
  Json regions = Json::array();
  bool on_array = false;
  for (std::size_t k = 0; k < program.regions.size(); ++k) {
    const Json& facts = program.report["regions"][k];
    if (!is_of_layer(facts["function"], layer)) continue;
    regions.push_back({{"name", facts["name"]}, {"ii", facts["ii"]}, {"mii", facts["mii"]["total"]}});
    on_array = on_array || (program.regions[k].mapping.ii > 0 && program.regions[k].host_reason.empty());
  }
  json["place"] = on_array ? "array" : "host";
  const std::string reason = host_reason(program.report, layer);
  if (!on_array || !reason.empty())
    json["reason"] = named.view ? "a view: nothing to do" : reason.empty() ? "no loop" : reason;
  json["regions"] = std::move(regions);
}

/// When each step of each layer happens: the host's work where a layer has no launches, or some ran natively.
struct Schedule {
  std::vector<Step> steps;
  std::vector<std::pair<std::size_t, std::size_t>> of_layer;  ///< first step, and one past the last
};

Schedule schedule(const std::vector<LayerEffort>& efforts) {
  Schedule result;
  for (const LayerEffort& effort : efforts) {
    const std::size_t first = result.steps.size();
    Step host;
    host.host = effort.border_cycles;
    if (effort.launches.empty() || effort.refused > 0) host.host += effort.host_cycles;
    if (host.host > 0) result.steps.push_back(host);
    result.steps.insert(result.steps.end(), effort.launches.begin(), effort.launches.end());
    result.of_layer.emplace_back(first, result.steps.size());
  }
  return result;
}

void add_timeline(Json& layers, const CompiledProgram& program, const std::vector<LayerEffort>& efforts) {
  const arch::System& system = *program.system;
  const Schedule all = schedule(efforts);
  const Timeline times = timeline(all.steps, system, program.cgra.scratchpad.bytes());
  for (std::size_t k = 0; k < efforts.size(); ++k) {
    const auto [first, last] = all.of_layer[k];
    Json& json = layers["layers"][k];
    std::int64_t dram = 0;
    std::uint64_t copies = 0;
    for (std::size_t step = first; step < last; ++step) {
      dram += burst_bytes(system, all.steps[step].reads) + burst_bytes(system, all.steps[step].writes);
      copies += times.steps[step].copy;
    }
    json["dram_bytes"] = dram;
    json["host_cycles"] = efforts[k].host_cycles;
    if (first == last) continue;
    json["begin"] = times.steps[first].begin;
    json["end"] = times.steps[last - 1].end;
    if (!efforts[k].launches.empty()) json["bound"] = copies > efforts[k].cycles.run ? "copies" : "array";
  }
  layers["system"] = arch::to_json(system);
  layers["timeline"] = {{"serial_cycles", times.serial},
                        {"overlapped_cycles", times.overlapped},
                        {"host_cycles", times.host},
                        {"dram_bytes_read", times.bytes_read},
                        {"dram_bytes_written", times.bytes_written},
                        {"latency_seconds", static_cast<double>(times.overlapped) / (system.array_mhz * 1e6)}};
}

lowering::Plan plan_of(const CompiledProgram& program, const network::Graph& golden) {
  return lowering::plan(golden, machine_of(program.cgra));
}

/// Of the layer's results.
std::int64_t border_bytes(const network::Graph& golden, const lowering::Plan& plan, const lowering::Layer& layer) {
  std::int64_t bytes = 0;
  for (const network::ValueId id : golden.node(layer.nodes.back()).outputs)
    if (const auto& buffer = plan.buffers[id.index()])
      for (const lowering::Piece& piece : lowering::border_pieces(*buffer))
        bytes += piece.count * tensor::bytes_of(golden.value(id).type.element);
  return bytes;
}

}  // namespace

Json memory_json(const CompiledProgram& program, const network::Graph& golden) {
  const lowering::MemoryPlan memory = lowering::plan_memory(golden, plan_of(program, golden));
  return {{"activations_peak_bytes", memory.peak},
          {"activations_bound_bytes", memory.bound},
          {"activations_sum_bytes", memory.sum},
          {"weights_bytes", memory.weights}};
}

bool is_of_layer(const std::string& function, const std::string& layer) {
  return function.substr(0, function.find("__")) == layer;
}

std::vector<LayerEffort> layer_efforts(const CompiledProgram& program, const network::Graph& golden,
                                       const RunOutcome& outcome) {
  std::vector<LayerEffort> efforts;
  std::map<std::string, std::size_t> by_name;
  const lowering::Plan plan = plan_of(program, golden);
  for (const lowering::Layer& layer : plan.layers) {
    by_name[layer.name] = efforts.size();
    LayerEffort& effort = efforts.emplace_back();
    effort.name = layer.name;
    if (!program.system || layer.view) continue;
    effort.host_cycles = host_cycles(golden, layer.nodes, *program.system);
    effort.border_cycles = fill_cycles(border_bytes(golden, plan, layer), *program.system);
  }
  const auto layer_of = [&](int region) {
    const auto function = program.report["regions"][static_cast<std::size_t>(region)]["function"].get<std::string>();
    return by_name.find(function.substr(0, function.find("__")));
  };
  std::set<std::size_t> uncounted;
  for (const LaunchRecord& launch : outcome.launches) {
    const auto found = layer_of(launch.region);
    if (found == by_name.end()) continue;
    LayerEffort& effort = efforts[found->second];
    if (!launch.refused.empty()) {
      ++effort.refused;
      continue;
    }
    effort.launches.push_back(step_of(launch));
    effort.scratchpad_bytes = std::max(effort.scratchpad_bytes, launch.memory.scratchpad_bytes);
    effort.cycles += launch.cycles;
    effort.bytes_in += bytes_of(launch.memory.reads);
    effort.bytes_out += bytes_of(launch.memory.writes);
    effort.bytes_kept += launch.memory.kept_bytes;
    if (!launch.counted) uncounted.insert(found->second);
  }
  for (const auto& [region, activity] : outcome.activity) {
    const auto found = layer_of(region);
    if (found == by_name.end() || uncounted.contains(found->second)) continue;
    efforts[found->second].activity = efforts[found->second].activity.value_or(codegen::Activity()) += activity;
  }
  return efforts;
}

Result<RunOutcome> run_on_zeros(const CompiledProgram& program, const network::Graph& golden, Backend& backend,
                                const Context& context) {
  std::vector<Argument> arguments;
  for (const auto* ids : {&golden.inputs, &golden.outputs})
    for (const network::ValueId id : *ids)
      arguments.push_back(
          {std::nullopt, std::vector<std::uint8_t>(static_cast<std::size_t>(bytes_of(golden.value(id).type)))});
  return run_kernel(program, kNetworkFunction, arguments, &backend, context);
}

Json layers_json(const CompiledProgram& program, const network::Graph& golden) {
  Json layers = Json::array();
  std::map<std::size_t, int> made_by;
  for (const lowering::Layer& layer : plan_of(program, golden).layers) {
    Json json{{"name", layer.name}, {"operators", Json::array()}, {"format", format_of(golden, layer)}};
    std::int64_t macs = 0;
    for (const network::NodeId id : layer.nodes) {
      json["operators"].push_back(network::name(golden.node(id).op));
      macs += network::macs(golden, golden.node(id));
    }
    json["output"] = network::to_string(golden.value(golden.node(layer.nodes.back()).outputs[0]).type);
    json["macs"] = macs;
    add_operands(json, golden, layer, static_cast<int>(layers.size()), made_by);
    add_place(json, program, layer);
    layers.push_back(std::move(json));
  }
  return {{"schema", "heddle.layers/1"}, {"memory", memory_json(program, golden)}, {"layers", std::move(layers)}};
}

void add_run(Json& layers, const CompiledProgram& program, const network::Graph& golden, const RunOutcome& outcome,
             const std::string& backend) {
  const std::vector<LayerEffort> efforts = layer_efforts(program, golden, outcome);
  for (std::size_t k = 0; k < efforts.size(); ++k) {
    const LayerEffort& effort = efforts[k];
    Json& json = layers["layers"][k];
    if (effort.launches.empty()) json["place"] = "host";
    if (effort.launches.empty() && !json.contains("reason")) json["reason"] = "no loop";
    json["launches"] = effort.launches.size();
    json["array_cycles"] = effort.cycles.run;
    json["stall_cycles"] = effort.cycles.stall;
    json["transfer_cycles"] = effort.cycles.total() - effort.cycles.run;
    json["bytes_in"] = effort.bytes_in;
    json["bytes_out"] = effort.bytes_out;
    json["bytes_kept"] = effort.bytes_kept;
    json["scratchpad_bytes"] = effort.scratchpad_bytes;
    if (effort.activity) json["activity"] = codegen::to_json(*effort.activity);
  }
  layers["backend"] = backend;
  if (program.system) add_timeline(layers, program, efforts);
}

Result<Json> explained_layers(const CompiledProgram& program, const network::Graph& golden, const Context& context) {
  const auto backend = make_fast_backend(program.cgra);
  HEDDLE_ASSIGN(const RunOutcome outcome, run_on_zeros(program, golden, *backend, context));
  Json layers = layers_json(program, golden);
  add_run(layers, program, golden, outcome, backend->name());
  return layers;
}

}  // namespace heddle::session
