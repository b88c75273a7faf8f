// What became of each layer of a compiled network (heddle.layers/1).
#pragma once

#include <optional>

#include "compiler/base/json.h"
#include "compiler/network/graph.h"
#include "runtime/session/session.h"

namespace heddle::session {

/// Of one layer in a run.
struct LayerEffort {
  std::string name;
  std::vector<Step> launches;  ///< of the timeline
  std::uint64_t refused = 0;   ///< launches that ran on the host instead
  LaunchCycles cycles;
  std::int64_t bytes_in = 0;  ///< of the scratchpad
  std::int64_t bytes_out = 0;
  std::int64_t bytes_kept = 0;        ///< not copied in, since an earlier launch has
  std::int64_t scratchpad_bytes = 0;  ///< the most that a launch has there
  std::uint64_t host_cycles = 0;      ///< estimated, if the host did all of it; 0 without a system
  std::uint64_t border_cycles = 0;    ///< estimated, for the border of its result, which the host writes; likewise
  std::optional<codegen::Activity> activity;  ///< of all launches; none if there are none, or one was not counted
};

/// Whether a function is of the layer: its name, or its name with a part behind two underscores, which no name has
/// inside.
bool is_of_layer(const std::string& function, const std::string& layer);

/// One for each layer, in the order of execution. `golden` is the graph of golden_network().
std::vector<LayerEffort> layer_efforts(const CompiledProgram& program, const network::Graph& golden,
                                       const RunOutcome& outcome);

/// What the network needs of the system's memory, in bytes: values between layers (peak, a lower bound of it, and their
/// sum if they shared nothing), and weights.
Json memory_json(const CompiledProgram& program, const network::Graph& golden);

/// Runs the network once with zeros as inputs.
Result<RunOutcome> run_on_zeros(const CompiledProgram& program, const network::Graph& golden, Backend& backend,
                                const Context& context);

/// workloads/schema/layers.json without what only a run tells: name, operators, format, output, multiply-accumulates,
/// place and reason, regions and the layers that are read.
Json layers_json(const CompiledProgram& program, const network::Graph& golden);

/// Adds what one run tells, in exact counts: launches, cycles, bytes; and if the program has a system, its timeline
/// (a model). `backend` is named as the source.
void add_run(Json& layers, const CompiledProgram& program, const network::Graph& golden, const RunOutcome& outcome,
             const std::string& backend);

/// Both, of a run of the backend `fast` on zeros: data do not change cycles, but for stalls. Fails as run_kernel does.
Result<Json> explained_layers(const CompiledProgram& program, const network::Graph& golden, const Context& context);

/// What a compiled network's directory holds of it.
inline constexpr const char* kLayersFile = "layers.json";

}  // namespace heddle::session
