// One launch of every distinct kind of work in a compiled network on the RTL, against SystemC and the golden model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/json.h"
#include "compiler/network/graph.h"
#include "runtime/session/devices.h"
#include "runtime/session/network_values.h"
#include "runtime/verify/report.h"

namespace heddle::verify {

struct KindsOptions {
  bool rtl = true;  ///< else SystemC alone, against the formula
  std::optional<session::RtlOptions> rtl_build;
  std::vector<session::Argument> arguments;  ///< of `network`; empty: random by the context's seed
};

/// A kind, and the launch that stands for it: of all launches of the kind, the one with the fewest cycles.
struct KindResult {
  std::string kind;    ///< layer_kinds(), and which part of the layer
  std::string region;  ///< the launch's
  std::uint64_t launch = 0;
  int ii = 0;
  int operations = 0;  ///< of the loop's body
  bool packed = false;
  std::size_t regions = 0;     ///< of this kind in the network
  std::uint64_t launches = 0;  ///< of this kind in a run
  std::uint64_t trip_count = 0;
  session::LaunchCycles cycles;  ///< on SystemC
  std::uint64_t words = 0;       ///< over the host port: what was compared
  std::vector<std::string> differences;
};

struct KindsReport {
  std::string source;
  std::string architecture;
  std::uint64_t seed = 1;
  std::vector<std::string> engines;
  std::vector<KindResult> kinds;
  std::size_t host_layers = 0;                    ///< layers without a launch
  std::optional<session::LayerDifference> layer;  ///< where the run with these launches leaves the golden model

  [[nodiscard]] bool equal() const;
};

/// Runs the network twice: on `fast`, to choose the launches, then with the chosen ones on the devices and the rest on
/// `fast`. Each chosen launch runs on SystemC and on the RTL from the same memory; both must leave the interpreter's
/// values, and agree in memory, live-outs and every part of their clock cycles, which are those of the formula. Then
/// every layer is compared with the golden model. Fails as run_kernel does.
Result<KindsReport> verify_kinds(const session::CompiledProgram& program, const network::Graph& golden,
                                 const KindsOptions& options, const Context& context);

/// heddle.kinds/1.
Json to_json(const KindsReport& report);
std::string to_text(const KindsReport& report);

}  // namespace heddle::verify
