#include "runtime/cli/attention_run.h"

#include <fmt/format.h>

#include <cmath>
#include <ostream>

#include "compiler/arch/swat.h"
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

/// The figures of the array itself: of a published design its model.
Result<Json> run_json(const arch::Swat& array, const AttentionRequest& request, const attention_cost::Layer& layer) {
  if (array.kind == arch::SwatKind::kPublished) {
    if (request.backend != "formula")
      return fail(ErrorCode::kUnsupported,
                  fmt::format("of {} there is only a model of cycles, no backend '{}'", array.name, request.backend),
                  {}, "use --backend formula");
    HEDDLE_ASSIGN(const attention_cost::Estimate estimate, attention_cost::swat(array, layer));
    return estimate_json(layer, estimate);
  }
  if (layer.head_dim > array.head_dim)
    return fail(ErrorCode::kUnsupported, fmt::format("{} has heads of at most {} elements, the workload's have {}",
                                                     array.name, array.head_dim, layer.head_dim));
  return fail(ErrorCode::kUnsupported,
              fmt::format("the backend '{}' of window-attention arrays is not part of this version", request.backend),
              {}, "--arch swat_paper_512 --backend formula has a model of cycles");
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

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
  return text + table.text();
}

}  // namespace

Result<int> simulate_attention(const AttentionRequest& request, Environment& environment) {
  HEDDLE_ASSIGN(const arch::Swat array, arch::find_swat(request.array, environment.data.attention_arrays()));
  HEDDLE_ASSIGN(attention::Workload workload, attention::find_workload(request.workload, environment.data.attention()));
  HEDDLE_ASSIGN(workload, attention::resized(std::move(workload), request.sequence, request.heads));
  const attention_cost::Layer layer = layer_of(workload);
  HEDDLE_ASSIGN(const Json result, run_json(array, request, layer));
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
