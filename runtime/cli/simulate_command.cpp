// heddle simulate: one run of a compiled program on one backend, with its cycles by phase and its outputs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

#include "compiler/base/files.h"
#include "compiler/network/batches.h"
#include "runtime/cli/attention_run.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/examples.h"
#include "runtime/cli/outcome.h"
#include "runtime/cli/program_options.h"
#include "runtime/cli/simulated_run.h"
#include "runtime/report/layers_energy.h"
#include "runtime/report/layers_text.h"
#include "runtime/report/summary_text.h"
#include "runtime/session/network_layers.h"
#include "runtime/session/network_module.h"

namespace heddle::cli {
namespace {

class SimulateCommand : public Command {
 public:
  std::string name() const override { return "simulate"; }
  std::string summary() const override {
    return "Run a compiled program, or a layer of attention, on a model of the array";
  }
  std::vector<OptionSpec> options() override {
    return {
        {"DIR", &directory_, "What 'heddle compile' wrote", "", {}, Complete::kDirectory},
        {"--backend", &backend_, "What runs the regions (default systemc); of attention: formula (default) to rtl", "",
         all_backend_names()},
        {"--arch",
         &array_,
         "Instead of DIR: a window-attention array (heddle list attention)",
         "",
         {},
         Complete::kFile},
        {"--workload", &workload_, "The layer of attention that it runs", "", {}, Complete::kFile},
        {"--seq", &sequence_, "Of attention: another length of the sequence", "N"},
        {"--heads", &heads_, "Of attention: another number of query heads", "H"},
        {"--sigma", &deviation_, "Of attention: standard deviation of the logits of random inputs (default 1)", "S"},
        {"--layers", &layers_,
         "Launches for another backend, as 'conv1*,conv2*@0=rtl': region names, * for any part, @N for the N-th launch "
         "only (repeatable)",
         "NAME[@N],...=B"},
        {"-k,--kernel", &kernel_, "The kernel to call (default: main if there is one, else the only kernel)", "NAME"},
        {"--args", &arguments_, "The next integer parameter of the kernel, or argument of main (repeatable)", "VALUE"},
        {"--inputs",
         &inputs_,
         "Arguments from an .npz, by parameter name; otherwise random by --seed",
         "X.npz",
         {},
         Complete::kFile},
        {"--labels",
         &labels_,
         "Of a network: the class of each example, .npy or .npz; print the accuracy",
         "L.npz",
         {},
         Complete::kFile},
        {"--float",
         &float_,
         "With --labels: the network before its quantisation, for its accuracy beside",
         "NET.onnx",
         {},
         Complete::kFile},
        {"--examples", &examples_, "Of a network: run only the first N of --inputs", "N"},
        {"--resume", &resume_, "Of a network: go on where a run over the first of these examples ended"},
        {"--trace", &trace_, "Write waves: .fst, or .vcd from systemc", "FILE", {}, Complete::kFile},
        {"-o,--output", &output_, "Write the buffers after the run to an .npz", "Y.npz", {}, Complete::kFile},
    };
  }

  Result<int> run(Environment& environment) override {
    if (!array_.empty() || !workload_.empty()) return run_attention(environment);
    HEDDLE_TRY(check_program_options());
    HEDDLE_ASSIGN(session::CompiledProgram program, session::load_program(directory_));
    if (backend_ == "systemc" || backend_ == "rtl")
      HEDDLE_TRY(attention_on_model(program, directory_, backend_, environment));
    HEDDLE_ASSIGN(const bool examples, has_examples());
    if (examples)
      return simulate_examples(program, directory_,
                               {backend_, inputs_, labels_, output_, examples_, layers_, float_, resume_}, environment);
    HEDDLE_ASSIGN(const Run run, simulate(program, directory_,
                                          {backend_, kernel_, arguments_, inputs_, trace_, layers_}, environment));
    return finish(program, run, environment);
  }

 private:
  /// Of compiled programs and of attention.
  static std::vector<std::string> all_backend_names() {
    std::vector<std::string> names = backend_names();
    for (const std::string& name : attention_backend_names())
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    return names;
  }

  Status check_program_options() {
    if (directory_.empty())
      return fail(ErrorCode::kBadInput, "what to run is missing", {},
                  "heddle simulate DIR, or heddle simulate --arch heddle_attn_64 --workload longformer_base");
    if (sequence_ != 0 || heads_ != 0)
      return fail(ErrorCode::kBadInput, "--seq and --heads are of attention: they go with --arch and --workload");
    if (backend_.empty()) backend_ = "systemc";
    if (std::ranges::find(backend_names(), backend_) == backend_names().end())
      return fail(ErrorCode::kBadInput, fmt::format("the backend '{}' runs attention, not compiled programs", backend_),
                  {}, fmt::format("there are: {}", fmt::join(backend_names(), ", ")));
    return {};
  }

  [[nodiscard]] Result<int> run_attention(Environment& environment) const {
    if (array_.empty() || workload_.empty())
      return fail(ErrorCode::kBadInput, "--arch and --workload go together: an array and what it runs");
    const bool of_programs = !layers_.empty() || !kernel_.empty() || !arguments_.empty() || !inputs_.empty() ||
                             !labels_.empty() || !float_.empty() || examples_ != 0 || resume_ || !trace_.empty() ||
                             !output_.empty();
    if (!directory_.empty() || of_programs)
      return fail(ErrorCode::kBadInput,
                  "attention takes --backend, --seq and --heads, the rest is of compiled programs");
    const std::string backend = backend_.empty() ? attention_backend_names().front() : backend_;
    const auto& names = attention_backend_names();
    if (std::ranges::find(names, backend) == names.end())
      return fail(ErrorCode::kBadInput, fmt::format("the backend '{}' runs compiled programs, not attention", backend),
                  {}, fmt::format("there are: {}", fmt::join(names, ", ")));
    if (!(deviation_ > 0 && deviation_ <= 1e6))
      return fail(ErrorCode::kBadInput, fmt::format("--sigma: {} is not in (0, 1e6]", deviation_));
    return simulate_attention({array_, workload_, backend, sequence_, heads_, deviation_}, environment);
  }

  /// Whether this is a run over examples of a network, rather than one call.
  [[nodiscard]] Result<bool> has_examples() const {
    if (examples_ < 0) return fail(ErrorCode::kBadInput, fmt::format("--examples: {} is below 0", examples_));
    if (!float_.empty() && labels_.empty()) return fail(ErrorCode::kBadInput, "--float needs --labels");
    const bool asked = !labels_.empty() || examples_ > 0 || resume_;
    if (inputs_.empty()) {
      if (asked) return fail(ErrorCode::kBadInput, "--labels, --examples and --resume need --inputs");
      return false;
    }
    HEDDLE_ASSIGN(const auto network, session::golden_network_if_any(directory_));
    if (!network && asked) return fail(ErrorCode::kNotFound, "'" + directory_ + "' is not a compiled network");
    if (!network) return false;
    if (!trace_.empty() && asked) return fail(ErrorCode::kBadInput, "--trace is of one call, not of examples");
    if (!trace_.empty()) return false;
    HEDDLE_ASSIGN(const network::Tensors inputs, tensor::read_npz(inputs_));
    HEDDLE_ASSIGN(const auto parts, network::split_batches(*network, inputs));
    return asked || parts.size() > 1;
  }

  Result<int> finish(const session::CompiledProgram& program, const Run& run, Environment& environment) const {
    const Json simulation = simulation_json(program, run);
    HEDDLE_TRY(write_file(std::filesystem::path(directory_) / "simulation.json", dump_json(simulation)));
    if (!output_.empty()) HEDDLE_TRY(write_outputs(run, output_));
    HEDDLE_ASSIGN(const Json layers, write_layers(program, run));
    if (environment.json) {
      environment.print(simulation);
      return 0;
    }
    environment.out << fmt::format("{} on {}\n\n", run.name, backend_) << report::cycles_text(simulation) << '\n'
                    << (layers.is_null() ? "" : report::timeline_text(layers) + "\n") << outputs_text(simulation);
    return 0;
  }

  /// Of a network: what the run tells of its layers, for the report. Else null.
  [[nodiscard]] Result<Json> write_layers(const session::CompiledProgram& program, const Run& run) const {
    if (run.name != session::kNetworkFunction) return Json(nullptr);
    HEDDLE_ASSIGN(const auto golden, session::golden_network_if_any(directory_));
    if (!golden) return Json(nullptr);
    Json layers = session::layers_json(program, *golden);
    session::add_run(layers, program, *golden, run.outcome, backend_);
    HEDDLE_TRY(report::add_energy(layers, program.cgra));
    HEDDLE_TRY(write_file(std::filesystem::path(directory_) / session::kLayersFile, dump_json(layers)));
    return layers;
  }

  std::string directory_;
  std::string backend_;
  std::string array_;
  std::string workload_;
  std::int64_t sequence_ = 0;
  std::int64_t heads_ = 0;
  double deviation_ = 1;
  std::vector<std::string> layers_;
  std::string kernel_;
  std::vector<std::string> arguments_;
  std::string inputs_;
  std::string labels_;
  std::string float_;
  std::int64_t examples_ = 0;
  bool resume_ = false;
  std::string trace_;
  std::string output_;
};

}  // namespace

std::unique_ptr<Command> make_simulate_command() { return std::make_unique<SimulateCommand>(); }

}  // namespace heddle::cli
