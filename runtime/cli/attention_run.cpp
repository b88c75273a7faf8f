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

/// Runs the program on random inputs bit for bit, and compares with double precision.
Json golden_error(const attention::Program& program, const attention::Mask& mask, const arch::Swat& array,
                  const AttentionRequest& request, std::uint64_t seed) {
  const double unit = attention::unit_of(array.format);
  const attention::Inputs inputs =
      attention::random_inputs(mask.workload(), array.format, request.deviation, unit, seed);
  const auto scale = attention::logit_scale(program.scale * unit * unit * std::numbers::log2e);
  const attention::Operand outputs =
      attention::run_golden(program, {array.format, array.output}, scale, attention::logit_scale(1), inputs);
  const auto exact = attention::exact_attention(mask, inputs, array.format, program.scale, unit);
  const attention::OutputError error = attention::error_of(outputs, array.output, unit, exact);
  return {{"deviation", request.deviation},
          {"relative_rms", error.relative_rms},
          {"largest", error.largest},
          {"not_finite", error.not_finite}};
}

Result<Json> own_json(const arch::Swat& array, const attention::Workload& workload, const AttentionRequest& request,
                      const attention_cost::Layer& layer, std::uint64_t seed) {
  if (request.backend != "formula" && request.backend != "golden")
    return fail(ErrorCode::kUnsupported,
                fmt::format("the backend '{}' of window-attention arrays is not part of this version", request.backend),
                {}, "--backend formula has the cycles, golden the values too");
  const attention::Mask mask(workload, seed);
  HEDDLE_ASSIGN(const attention::Program program, attention::schedule(mask, array));
  const bool checked = layer.heads * layer.rows * layer.keys <= kCheckedPlaces;
  if (checked) HEDDLE_TRY(attention::check(program, mask, array));
  HEDDLE_ASSIGN(const attention::Cycles cycles, attention::count_cycles(program, array));
  Json result = cycles_json(cycles, program, array, layer);
  result["checked"] = checked;
  if (request.backend == "golden") result["error"] = golden_error(program, mask, array, request, seed);
  return result;
}

/// The figures of the array itself: of a published design its model.
Result<Json> run_json(const arch::Swat& array, const attention::Workload& workload, const AttentionRequest& request,
                      const attention_cost::Layer& layer, std::uint64_t seed) {
  if (array.kind == arch::SwatKind::kQueryStationary) return own_json(array, workload, request, layer, seed);
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
  HEDDLE_ASSIGN(const Json result, run_json(array, workload, request, layer, environment.context.seed));
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

}  // namespace heddle::cli
