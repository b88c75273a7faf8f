// heddle simulate: one run of a compiled program on one backend, with its cycles by phase and its outputs.
#include <fmt/format.h>

#include <ostream>

#include "compiler/base/files.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/outcome.h"
#include "runtime/cli/program_options.h"
#include "runtime/report/summary_text.h"
#include "runtime/verify/vectors.h"

namespace heddle::cli {
namespace {

Result<std::int64_t> integer(const std::string& text) {
  try {
    std::size_t used = 0;
    const std::int64_t value = std::stoll(text, &used, 0);
    if (used == text.size()) return value;
  } catch (const std::exception&) {
  }
  return fail(ErrorCode::kBadInput, fmt::format("--args: expected an integer, found '{}'", text));
}

class SimulateCommand : public Command {
 public:
  std::string name() const override { return "simulate"; }
  std::string summary() const override { return "Run a compiled program on a model of the array, cycle by cycle"; }
  std::vector<OptionSpec> options() override {
    return {
        {"DIR", &directory_, "What 'heddle compile' wrote", "", {}, Complete::kDirectory, true},
        {"--backend", &backend_, "What runs the regions (default systemc)", "", backend_names()},
        {"-k,--kernel", &kernel_, "The kernel to call (default: main if there is one, else the only kernel)", "NAME"},
        {"--args", &arguments_, "The next integer parameter of the kernel, or argument of main (repeatable)", "VALUE"},
        {"--inputs",
         &inputs_,
         "Arguments from an .npz, by parameter name; otherwise random by --seed",
         "X.npz",
         {},
         Complete::kFile},
        {"--trace", &trace_, "Write waves: .fst, or .vcd from systemc", "FILE", {}, Complete::kFile},
        {"-o,--output", &output_, "Write the buffers after the run to an .npz", "Y.npz", {}, Complete::kFile},
    };
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(const session::CompiledProgram program, session::load_program(directory_));
    HEDDLE_ASSIGN(Engine engine, make_engine(backend_, program, directory_, trace_, environment));
    const bool runs_main = kernel_ == "main" || (kernel_.empty() && program.has_main);
    Run run{backend_, "main", environment.context.seed, nullptr, {}};
    if (runs_main) {
      std::vector<std::string> argv{"main"};
      argv.insert(argv.end(), arguments_.begin(), arguments_.end());
      HEDDLE_ASSIGN(run.outcome, session::run_main(program, argv, engine.backend.get(), environment.context));
    } else {
      HEDDLE_ASSIGN(run.kernel, find_kernel(program, kernel_));
      HEDDLE_ASSIGN(const std::vector<session::Argument> arguments, make_arguments(*run.kernel, environment));
      run.name = run.kernel->name;
      HEDDLE_ASSIGN(run.outcome,
                    session::run_kernel(program, run.name, arguments, engine.backend.get(), environment.context));
    }
    if (engine.device) engine.device->close_trace();
    return finish(program, run, environment);
  }

 private:
  Result<std::vector<session::Argument>> make_arguments(const frontend::Kernel& kernel,
                                                        const Environment& environment) const {
    if (!inputs_.empty()) {
      HEDDLE_ASSIGN(verify::Vector vector, verify::read_vector(kernel, inputs_));
      return std::move(vector.arguments);
    }
    verify::VectorOptions options;
    options.random = 1;
    options.edge_cases = false;
    options.seed = environment.context.seed;
    std::vector<verify::Vector> vectors = verify::make_vectors(kernel, options);
    std::vector<session::Argument> arguments = std::move(vectors.at(0).arguments);
    std::size_t next = 0;
    for (session::Argument& argument : arguments) {
      if (!argument.integer || next == arguments_.size()) continue;
      HEDDLE_ASSIGN(argument.integer, integer(arguments_[next++]));
    }
    if (next < arguments_.size())
      return fail(ErrorCode::kBadInput,
                  fmt::format("--args: {} takes {} integers, {} are given", kernel.name, next, arguments_.size()));
    return arguments;
  }

  Result<int> finish(const session::CompiledProgram& program, const Run& run, Environment& environment) const {
    const Json simulation = simulation_json(program, run);
    HEDDLE_TRY(write_file(std::filesystem::path(directory_) / "simulation.json", dump_json(simulation)));
    if (!output_.empty()) HEDDLE_TRY(write_outputs(run, output_));
    if (environment.json) {
      environment.print(simulation);
      return 0;
    }
    environment.out << fmt::format("{} on {}\n\n", run.name, backend_) << report::cycles_text(simulation) << '\n'
                    << outputs_text(simulation);
    return 0;
  }

  std::string directory_;
  std::string backend_ = "systemc";
  std::string kernel_;
  std::vector<std::string> arguments_;
  std::string inputs_;
  std::string trace_;
  std::string output_;
};

}  // namespace

std::unique_ptr<Command> make_simulate_command() { return std::make_unique<SimulateCommand>(); }

}  // namespace heddle::cli
