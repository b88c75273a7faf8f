// heddle simulate: one run of a compiled program on one backend, with its cycles by phase and its outputs.
#include <fmt/format.h>

#include <ostream>

#include "compiler/base/files.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/outcome.h"
#include "runtime/cli/program_options.h"
#include "runtime/cli/simulated_run.h"
#include "runtime/report/summary_text.h"

namespace heddle::cli {
namespace {

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
    HEDDLE_ASSIGN(const Run run,
                  simulate(program, directory_, {backend_, kernel_, arguments_, inputs_, trace_}, environment));
    return finish(program, run, environment);
  }

 private:
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
