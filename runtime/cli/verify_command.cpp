// heddle verify: every backend against the native run of the same C; or, with --rtl, a user's RTL against a golden
// function.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "compiler/base/files.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/program_options.h"
#include "runtime/cli/verify_rtl_options.h"
#include "runtime/session/network_module.h"
#include "runtime/verify/kinds.h"
#include "runtime/verify/user_rtl.h"
#include "runtime/verify/vectors.h"
#include "runtime/verify/verify.h"

namespace heddle::cli {
namespace {

verify::Engine engine_named(const std::string& name) {
  if (name == "fast") return verify::Engine::kFast;
  if (name == "interpreter") return verify::Engine::kInterpreter;
  return name == "systemc" ? verify::Engine::kSystemc : verify::Engine::kRtl;
}

class VerifyCommand : public Command {
 public:
  std::string name() const override { return "verify"; }
  std::string summary() const override {
    return "Prove interpreter, SystemC and RTL equal to the native run; or your own RTL to a golden function";
  }
  std::vector<OptionSpec> options() override {
    std::vector<OptionSpec> specs = {
        {"DIR", &directory_, "What 'heddle compile' wrote", "", {}, Complete::kDirectory},
        {"--vectors", &vectors_,
         "Random inputs for each kernel, besides the edge cases (default 4); with --rtl random vectors in all", "N"},
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
         "On a wrong value, write the waves of its launch, or of the shortest run that shows it, to this file",
         "FILE.fst",
         {},
         Complete::kFile},
    };
    specs.push_back({"--kinds", &kinds_,
                     "Of a network: one launch of every distinct kind of layer on SystemC and RTL, the rest on fast"});
    for (OptionSpec& spec : rtl_.specs()) specs.push_back(std::move(spec));
    return specs;
  }

  Result<int> run(Environment& environment) override {
    if (rtl_.chosen()) return run_rtl(environment);
    HEDDLE_TRY(rtl_.check_unused());
    if (directory_.empty())
      return fail(ErrorCode::kBadInput, "DIR is required", {},
                  "or --rtl FILE.sv --golden NAME; see heddle verify --help");
    HEDDLE_ASSIGN(const session::CompiledProgram program, session::load_program(directory_));
    HEDDLE_ASSIGN(verify::Options options, make_options(environment));
    HEDDLE_ASSIGN(options.network, session::golden_network_if_any(directory_));
    if (kinds_) return run_kinds(program, options, environment);
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
  Result<int> run_kinds(const session::CompiledProgram& program, const verify::Options& options,
                        Environment& environment) const {
    if (!options.network) return fail(ErrorCode::kNotFound, "'" + directory_ + "' is not a compiled network");
    verify::KindsOptions wanted;
    wanted.rtl_build = options.rtl;
    wanted.rtl = std::ranges::find(options.engines, verify::Engine::kRtl) != options.engines.end();
    if (!inputs_.empty()) {
      HEDDLE_ASSIGN(verify::Vector vector, verify::read_vector(program.kernels.front(), inputs_));
      wanted.arguments = std::move(vector.arguments);
    }
    HEDDLE_ASSIGN(const verify::KindsReport report,
                  verify::verify_kinds(program, *options.network, wanted, environment.context));
    if (environment.json)
      environment.print(verify::to_json(report));
    else
      environment.out << verify::to_text(report);
    return report.equal() ? 0 : 1;
  }

  Result<int> run_rtl(Environment& environment) {
    if (!directory_.empty() || !backends_.empty() || !kernels_.empty() || !arguments_.empty() || !inputs_.empty() ||
        no_edge_cases_ || kinds_)
      return fail(ErrorCode::kBadInput,
                  "--rtl verifies a file of yours: DIR and the options of programs do not go with it");
    if (vectors_ < kNotGiven)
      return fail(ErrorCode::kBadInput, fmt::format("--vectors: expected a number from 0, found {}", vectors_));
    HEDDLE_ASSIGN(verify::UserRtlOptions options, rtl_.options());
    if (vectors_ != kNotGiven) options.vectors = static_cast<std::uint64_t>(vectors_);
    if (!trace_.empty()) options.trace = trace_;
    options.cache = environment.cache;
    HEDDLE_ASSIGN(const verify::UserRtlReport report, verify::verify_user_rtl(options, environment.context));
    if (environment.json) {
      environment.print(verify::to_json(report));
    } else {
      environment.out << verify::to_text(report);
    }
    return report.equal() ? 0 : 1;
  }

  Result<verify::Options> make_options(const Environment& environment) const {
    if (vectors_ < kNotGiven || vectors_ > 1'000'000)
      return fail(ErrorCode::kBadInput, "--vectors: expected a number from 0 to 1000000");
    verify::Options options;
    if (vectors_ != kNotGiven) options.vectors = static_cast<int>(vectors_);
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

  static constexpr std::int64_t kNotGiven = -1;

  VerifyRtlOptions rtl_;
  std::string directory_;
  std::int64_t vectors_ = kNotGiven;
  std::vector<std::string> backends_;
  std::vector<std::string> kernels_;
  std::vector<std::string> arguments_;
  std::string inputs_;
  bool no_edge_cases_ = false;
  bool kinds_ = false;
  std::string trace_;
};

}  // namespace

std::unique_ptr<Command> make_verify_command() { return std::make_unique<VerifyCommand>(); }

}  // namespace heddle::cli
