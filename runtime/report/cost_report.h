// Cost and energy as heddle.cost/1 (workloads/schema/cost.json), and as text.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/arch/cgra.h"
#include "compiler/base/context.h"
#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "cost_models/fpga/devices.h"
#include "cost_models/fpga/synthesis.h"
#include "runtime/session/program.h"

namespace heddle::report {

struct CostRequest {
  std::string family;                 ///< empty: that of the device, or the one the predictor is calibrated for
  std::string device;                 ///< part or board; empty: the default of the family
  std::vector<fpga::Device> devices;  ///< that may be named besides the built-in ones
  bool synthesize = false;
  bool check_tools = true;    ///< warn if Yosys is missing
  std::filesystem::path rtl;  ///< directory of the leaf modules
  fpga::SynthesisOptions options;
};

/// The cost of an array: {"schema", "kind": "array", "name", "family", "array": parts and totals, "device",
/// "warnings"}. Estimates where the predictor can, else a warning says why and what measures it; with `synthesize` also
/// Yosys's figures. Fails with kUnsupported if there is neither, with kNotFound for unknown families and devices, and
/// for `synthesize` without Yosys, naming the package.
Result<Json> array_cost(const arch::Cgra& cgra, const CostRequest& request, const Context& context);

/// As above ("kind": "program"), with "cycles" and "energy" of a simulated run (heddle.simulation/1 with "activity").
Result<Json> program_cost(const session::CompiledProgram& program, const Json& simulation, const CostRequest& request,
                          const Context& context);

/// Of a compiled network ("kind": "program"): "layers" as `layers` (heddle.layers/1) has them, and its "energy", null
/// if it has none.
Result<Json> network_cost(const session::CompiledProgram& program, Json layers, const CostRequest& request,
                          const Context& context);

/// The energy of a simulated run: in all, and by region. Null if the simulation has no "activity".
Result<Json> simulated_energy(const arch::Cgra& cgra, const Json& simulation);

/// The cost of a multiply-accumulate unit of "FORMAT" or "FORMATxFORMAT" ("kind": "format"). Fails with kBadInput for
/// unknown formats, naming valid ones; `architectures` are the names that a misspelt design may have meant, too.
Result<Json> format_cost(const std::string& design, const CostRequest& request,
                         const std::vector<std::string>& architectures, const Context& context);

/// LUT against bits of all formats, and which are on the front: what the page plots. Null without a table.
Json format_costs();

/// What the page draws: "array" and "device" by estimate, "energy" if the simulation has counts (it may be null),
/// "formats". An array without an estimate (no RTL, uncalibrated operations) still has a page, with the reason in
/// "warnings". Fails if there is no such device.
Result<Json> page_cost(const arch::Cgra& cgra, const Json& simulation, const std::string& device);

/// Tables for a terminal.
std::string cost_text(const Json& cost);

/// The family of a request: the named one, that of the device, or `otherwise`. Fails if name and device contradict.
Result<fpga::Family> requested_family(const CostRequest& request, fpga::Family otherwise);

}  // namespace heddle::report
