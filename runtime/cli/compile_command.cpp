// heddle compile: a C file to a directory with everything that the array needs.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "compiler/base/files.h"
#include "compiler/frontend/onnx/export.h"
#include "compiler/frontend/onnx/import.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/quantize_options.h"
#include "runtime/report/layers_text.h"
#include "runtime/report/program_page.h"
#include "runtime/report/summary_text.h"
#include "runtime/session/network_module.h"

namespace heddle::cli {
namespace {

constexpr std::string_view kQuantizeFirst =
    "nothing in this network is quantised, and all of it runs on the host: "
    "--calibration X.npz makes integers first, as 'heddle quantize' does";

const std::vector<std::string> kPlaces(session::kPlaceNames.begin(), session::kPlaceNames.end());

session::Place place_named(const std::string& name) {
  return static_cast<session::Place>(std::find(kPlaces.begin(), kPlaces.end(), name) - kPlaces.begin());
}

/// "auto" or a factor.
Result<int> unroll_factor(const std::string& text) {
  if (text == "auto") return 0;
  const bool digits = !text.empty() && text.size() <= 3 && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoi(text) < 1)
    return fail(ErrorCode::kBadInput,
                fmt::format("--unroll: expected auto or a number from 1 to 999, found '{}'", text));
  return std::stoi(text);
}

class CompileCommand : public Command {
 public:
  std::string name() const override { return "compile"; }
  std::string summary() const override {
    return "Compile a C file to an array: regions, mappings, configuration, RTL, report";
  }
  std::vector<OptionSpec> options() override {
    std::vector<OptionSpec> specs = {
        {"KERNEL",
         &source_,
         "A C file, the name of a shipped kernel from 'heddle list', or a quantised network (.onnx)",
         "",
         {},
         Complete::kKernel,
         true},
        {"--arch",
         &arch_,
         "Architecture: a YAML file, or a name from 'heddle list'",
         "NAME|FILE",
         {},
         Complete::kArchitecture,
         true},
        {"-o,--output",
         &output_,
         "Directory to write; replaced only if it holds a compiled program",
         "DIR",
         {},
         Complete::kDirectory,
         true},
        {"-f,--function", &functions_, "Map the loops of this function (repeatable)", "NAME"},
        {"--nest", &nest_, "How nests reach the array", "", {"auto", "innermost", "flatten"}},
        {"--unroll", &unroll_, "Unroll innermost loops: a factor, or auto", "N|auto"},
        {"--unroll-jam", &unroll_jam_, "Unroll the outer loop and fuse the copies", "N"},
        {"--no-address-generators", &no_address_generators_, "Compute every address by operations, and count loops so"},
        {"--no-loop-unit", &no_loop_unit_, "Count the inner loops of nests by operations"},
        {"--share-branches", &share_branches_, "One operation for two of exclusive branches, where that saves some"},
        {"--no-forward-stores", &no_forward_stores_,
         "Loads wait for every store, also where that alone decides the II"},
        {"--free-banks", &free_banks_, "Solvers exact and portfolio: choose the bank of each array with the mapping"},
        {"--route-through", &route_through_, "Values may pass units that have nothing else to do, as 'mov' operations"},
        {"--dump-mlir",
         &dump_mlir_,
         "Of a network: write the module after each pass to this directory",
         "DIR",
         {},
         Complete::kDirectory},
        {"--system",
         &system_,
         "Of a network: what stands around the array, a YAML file or softcore, zynq (default softcore)",
         "NAME|FILE",
         {},
         Complete::kFile},
        {"--attention",
         &attention_,
         "Of a network: a window-attention array beside the CGRA, which takes the attention that it can",
         "NAME|FILE",
         {},
         Complete::kFile},
        {"--place", &place_, "Of a network: layers on the array where they fit, on the host, or where they are faster",
         "", kPlaces},
        {"--solver", &solver_, "The mapper's solver", "", mapper::solvers()},
        {"--time", &seconds_, "Budget of the solver in seconds of CPU time for each region", "S"},
        {"--max-ii", &max_ii_, "Give up above this II; 0 = configuration depth", "II"},
        {"-I", &includes_, "For clang: a directory of headers (repeatable)", "DIR", {}, Complete::kDirectory},
        {"-D", &defines_, "For clang: a macro (repeatable)", "NAME[=VALUE]"},
        {"--clang", &clang_arguments_, "One more argument for clang, as --clang=-fwrapv (repeatable)", "ARG"},
        {"--std", &standard_, "For clang: the language standard", "STD"},
    };
    for (OptionSpec& spec : quantization_.options(false)) {
      spec.help = "Of a float network: " + spec.help;
      specs.push_back(std::move(spec));
    }
    return specs;
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(const session::CompileRequest request, make_request(environment));
    HEDDLE_ASSIGN(const session::CompiledProgram program, session::compile(request, environment.context));
    HEDDLE_TRY(report::write_sources(program, output_));
    HEDDLE_TRY(report::write_page(program, output_, std::filesystem::path(output_) / "report.html"));
    if (environment.context.cancelled())
      return fail(ErrorCode::kInterrupted, fmt::format("interrupted; '{}' holds the best mappings so far", output_));
    if (environment.json) {
      environment.print(program.report);
    } else {
      environment.out << report::summary_text(program.report)
                      << report::memory_text(program.report.value("memory", Json()))
                      << fmt::format("\n{}/report.html tells more\n", output_);
    }
    const bool any = program.report["totals"]["mapped"].get<int>() > 0;
    return any ? 0 : 1;
  }

 private:
  Result<session::CompileRequest> make_request(const Environment& environment) const {
    session::CompileRequest request;
    HEDDLE_ASSIGN(request.cgra, arch::find(arch_, environment.data.architectures()));
    if (std::filesystem::path(source_).extension() == ".onnx") {
      request.frontend.source = source_;
      HEDDLE_ASSIGN(request.network, network_bytes(environment));
      HEDDLE_ASSIGN(const network::Graph graph, frontend::import_onnx(request.network, source_));
      if (!attention_.empty()) {
        HEDDLE_ASSIGN(request.attention, arch::find_swat(attention_, environment.data.attention_arrays()));
      }
      HEDDLE_ASSIGN(const session::NetworkModule network,
                    session::network_module(graph, request.cgra, source_, !dump_mlir_.empty(),
                                            request.attention ? &*request.attention : nullptr));
      for (const network::AttentionRemainder& each : network.attention_remainders)
        environment.context.log(LogLevel::kWarning, fmt::format("the attention at '{}' is not for '{}': {}", each.node,
                                                                request.attention->name, each.reason));
      HEDDLE_TRY(write_dumps(network.dumps));
      if (!network.quantised) environment.context.log(LogLevel::kWarning, std::string(kQuantizeFirst));
      session::set_network(request, network);
      HEDDLE_ASSIGN(const auto system, resolve(system_, environment.data.systems(), ".yaml", "system"));
      HEDDLE_ASSIGN(request.system, arch::load_system(system));
      request.place = place_named(place_);
    } else {
      if (!attention_.empty())
        return fail(ErrorCode::kBadInput, fmt::format("--attention is of networks (.onnx); '{}' is none", source_));
      if (!quantization_.calibration.empty())
        return fail(ErrorCode::kBadInput, fmt::format("--calibration is of networks (.onnx); '{}' is none", source_));
      HEDDLE_ASSIGN(request.frontend.source, resolve(source_, environment.data.kernels(), ".c", "kernel"));
    }
    HEDDLE_ASSIGN(request.frontend.unroll, unroll_factor(unroll_));
    if (unroll_jam_ < 1 || unroll_jam_ > 999)
      return fail(ErrorCode::kBadInput, "--unroll-jam: expected a number from 1 to 999");
    if (seconds_ <= 0) return fail(ErrorCode::kBadInput, "--time: expected a positive number of seconds");
    if (max_ii_ < 0) return fail(ErrorCode::kBadInput, "--max-ii: expected 0 or more");
    for (const std::string& each : includes_) request.frontend.clang_arguments.push_back("-I" + each);
    for (const std::string& each : defines_) request.frontend.clang_arguments.push_back("-D" + each);
    for (const std::string& each : clang_arguments_) request.frontend.clang_arguments.push_back(each);
    if (!standard_.empty()) request.frontend.clang_arguments.push_back("-std=" + standard_);
    request.frontend.include_directory = environment.data.include();
    request.frontend.functions = functions_;
    request.frontend.nest = frontend::nest_named(nest_);
    request.frontend.unroll_jam = static_cast<int>(unroll_jam_);
    request.address_generators = !no_address_generators_;
    request.loop_unit = !no_loop_unit_;
    request.solver = solver_;
    request.share_branches = share_branches_;
    request.forward_stores = !no_forward_stores_;
    request.free_banks = free_banks_;
    request.route_through = route_through_;
    request.mapper = {seconds_, static_cast<int>(max_ii_), environment.context.seed};
    request.rtl_directory = environment.data.rtl();
    request.output = output_;
    return request;
  }

  /// The file to compile: the user's, or with calibration data what became of it.
  [[nodiscard]] Result<std::string> network_bytes(const Environment& environment) const {
    if (quantization_.calibration.empty()) return read_file(source_);
    HEDDLE_ASSIGN(const network::Graph graph, frontend::load_onnx(source_));
    HEDDLE_ASSIGN(const QuantizeOptions::Quantised made, quantization_.quantise(graph, environment.context));
    if (made.minifloat)
      return fail(ErrorCode::kBadInput, "minifloats are for 'heddle quantize' and 'heddle infer'; arrays take integers",
                  {}, "--weights and --activations int2 to int8");
    return frontend::export_onnx(made.graph);
  }

  [[nodiscard]] Status write_dumps(const std::vector<lowering::Dump>& dumps) const {
    if (dumps.empty()) return {};
    std::error_code error;
    std::filesystem::create_directories(dump_mlir_, error);
    if (error) return fail(ErrorCode::kIo, fmt::format("cannot make '{}': {}", dump_mlir_, error.message()));
    int number = 0;
    for (const lowering::Dump& dump : dumps)
      HEDDLE_TRY(
          write_file(std::filesystem::path(dump_mlir_) / fmt::format("{:02}_{}.mlir", number++, dump.pass), dump.text));
    return {};
  }

  std::string source_;
  std::string dump_mlir_;
  std::string arch_;
  std::string output_;
  std::vector<std::string> functions_;
  std::string nest_ = "auto";
  std::string unroll_ = "1";
  bool no_address_generators_ = false;
  bool no_loop_unit_ = false;
  std::int64_t unroll_jam_ = 1;
  bool share_branches_ = false;
  bool no_forward_stores_ = false;
  bool free_banks_ = false;
  bool route_through_ = false;
  std::string system_ = arch::kDefaultSystem;
  std::string attention_;
  std::string place_ = "array";
  QuantizeOptions quantization_;
  std::string solver_ = "heuristic";
  double seconds_ = 20;
  std::int64_t max_ii_ = 0;
  std::vector<std::string> includes_;
  std::vector<std::string> defines_;
  std::vector<std::string> clang_arguments_;
  std::string standard_;
};

}  // namespace

std::unique_ptr<Command> make_compile_command() { return std::make_unique<CompileCommand>(); }

}  // namespace heddle::cli
