#include "runtime/cli/attention_run.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <ostream>

#include "compiler/arch/swat.h"
#include "compiler/attention/check.h"
#include "compiler/attention/cycles.h"
#include "compiler/attention/exact.h"
#include "compiler/attention/golden.h"
#include "compiler/attention/schedule.h"
#include "compiler/attention/workload.h"
#include "compiler/base/files.h"
#include "cost_models/attention/peers.h"
#include "runtime/report/text_table.h"
#include "runtime/session/network_module.h"
#include "runtime/session/swat_device.h"
#include "systemc_models/swat/swat_model.h"

namespace heddle::cli {
namespace {

attention_cost::Layer layer_of(const attention::Workload& workload) {
  const attention::PairCount count = attention::count_pairs(workload);
  attention_cost::Layer layer;
  layer.rows = workload.rows;
  layer.keys = workload.sequence;
  layer.row_keys = count.row_keys;
  layer.full_rows = count.full_rows;
  layer.heads = workload.heads;
  layer.kv_heads = workload.kv_heads;
  layer.head_dim = workload.head_dim;
  layer.pairs = workload.heads * count.pairs;
  return layer;
}

Json shape_json(const attention::Workload& workload, const attention_cost::Layer& layer) {
  return {{"sequence", workload.sequence}, {"rows", workload.rows},         {"heads", workload.heads},
          {"kv_heads", workload.kv_heads}, {"head_dim", workload.head_dim}, {"layers", workload.layers},
          {"row_keys", layer.row_keys},    {"pairs", layer.pairs}};
}

Json estimate_json(const attention_cost::Layer& layer, const attention_cost::Estimate& estimate) {
  return {{"name", estimate.name},
          {"cycles", std::llround(estimate.cycles)},
          {"multipliers", estimate.multipliers},
          {"utilisation", attention_cost::utilisation(layer, estimate)}};
}

Result<std::vector<arch::Swat>> published_arrays(const DataFiles& data) {
  std::vector<arch::Swat> arrays;
  for (const std::string& name : names_in(data.attention_arrays(), ".yaml")) {
    HEDDLE_ASSIGN(arch::Swat array, arch::find_swat(name, data.attention_arrays()));
    if (array.kind == arch::SwatKind::kPublished) arrays.push_back(std::move(array));
  }
  return arrays;
}

/// Up to so many (row, key) places, a program is checked before it runs.
constexpr std::int64_t kCheckedPlaces = std::int64_t{1} << 26;

/// Bytes that cross the streams: a load once, however many groups it writes.
std::int64_t stream_bytes(const attention::Program& program, const arch::Swat& array,
                          const attention_cost::Layer& layer) {
  const auto vectors = static_cast<std::int64_t>(program.loads.size());
  const std::int64_t bits =
      vectors * numerics::bits(array.format) + layer.heads * layer.rows * numerics::bits(array.output);
  return bits * layer.head_dim / 8;
}

Json cycles_json(const attention::Cycles& cycles, const attention::Program& program, const arch::Swat& array,
                 const attention_cost::Layer& layer) {
  return {{"cycles", cycles.cycles},
          {"multipliers", arch::multipliers(array)},
          {"utilisation", attention::utilisation(layer.pairs, program, array, cycles.cycles)},
          {"beats", cycles.beats},
          {"waits", {{"loads", cycles.load_waits}, {"drains", cycles.drain_waits}, {"runs", cycles.run_waits}}},
          {"bytes", stream_bytes(program, array, layer)}};
}

/// What a program is run with.
struct RandomRun {
  attention::Inputs inputs;
  attention::LogitScale scale;
  double unit = 1;
};

RandomRun random_run(const attention::Program& program, const attention::Mask& mask, const arch::Swat& array,
                     double deviation, std::uint64_t seed) {
  const double unit = attention::unit_of(array.format);
  return {attention::random_inputs(mask.workload(), array.format, deviation, unit, seed),
          attention::logit_scale(program.scale * unit * unit * std::numbers::log2e), unit};
}

Json error_json(const attention::Operand& outputs, const RandomRun& run, const attention::Program& program,
                const attention::Mask& mask, const arch::Swat& array, double deviation) {
  const auto exact = attention::exact_attention(mask, run.inputs, array.format, program.scale, run.unit);
  const attention::OutputError error = attention::error_of(outputs, array.output, run.unit, exact);
  return {{"deviation", deviation},
          {"relative_rms", error.relative_rms},
          {"largest", error.largest},
          {"not_finite", error.not_finite}};
}

/// A model of the hardware must give the golden model's codes in the formula's cycles.
Status expect_equal(const std::string& model, const attention::Played& played, const attention::Operand& golden,
                    std::int64_t cycles) {
  if (!(played.outputs == golden))
    return fail(ErrorCode::kMismatch, fmt::format("{} and the golden model differ in their outputs", model));
  if (played.cycles != cycles)
    return fail(ErrorCode::kMismatch,
                fmt::format("{} took {} cycles, the formula says {}", model, played.cycles, cycles));
  return {};
}

session::SwatRtlOptions swat_rtl_options(const Environment& environment) {
  return {environment.data.rtl() / "swat", environment.cache, environment.data.swat_driver()};
}

/// The values, bit for bit, and their error; of systemc and rtl also their cycles.
Status add_values(Json& result, const attention::Program& program, const attention::Mask& mask, const arch::Swat& array,
                  const AttentionRequest& request, const Environment& environment) {
  const Context& context = environment.context;
  const RandomRun run = random_run(program, mask, array, request.deviation, context.seed);
  const attention::Operand golden =
      attention::run_golden(program, {array.format, array.output}, run.scale, attention::logit_scale(1), run.inputs);
  const auto cycles = result["cycles"].get<std::int64_t>();
  if (request.backend == "systemc") {
    HEDDLE_ASSIGN(const attention::Played played,
                  systemc::simulate_swat(program, array, run.scale, run.inputs, {}, context));
    HEDDLE_TRY(expect_equal("the SystemC model", played, golden, cycles));
  }
  if (request.backend == "rtl") {
    HEDDLE_ASSIGN(const attention::Played played, session::simulate_swat_rtl(program, array, run.scale, run.inputs,
                                                                             swat_rtl_options(environment), context));
    HEDDLE_TRY(expect_equal("the RTL", played, golden, cycles));
  }
  result["error"] = error_json(golden, run, program, mask, array, request.deviation);
  return {};
}

Result<Json> own_json(const arch::Swat& array, const attention::Workload& workload, const AttentionRequest& request,
                      const attention_cost::Layer& layer, const Environment& environment) {
  const bool has_hardware = request.backend == "systemc" || request.backend == "rtl";
  if (has_hardware && std::holds_alternative<numerics::IntFormat>(array.output))
    return fail(ErrorCode::kUnsupported,
                fmt::format("the SystemC model and the RTL have no {} outputs", numerics::name(array.output)), {},
                "describe the array with output: fp16, or use --backend golden");
  const attention::Mask mask(workload, environment.context.seed);
  HEDDLE_ASSIGN(const attention::Program program, attention::schedule(mask, array));
  const bool checked = layer.heads * layer.rows * layer.keys <= kCheckedPlaces;
  if (checked) HEDDLE_TRY(attention::check(program, mask, array));
  HEDDLE_ASSIGN(const attention::Cycles cycles, attention::count_cycles(program, array));
  Json result = cycles_json(cycles, program, array, layer);
  result["checked"] = checked;
  if (request.backend != "formula") HEDDLE_TRY(add_values(result, program, mask, array, request, environment));
  return result;
}

/// The figures of the array itself: of a published design its model.
Result<Json> run_json(const arch::Swat& array, const attention::Workload& workload, const AttentionRequest& request,
                      const attention_cost::Layer& layer, const Environment& environment) {
  if (array.kind == arch::SwatKind::kQueryStationary) return own_json(array, workload, request, layer, environment);
  if (request.backend != "formula")
    return fail(ErrorCode::kUnsupported,
                fmt::format("of {} there is only a model of cycles, no backend '{}'", array.name, request.backend), {},
                "use --backend formula");
  HEDDLE_ASSIGN(const attention_cost::Estimate estimate, attention_cost::swat(array, layer));
  return estimate_json(layer, estimate);
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

/// Bytes, waits and errors, of a run of our own array.
std::string details_text(const Json& run) {
  const Json& result = run["result"];
  if (!result.contains("waits")) return {};
  const auto bytes = result["bytes"].get<std::int64_t>();
  const auto least = run["least_bytes"].get<std::int64_t>();
  std::string text = fmt::format("\n{} bytes cross the streams, {:.3f} times what they must\n", report::grouped(bytes),
                                 static_cast<double>(bytes) / static_cast<double>(least));
  const Json& waits = result["waits"];
  text += fmt::format("cycles in which groups wait: {} for loads, {} for outputs, {} for runs\n",
                      report::grouped(waits["loads"].get<std::int64_t>()),
                      report::grouped(waits["drains"].get<std::int64_t>()),
                      report::grouped(waits["runs"].get<std::int64_t>()));
  if (!result.contains("error")) return text;
  const Json& error = result["error"];
  return text + fmt::format(
                    "against double precision, logits of deviation {}: relative RMS {:.2e}, largest {:.2e}, {} "
                    "not finite\n",
                    error["deviation"].get<double>(), error["relative_rms"].get<double>(),
                    error["largest"].get<double>(), error["not_finite"].get<std::int64_t>());
}

std::string attention_text(const Json& run) {
  const Json& shape = run["shape"];
  std::string text = fmt::format("{}: {} rows, {} keys, {} heads of {}; a row sees up to {} keys\n{}, {}{}\n\n",
                                 run["workload"].get<std::string>(), shape["rows"].get<std::int64_t>(),
                                 shape["sequence"].get<std::int64_t>(), shape["heads"].get<std::int64_t>(),
                                 shape["head_dim"].get<std::int64_t>(), shape["row_keys"].get<std::int64_t>(),
                                 run["array"].get<std::string>(), run["backend"].get<std::string>(),
                                 run["model"].get<bool>() ? " (a model of a published design)" : "");
  report::TextTable table({"", "cycles", "multipliers", "busy"});
  const auto add = [&](const std::string& name, const Json& entry) {
    table.add({name, report::grouped(entry["cycles"].get<std::int64_t>()),
               std::to_string(entry["multipliers"].get<std::int64_t>()), percent(entry["utilisation"].get<double>())});
  };
  add(run["array"], run["result"]);
  for (const Json& peer : run["models"])
    if (peer["name"] != run["array"]) add(fmt::format("model: {}", peer["name"].get<std::string>()), peer);
  return text + table.text() + details_text(run);
}

}  // namespace

Result<int> simulate_attention(const AttentionRequest& request, Environment& environment) {
  HEDDLE_ASSIGN(const arch::Swat array, arch::find_swat(request.array, environment.data.attention_arrays()));
  HEDDLE_ASSIGN(attention::Workload workload, attention::find_workload(request.workload, environment.data.attention()));
  HEDDLE_ASSIGN(workload, attention::resized(std::move(workload), request.sequence, request.heads));
  const attention_cost::Layer layer = layer_of(workload);
  HEDDLE_ASSIGN(const Json result, run_json(array, workload, request, layer, environment));
  HEDDLE_ASSIGN(const auto published, published_arrays(environment.data));
  HEDDLE_ASSIGN(const auto peers, attention_cost::peers(published, layer, arch::multipliers(array)));
  Json run{{"schema", "heddle.attention_run/1"},
           {"array", array.name},
           {"workload", workload.name},
           {"backend", request.backend},
           {"model", array.kind == arch::SwatKind::kPublished},
           {"format", numerics::name(array.format)},
           {"mhz", array.mhz},
           {"shape", shape_json(workload, layer)},
           {"result", result},
           {"seed", environment.context.seed},
           {"least_bytes", attention_cost::least_bytes(layer, numerics::bits(array.format) / 8.0)},
           {"models", Json::array()}};
  for (const attention_cost::Estimate& peer : peers) run["models"].push_back(estimate_json(layer, peer));
  if (environment.json)
    environment.print(run);
  else
    environment.out << attention_text(run);
  return 0;
}

Status attention_on_model(session::CompiledProgram& program, const std::string& directory, const std::string& backend,
                          const Environment& environment) {
  HEDDLE_ASSIGN(const auto array, session::attention_array(directory));
  if (!array || !program.network) return {};
  const session::AttentionRunner runner = [array, backend, &environment](const attention::Program& layer,
                                                                         const attention::Inputs& inputs,
                                                                         double factor) -> Result<attention::Operand> {
    const attention::LogitScale scale = attention::logit_scale(factor * std::numbers::log2e);
    HEDDLE_ASSIGN(const attention::Played played,
                  backend == "rtl" ? session::simulate_swat_rtl(layer, *array, scale, inputs,
                                                                swat_rtl_options(environment), environment.context)
                                   : systemc::simulate_swat(layer, *array, scale, inputs, {}, environment.context));
    HEDDLE_ASSIGN(const attention::Cycles counted, attention::count_cycles(layer, *array));
    const attention::Operand golden =
        attention::run_golden(layer, {array->format, array->output}, scale, attention::logit_scale(1), inputs);
    HEDDLE_TRY(expect_equal(fmt::format("'{}' on {}", array->name, backend), played, golden, counted.cycles));
    return played.outputs;
  };
  HEDDLE_ASSIGN(network::Graph graph, session::golden_network(directory, runner));
  program.network = std::make_shared<const network::Graph>(std::move(graph));
  return {};
}

}  // namespace heddle::cli
