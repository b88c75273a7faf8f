#include "runtime/session/placement.h"

#include <fmt/format.h>

#include "runtime/session/network_layers.h"

namespace heddle::session {
namespace {

std::string reason(Place place, const arch::System& system, std::uint64_t host, std::uint64_t array) {
  if (place == Place::kHost) return "--place host";
  return fmt::format("the host's core of '{}' takes an estimated {} cycles, the array {}", system.name, host, array);
}

}  // namespace

Status place_layers(CompiledProgram& program, const network::Graph& golden, Place place, const Context& context) {
  const arch::System& system = *program.system;
  const auto backend = make_estimate_backend(program.cgra);
  HEDDLE_ASSIGN(const RunOutcome outcome, run_on_zeros(program, golden, *backend, context));
  const std::vector<LayerEffort> efforts = layer_efforts(program, golden, outcome);
  Json layers = Json::array();
  for (const LayerEffort& effort : efforts) {
    if (effort.launches.empty()) continue;
    const std::uint64_t array = timeline(effort.launches, system, 0).serial;
    const bool on_host = place == Place::kHost || (place == Place::kAuto && effort.host_cycles < array);
    layers.push_back({{"layer", effort.name},
                      {"place", on_host ? "host" : "array"},
                      {"array_cycles", array},
                      {"host_cycles", effort.host_cycles}});
    for (std::size_t k = 0; on_host && k < program.regions.size(); ++k) {
      if (!is_of_layer(program.report["regions"][k]["function"], effort.name)) continue;
      program.regions[k].host_reason = reason(place, system, effort.host_cycles, array);
      program.report["regions"][k]["host_reason"] = program.regions[k].host_reason;
    }
  }
  program.report["placement"] = {{"place", kPlaceNames[static_cast<std::size_t>(place)]},
                                 {"layers", std::move(layers)}};
  return {};
}

}  // namespace heddle::session
