#include "runtime/explore/kernel_evaluation.h"

#include <fmt/format.h>

#include <map>

#include "cost_models/energy/energy.h"
#include "runtime/session/bound_program.h"
#include "runtime/session/prepare.h"
#include "runtime/session/session.h"
#include "runtime/verify/vectors.h"
#include "systemc_models/cgra/cgra_model.h"

namespace heddle::explore {

/// Programs by everything that the front end reads: source, options, and what it is told of the array.
struct ProgramMemo {
  struct Entry {
    frontend::Program program;
    std::shared_ptr<session::NativeCodeCache> native;
  };
  std::map<std::string, Entry> entries;
};

namespace {

constexpr std::size_t kMostPrograms = 200;

Result<session::CompileRequest> compile_request(const Json& request, const Tools& tools) {
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
  return compile;
}

/// A loop that stays on the host would count no cycles, and so look good. Outer loops whose inner loops are regions do
/// little work.
Status check_host_loop(int line, const std::string& reason) {
  if (reason.starts_with("only inner loops run on the array")) return {};
  return fail(ErrorCode::kInfeasible, fmt::format("the loop at line {} stays on the host: {}", line, reason));
}

Status check_regions(const session::CompiledProgram& program) {
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

int ii_of(const session::CompiledProgram& program) {
  int ii = 0;
  for (const session::CompiledRegion& region : program.regions) ii += region.mapping.ii;
  return ii;
}

/// Compiled and mapped; cycles by formula or of the cycle model.
Result<Json> measured(const Json& request, const Tools& tools) {
  HEDDLE_ASSIGN(const session::CompileRequest compile, compile_request(request, tools));
  HEDDLE_ASSIGN(const session::CompiledProgram program, session::compile(compile, Context{}));
  for (const Json& loop : program.report.value("host", Json::array()))
    HEDDLE_TRY(check_host_loop(loop["line"].get<int>(), loop["reason"].get<std::string>()));
  HEDDLE_TRY(check_regions(program));
  Json result{{"status", "ok"}, {"ii", ii_of(program)}};
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

/// The front end's program for one factor of unrolling, from the memo if it is there.
Result<const ProgramMemo::Entry*> front_end(const Json& request, const session::CompileRequest& compile,
                                            ProgramMemo& memo) {
  const frontend::Target& target = compile.frontend.target;
  std::string key = request["source"].dump() + request["compile"].dump();
  key += fmt::format(" {} {} {} {} {}:", compile.frontend.unroll, target.word_bits, target.operation_slots,
                     target.address_generators, target.loop_levels);
  for (const dfg::Opcode op : target.operations) key += fmt::format(" {}", static_cast<int>(op));
  const auto known = memo.entries.find(key);
  if (known != memo.entries.end()) return &known->second;
  HEDDLE_ASSIGN(frontend::Program program, frontend::compile_c(compile.frontend, Context{}));
  if (memo.entries.size() >= kMostPrograms) memo.entries.clear();
  ProgramMemo::Entry entry{std::move(program), std::make_shared<session::NativeCodeCache>()};
  return &memo.entries.emplace(key, std::move(entry)).first->second;
}

Result<Json> predicted_for(const Json& request, const session::CompileRequest& compile, ProgramMemo& memo) {
  HEDDLE_ASSIGN(const ProgramMemo::Entry* entry, front_end(request, compile, memo));
  for (const frontend::HostLoop& loop : entry->program.host_loops)
    HEDDLE_TRY(check_host_loop(loop.where.line, loop.reason));
  HEDDLE_ASSIGN(session::CompiledProgram program, session::bound_program(entry->program, compile));
  program.native = entry->native;
  HEDDLE_TRY(check_regions(program));
  Json result{{"status", "ok"}, {"ii", ii_of(program)}};
  const auto backend = session::make_estimate_backend(program.cgra);
  HEDDLE_TRY(run_kernels(program, *backend, request, result));
  return result;
}

/// Cycles and II as if every loop reached its lower bound and nothing stalled; where the factor of unrolling is open,
/// the one with the fewest such cycles.
Result<Json> predicted(const Json& request, const Tools& tools) {
  HEDDLE_ASSIGN(session::CompileRequest compile, compile_request(request, tools));
  ProgramMemo fresh;
  ProgramMemo& memo = tools.programs ? *tools.programs : fresh;
  compile.frontend.target = session::target_of(compile);
  if (compile.frontend.unroll != 0) return predicted_for(request, compile, memo);
  Result<Json> best = fail(ErrorCode::kInfeasible, "no factor of unrolling fits");
  for (const int unroll : {1, 2, 4, 8, 16}) {
    compile.frontend.unroll = unroll;
    Result<Json> each = predicted_for(request, compile, memo);
    const bool better = each && (!best || (*each)["cycles"] < (*best)["cycles"]);
    if (better || unroll == 1) best = std::move(each);
  }
  return best;
}

}  // namespace

std::shared_ptr<ProgramMemo> make_program_memo() { return std::make_shared<ProgramMemo>(); }

Result<arch::Cgra> read_array(const Json& request) {
  Document document;
  document.root = request["array"];
  auto cgra = arch::from_document(document);
  // The base was read without error, so what an axis made of it is at fault.
  if (!cgra) return fail(ErrorCode::kInfeasible, cgra.error().message);
  return cgra;
}

Result<Json> evaluate_kernel(const Json& request, const Tools& tools) {
  return request["fidelity"] == "predictor" ? predicted(request, tools) : measured(request, tools);
}

}  // namespace heddle::explore
