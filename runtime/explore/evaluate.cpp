#include "runtime/explore/evaluate.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/files.h"
#include "cost_models/fpga/array_cost.h"
#include "runtime/explore/kernel_evaluation.h"

namespace heddle::explore {
namespace {

/// The dearest fidelity that some metric of the kind is wanted at; nothing if none is.
std::optional<Fidelity> wanted(const Sweep& sweep, bool of_array) {
  std::optional<Fidelity> result;
  for (const Measured& each : sweep.metrics) {
    if (each.kind.of_array != of_array) continue;
    if (!result || each.fidelity > *result) result = each.fidelity;
  }
  return result;
}

Json failed(const Error& error) {
  const bool negative = error.code == ErrorCode::kInfeasible || error.code == ErrorCode::kUnsupported;
  return {{"status", negative ? "infeasible" : "failed"}, {"reason", error.message}};
}

Result<Json> cost_of(const Json& request, const Tools& tools) {
  HEDDLE_ASSIGN(const arch::Cgra cgra, read_array(request));
  HEDDLE_ASSIGN(const fpga::Family family, fpga::parse_family(request["family"].get<std::string>()));
  fpga::ArrayCost cost;
  cost.family = family;
  const bool synthesise = request["fidelity"] == "synthesis";
  if (synthesise) {
    fpga::SynthesisOptions options;
    options.cache = tools.synthesis_cache;
    HEDDLE_TRY(fpga::synthesize_array(cgra, tools.rtl, options, Context{}, cost));
    if (!cost.synthesis)
      return fail(ErrorCode::kIo, cost.failed.empty() ? "no synthesis" : cost.failed.front().message);
  } else {
    HEDDLE_ASSIGN(cost, fpga::estimate_array(cgra, family));
  }
  Json result{{"status", "ok"}};
  const fpga::Usage& usage = synthesise ? *cost.synthesis : *cost.estimate;
  for (const fpga::UsageColumn& column : fpga::kUsageColumns) result[std::string(column.key)] = usage.*column.member;
  return result;
}

/// Of every file below a folder, in the order of names.
Result<std::string> tree_hash(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  const auto options = std::filesystem::directory_options::follow_directory_symlink;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, options, ignored)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::uint64_t hash = content_hash("");
  for (const auto& file : files) {
    HEDDLE_ASSIGN(const std::string text, read_file(file));
    hash = content_hash(text, content_hash(file.filename().string(), hash));
  }
  return hex64(hash);
}

}  // namespace

Result<Json> sources_of(const Sweep& sweep, const Tools& tools, std::uint64_t seed) {
  Json sources{{"build", build_id()}, {"seed", seed}, {"kernels", Json::object()}};
  HEDDLE_ASSIGN(sources["headers"], tree_hash(tools.include));
  const bool synthesise = wanted(sweep, true) == Fidelity::kSynthesis;
  sources["rtl"] = "";
  if (synthesise) {
    HEDDLE_ASSIGN(sources["rtl"], tree_hash(tools.rtl));
  }
  for (const Kernel& kernel : sweep.kernels) {
    HEDDLE_ASSIGN(const std::string text, read_file(kernel.source));
    sources["kernels"][kernel.name] = hex64(content_hash(text));
  }
  return sources;
}

std::vector<Task> tasks_of(const Sweep& sweep, const Design& design, const Json& sources) {
  std::vector<Task> tasks;
  if (const auto fidelity = wanted(sweep, true)) {
    const Json identity{{"kind", "array"},        {"build", sources["build"]},        {"rtl", sources["rtl"]},
                        {"family", sweep.family}, {"fidelity", to_string(*fidelity)}, {"array", design.array}};
    tasks.push_back({identity, identity, "array", *fidelity != Fidelity::kPredictor});
  }
  const auto fidelity = wanted(sweep, false);
  if (!fidelity) return tasks;
  for (const Kernel& kernel : sweep.kernels) {
    Json identity{{"kind", "kernel"},
                  {"build", sources["build"]},
                  {"headers", sources["headers"]},
                  {"kernel", sources["kernels"][kernel.name]},
                  {"seed", sources["seed"]},
                  {"mapper_seconds", sweep.mapper_seconds},
                  {"fidelity", to_string(*fidelity)},
                  {"compile", design.compile},
                  {"array", design.array}};
    Json request = identity;
    request["source"] = kernel.source.string();
    tasks.push_back({std::move(identity), std::move(request), kernel.name, *fidelity != Fidelity::kPredictor});
  }
  return tasks;
}

Json evaluate(const Json& request, const Tools& tools) {
  const Result<Json> result = request["kind"] == "array" ? cost_of(request, tools) : evaluate_kernel(request, tools);
  return result ? *result : failed(result.error());
}

}  // namespace heddle::explore
