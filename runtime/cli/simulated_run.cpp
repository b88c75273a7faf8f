#include "runtime/cli/simulated_run.h"

#include <fmt/format.h>

#include "runtime/cli/program_options.h"
#include "runtime/verify/vectors.h"

namespace heddle::cli {
namespace {

Result<std::int64_t> integer(const std::string& text) {
  try {
    std::size_t used = 0;
    const std::int64_t value = std::stoll(text, &used, 0);
    if (used == text.size()) return value;
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): what is no number is refused below
  }
  return fail(ErrorCode::kBadInput, fmt::format("--args: expected an integer, found '{}'", text));
}

Result<std::vector<session::Argument>> make_arguments(const frontend::Kernel& kernel, const RunRequest& request,
                                                      std::uint64_t seed) {
  if (!request.inputs.empty()) {
    HEDDLE_ASSIGN(verify::Vector vector, verify::read_vector(kernel, request.inputs));
    return std::move(vector.arguments);
  }
  verify::VectorOptions options;
  options.random = 1;
  options.edge_cases = false;
  options.seed = seed;
  std::vector<verify::Vector> vectors = verify::make_vectors(kernel, options);
  std::vector<session::Argument> arguments = std::move(vectors.at(0).arguments);
  std::size_t next = 0;
  for (session::Argument& argument : arguments) {
    if (!argument.integer || next == request.arguments.size()) continue;
    HEDDLE_ASSIGN(argument.integer, integer(request.arguments[next++]));
  }
  if (next < request.arguments.size())
    return fail(ErrorCode::kBadInput,
                fmt::format("--args: {} takes {} integers, {} are given", kernel.name, next, request.arguments.size()));
  return arguments;
}

}  // namespace

Result<Run> simulate(const session::CompiledProgram& program, const std::filesystem::path& directory,
                     const RunRequest& request, const Environment& environment) {
  HEDDLE_ASSIGN(Engine engine,
                make_engine(request.backend, request.layers, program, directory, request.trace, environment));
  Run run{request.backend, "main", environment.context.seed, nullptr, {}};
  if (request.kernel == "main" || (request.kernel.empty() && program.has_main)) {
    std::vector<std::string> argv{"main"};
    argv.insert(argv.end(), request.arguments.begin(), request.arguments.end());
    HEDDLE_ASSIGN(run.outcome, session::run_main(program, argv, engine.backend.get(), environment.context));
  } else {
    HEDDLE_ASSIGN(run.kernel, find_kernel(program, request.kernel));
    HEDDLE_ASSIGN(const auto arguments, make_arguments(*run.kernel, request, environment.context.seed));
    run.name = run.kernel->name;
    HEDDLE_ASSIGN(run.outcome,
                  session::run_kernel(program, run.name, arguments, engine.backend.get(), environment.context));
  }
  Engine& traced = engine.parts.empty() ? engine : engine.parts.front();
  if (traced.device) traced.device->close_trace();
  return run;
}

}  // namespace heddle::cli
