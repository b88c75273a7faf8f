// heddle verify: every backend against the native run of the same C.
#include <fmt/format.h>

#include <ostream>

#include "compiler/base/files.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/program_options.h"
#include "runtime/verify/verify.h"

namespace heddle::cli {
namespace {

verify::Engine engine_named(const std::string& name) {
  if (name == "interpreter") return verify::Engine::kInterpreter;
  return name == "systemc" ? verify::Engine::kSystemc : verify::Engine::kRtl;
}

class VerifyCommand : public Command {
 public:
  std::string name() const override { return "verify"; }
  std::string summary() const override { return "Prove interpreter, SystemC and RTL equal to the native run"; }
  std::vector<OptionSpec> options() override {
    return {
        {"DIR", &directory_, "What 'heddle compile' wrote", "", {}, Complete::kDirectory, true},
        {"--vectors", &vectors_, "Random inputs for each kernel, besides the edge cases (default 4)", "N"},
        {"--backends", &backends_, "Compare only these (repeatable; default: all)", "", backend_names()},
        {"-k,--kernel", &kernels_, "Only this kernel (repeatable)", "NAME"},
        {"--args", &arguments_, "Arguments of main (repeatable)", "ARG"},
        {"--inputs",
         &inputs_,
         "One more input: an .npz with an array for each parameter",
         "X.npz",
         {},
         Complete::kFile},
        {"--no-edge-cases", &no_edge_cases_, "Leave out the smallest, largest and extreme inputs"},
        {"--trace-mismatch",
         &trace_,
         "On a wrong value, write the waves of its launch to this file",
         "FILE.fst",
         {},
         Complete::kFile},
    };
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(const session::CompiledProgram program, session::load_program(directory_));
    HEDDLE_ASSIGN(const verify::Options options, make_options(environment));
    HEDDLE_ASSIGN(const verify::Report report, verify::verify_program(program, options, environment.context));
    const Json json = verify::to_json(report);
    HEDDLE_TRY(write_file(std::filesystem::path(directory_) / "verification.json", dump_json(json)));
    if (environment.json) {
      environment.print(json);
    } else {
      environment.out << verify::to_text(report);
    }
    return report.equal() ? 0 : 1;
  }

 private:
  Result<verify::Options> make_options(const Environment& environment) const {
    if (vectors_ < 0 || vectors_ > 1'000'000)
      return fail(ErrorCode::kBadInput, "--vectors: expected a number from 0 to 1000000");
    verify::Options options;
    options.vectors = static_cast<int>(vectors_);
    options.edge_cases = !no_edge_cases_;
    options.kernels = kernels_;
    options.main_arguments = arguments_;
    if (!inputs_.empty()) options.inputs = inputs_;
    if (!trace_.empty()) options.trace = trace_;
    if (!backends_.empty()) options.engines.clear();
    for (const std::string& each : backends_) options.engines.push_back(engine_named(each));
    options.rtl = rtl_options(directory_, environment, !trace_.empty());
    return options;
  }

  std::string directory_;
  std::int64_t vectors_ = 4;
  std::vector<std::string> backends_;
  std::vector<std::string> kernels_;
  std::vector<std::string> arguments_;
  std::string inputs_;
  bool no_edge_cases_ = false;
  std::string trace_;
};

}  // namespace

std::unique_ptr<Command> make_verify_command() { return std::make_unique<VerifyCommand>(); }

}  // namespace heddle::cli
