#include "runtime/explore/evaluate.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/files.h"
#include "cost_models/energy/energy.h"
#include "cost_models/fpga/array_cost.h"
#include "runtime/session/program.h"
#include "runtime/session/session.h"
#include "runtime/verify/vectors.h"
#include "systemc_models/cgra/cgra_model.h"

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

Result<arch::Cgra> read_array(const Json& request) {
  Document document;
  document.root = request["array"];
  auto cgra = arch::from_document(document);
  // The base was read without error, so what an axis made of it is at fault.
  if (!cgra) return fail(ErrorCode::kInfeasible, cgra.error().message);
  return cgra;
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

Result<session::CompiledProgram> compiled(const Json& request, const Tools& tools) {
  session::CompileRequest compile;
  HEDDLE_ASSIGN(compile.cgra, read_array(request));
  const Json& options = request["compile"];
  compile.frontend.source = request["source"].get<std::string>();
  compile.frontend.include_directory = tools.include;
  compile.frontend.unroll = options.value("unroll", 1);
  compile.frontend.unroll_jam = options.value("unroll_jam", 1);
  compile.frontend.nest = frontend::nest_named(options.value("nest", "auto"));
  compile.solver = options.value("solver", "heuristic");
  compile.mapper.seconds = request["mapper_seconds"];
  compile.mapper.seed = request["seed"];
  compile.rtl_directory = tools.rtl;
  return session::compile(compile, Context{});
}

/// A loop that stays on the host would count no cycles, and so look good. Outer loops whose inner loops are regions do
/// little work.
Status check_mapped(const session::CompiledProgram& program) {
  for (const Json& loop : program.report.value("host", Json::array())) {
    const std::string reason = loop["reason"];
    if (!reason.starts_with("only inner loops run on the array"))
      return fail(ErrorCode::kInfeasible,
                  fmt::format("the loop at line {} stays on the host: {}", loop["line"].get<int>(), reason));
  }
  for (const session::CompiledRegion& region : program.regions) {
    if (region.mapping.ii == 0)
      return fail(ErrorCode::kInfeasible, fmt::format("the loop {} does not map", region.name));
  }
  return {};
}

/// Buffers by the seed; integers are sizes, so they are as large as their HEDDLE_RANGE allows.
std::vector<session::Argument> arguments_of(const frontend::Kernel& kernel, std::uint64_t seed) {
  verify::VectorOptions options;
  options.random = 1;
  options.edge_cases = false;
  options.seed = seed;
  auto vectors = verify::make_vectors(kernel, options);
  std::vector<session::Argument> arguments = std::move(vectors.at(0).arguments);
  for (std::size_t k = 0; k < arguments.size(); ++k) {
    if (arguments[k].integer && kernel.parameters[k].high) arguments[k].integer = kernel.parameters[k].high;
  }
  return arguments;
}

/// Sums over the kernels of a file, each called once.
Status run_kernels(const session::CompiledProgram& program, session::Backend& backend, const Json& request,
                   Json& result) {
  std::uint64_t cycles = 0;
  double picojoules = 0;
  for (const frontend::Kernel& kernel : program.kernels) {
    HEDDLE_ASSIGN(
        const session::RunOutcome outcome,
        session::run_kernel(program, kernel.name, arguments_of(kernel, request["seed"]), &backend, Context{}));
    for (const session::LaunchRecord& launch : outcome.launches) {
      if (!launch.refused.empty())
        return fail(ErrorCode::kInfeasible, fmt::format("{}: a launch is refused: {}", kernel.name, launch.refused));
      cycles += launch.cycles.total();
    }
    for (const auto& [region, activity] : outcome.activity) {
      HEDDLE_ASSIGN(const auto account, energy::account(activity, program.cgra, energy::built_in_table()));
      picojoules += account.total.value;
    }
  }
  if (cycles == 0) return fail(ErrorCode::kInfeasible, "nothing ran on the array");
  result["cycles"] = cycles;
  if (request["fidelity"] == "systemc") result["energy_pj"] = picojoules;
  return {};
}

Result<Json> kernel_on(const Json& request, const Tools& tools) {
  HEDDLE_ASSIGN(const session::CompiledProgram program, compiled(request, tools));
  HEDDLE_TRY(check_mapped(program));
  Json result{{"status", "ok"}};
  int ii = 0;
  for (const session::CompiledRegion& region : program.regions) ii += region.mapping.ii;
  result["ii"] = ii;
  std::unique_ptr<codegen::Device> device;
  std::unique_ptr<session::Backend> backend;
  if (request["fidelity"] == "systemc") {
    device = systemc::make_cgra_device(program.cgra);
    backend = session::make_device_backend(program.cgra, *device, "systemc");
  } else {
    backend = session::make_fast_backend(program.cgra);
  }
  HEDDLE_TRY(run_kernels(program, *backend, request, result));
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
    tasks.push_back({std::move(identity), std::move(request), kernel.name, true});
  }
  return tasks;
}

Json evaluate(const Json& request, const Tools& tools) {
  const Result<Json> result = request["kind"] == "array" ? cost_of(request, tools) : kernel_on(request, tools);
  return result ? *result : failed(result.error());
}

}  // namespace heddle::explore
