#include "runtime/report/cost_report.h"

#include <fmt/format.h>

#include "cost_models/energy/energy.h"
#include "cost_models/fpga/array_cost.h"

namespace heddle::report {
namespace {

Result<fpga::Device> requested_device(const CostRequest& request, fpga::Family family) {
  if (request.device.empty()) return fpga::default_device(family);
  return fpga::find_device(request.device, request.devices);
}

/// Estimate and synthesis, or the reasons why not, as warnings.
Result<fpga::ArrayCost> measure(const arch::Cgra& cgra, fpga::Family family, const CostRequest& request,
                                const Context& context, Json& warnings) {
  auto estimated = fpga::estimate_array(cgra, family);
  if (!estimated && (!request.synthesize || estimated.error().code != ErrorCode::kUnsupported)) return estimated;
  fpga::ArrayCost cost;
  if (estimated) {
    cost = std::move(*estimated);
  } else {
    cost.family = family;
    warnings.push_back("no estimate: " + estimated.error().message);
  }
  if (request.synthesize) {
    HEDDLE_TRY(fpga::synthesize_array(cgra, request.rtl, request.options, context, cost));
  } else if (request.check_tools && !fpga::yosys_version(request.options, context)) {
    warnings.push_back(
        "yosys is not installed, so these are estimates that cannot be checked here; install the package yosys");
  }
  for (const fpga::FailedModule& module : cost.failed)
    warnings.push_back(fmt::format("{}: {}", module.spec.text(), module.message));
  return cost;
}

Result<energy::EnergyAccount> account_of(const arch::Cgra& cgra, const Json& entry) {
  HEDDLE_ASSIGN(const codegen::Activity activity, codegen::activity_from_json(entry));
  return energy::account(activity, cgra, energy::built_in_table());
}

}  // namespace

Result<fpga::Family> requested_family(const CostRequest& request, fpga::Family otherwise) {
  std::optional<fpga::Family> named;
  if (!request.family.empty()) {
    HEDDLE_ASSIGN(named, fpga::parse_family(request.family));
  }
  if (request.device.empty()) return named.value_or(otherwise);
  HEDDLE_ASSIGN(const fpga::Device device, fpga::find_device(request.device, request.devices));
  if (named && *named != device.family)
    return fail(ErrorCode::kBadInput, fmt::format("--device {} is of family {}, but --family says {}", device.name,
                                                  fpga::name(device.family), fpga::name(*named)));
  return device.family;
}

Result<Json> array_cost(const arch::Cgra& cgra, const CostRequest& request, const Context& context) {
  HEDDLE_ASSIGN(const fpga::Family family, requested_family(request, fpga::Family::kXcup));
  HEDDLE_ASSIGN(const fpga::Device device, requested_device(request, family));
  Json warnings = Json::array();
  HEDDLE_ASSIGN(const fpga::ArrayCost cost, measure(cgra, family, request, context, warnings));
  Json json{{"schema", "heddle.cost/1"},
            {"kind", "array"},
            {"name", cgra.name},
            {"family", fpga::name(family)},
            {"array", to_json(cost)}};
  const auto& best = cost.synthesis ? cost.synthesis : cost.estimate;
  if (best) {
    json["device"] = to_json(device, fpga::device_shares(device, *best));
    json["device"]["basis"] = cost.synthesis ? "synthesis" : "estimate";
  }
  json["warnings"] = std::move(warnings);
  return json;
}

Result<Json> simulated_energy(const arch::Cgra& cgra, const Json& simulation) {
  if (!simulation.is_object() || !simulation.contains("activity")) return Json(nullptr);
  codegen::Activity all;
  Json regions = Json::array();
  for (const Json& entry : simulation["activity"]) {
    HEDDLE_ASSIGN(const codegen::Activity activity, codegen::activity_from_json(entry));
    all += activity;
    HEDDLE_ASSIGN(const energy::EnergyAccount account, account_of(cgra, entry));
    Json region = to_json(account, energy::built_in_table());
    region["region"] = entry.value("region", "");
    regions.push_back(std::move(region));
  }
  HEDDLE_ASSIGN(const energy::EnergyAccount account, energy::account(all, cgra, energy::built_in_table()));
  Json json = to_json(account, energy::built_in_table());
  json["regions"] = std::move(regions);
  return json;
}

Result<Json> program_cost(const session::CompiledProgram& program, const Json& simulation, const CostRequest& request,
                          const Context& context) {
  HEDDLE_ASSIGN(Json json, array_cost(program.cgra, request, context));
  json["kind"] = "program";
  json["program"] = program.source;
  json["kernel"] = simulation.value("kernel", "");
  json["cycles"] = simulation.value("cycles", Json(nullptr));
  HEDDLE_ASSIGN(json["energy"], simulated_energy(program.cgra, simulation));
  return json;
}

Result<Json> network_cost(const session::CompiledProgram& program, Json layers, const CostRequest& request,
                          const Context& context) {
  HEDDLE_ASSIGN(Json json, array_cost(program.cgra, request, context));
  json["kind"] = "program";
  json["program"] = program.source;
  json["energy"] = layers.value("energy", Json(nullptr));
  json["layers"] = std::move(layers["layers"]);
  return json;
}

Result<Json> page_cost(const arch::Cgra& cgra, const Json& simulation, const std::string& device) {
  CostRequest request;
  request.device = device;
  request.check_tools = false;
  auto cost = array_cost(cgra, request, Context{});
  if (!cost && cost.error().code != ErrorCode::kUnsupported) return cost;
  Json json = cost ? std::move(*cost) : Json{{"warnings", {cost.error().message}}};
  auto energy = simulated_energy(cgra, simulation);
  if (energy)
    json["energy"] = std::move(*energy);
  else if (energy.error().code == ErrorCode::kUnsupported)
    json["warnings"].push_back(energy.error().message);
  else
    return energy;
  json["formats"] = format_costs();
  return json;
}

}  // namespace heddle::report
