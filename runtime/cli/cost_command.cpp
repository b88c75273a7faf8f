// heddle cost: what a number format, an array or a compiled program costs on an FPGA, and the energy of a run.
#include <fmt/format.h>

#include <ostream>

#include "compiler/base/files.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/simulated_run.h"
#include "runtime/report/cost_report.h"
#include "runtime/report/layers_energy.h"
#include "runtime/session/network_layers.h"
#include "runtime/session/network_module.h"

namespace heddle::cli {
namespace {

constexpr double kSecondsEach = 1200;

class CostCommand : public Command {
 public:
  std::string name() const override { return "cost"; }
  std::string summary() const override { return "Estimate what a format, an array or a program takes of an FPGA"; }
  std::vector<OptionSpec> options() override {
    return {
        {"DESIGN",
         &design_,
         "FORMAT, FORMATxFORMAT, an architecture, or what 'heddle compile' wrote",
         "",
         {},
         Complete::kArchitecture,
         true},
        {"--synthesize", &synthesize_, "Also run Yosys, and show estimate, synthesis and error side by side"},
        {"--family", &family_, "FPGA family", "", {"xc7", "xcup", "ecp5", "ice40"}},
        {"--device", &device_, "Show what is used of this part or board", "NAME"},
        {"--devices",
         &devices_,
         "A file of devices to name besides the built-in ones (heddle schema devices)",
         "FILE",
         {},
         Complete::kFile},
        {"-k,--kernel", &kernel_, "Of a program: the kernel whose energy is shown", "NAME"},
    };
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(const Json cost, measure(environment));
    for (const Json& warning : cost.value("warnings", Json::array()))
      environment.context.log(LogLevel::kWarning, warning.get<std::string>());
    if (environment.json)
      environment.print(cost);
    else
      environment.out << report::cost_text(cost);
    return 0;
  }

 private:
  Result<Json> measure(const Environment& environment) const {
    report::CostRequest request;
    request.family = family_;
    request.device = device_;
    if (!devices_.empty()) {
      HEDDLE_ASSIGN(const std::string text, read_file(devices_));
      HEDDLE_ASSIGN(const Document document, parse_yaml(text, devices_));
      HEDDLE_ASSIGN(request.devices, fpga::read_devices(document));
    }
    request.synthesize = synthesize_;
    request.rtl = environment.data.rtl();
    request.options.seconds = kSecondsEach;
    std::error_code ignored;
    std::filesystem::create_directories(environment.cache, ignored);
    request.options.cache = environment.cache / "synthesis.sqlite";
    const bool is_directory = !design_.empty() && std::filesystem::is_directory(design_, ignored);
    if (is_directory && std::filesystem::exists(std::filesystem::path(design_) / "program.json", ignored))
      return of_program(request, environment);
    if (is_directory)
      return fail(
          ErrorCode::kBadInput,
          fmt::format("'{}' is a directory without program.json, so 'heddle compile' did not write it", design_), {},
          "make one: heddle compile FILE.c --arch NAME -o DIR");
    if (!kernel_.empty())
      return fail(ErrorCode::kBadInput,
                  fmt::format("--kernel: only compiled programs have kernels, '{}' is none", design_));
    if (is_architecture(environment)) {
      auto found = arch::find(design_, environment.data.architectures());
      if (!found) {
        // Whatever the file is, say what it should have been.
        if (found.error().code == ErrorCode::kBadInput && !found.error().where.file.empty())
          found.error().notes.push_back(
              {"as a file, DESIGN is the description of an architecture, in YAML or JSON", {}});
        return tl::unexpected(found.error());
      }
      const arch::Cgra& cgra = *found;
      return report::array_cost(cgra, request, environment.context);
    }
    return report::format_cost(design_, request, names_in(environment.data.architectures(), ".yaml"),
                               environment.context);
  }

  /// A file, or the name of one that ships; names of formats have no dot.
  [[nodiscard]] bool is_architecture(const Environment& environment) const {
    std::error_code ignored;
    if (design_.empty()) return false;
    if (std::filesystem::exists(design_, ignored) || design_.ends_with(".yaml") || design_.ends_with(".yml"))
      return true;
    return std::filesystem::exists(environment.data.architectures() / (design_ + ".yaml"), ignored);
  }

  Result<Json> of_program(const report::CostRequest& request, const Environment& environment) const {
    HEDDLE_ASSIGN(const session::CompiledProgram program, session::load_program(design_));
    HEDDLE_ASSIGN(const auto golden, session::golden_network_if_any(design_));
    if (golden) {
      HEDDLE_ASSIGN(Json layers, session::explained_layers(program, *golden, environment.context));
      HEDDLE_TRY(report::add_energy(layers, program.cgra));
      return report::network_cost(program, std::move(layers), request, environment.context);
    }
    RunRequest run_request;
    run_request.kernel = kernel_;
    HEDDLE_ASSIGN(const Run run, simulate(program, design_, run_request, environment));
    return report::program_cost(program, simulation_json(program, run), request, environment.context);
  }

  std::string design_;
  std::string family_;
  std::string device_;
  std::string devices_;
  std::string kernel_;
  bool synthesize_ = false;
};

}  // namespace

std::unique_ptr<Command> make_cost_command() { return std::make_unique<CostCommand>(); }

}  // namespace heddle::cli
