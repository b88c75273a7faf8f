#include "runtime/verify/kinds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>

#include "runtime/session/layer_kinds.h"
#include "runtime/session/network_layers.h"
#include "runtime/session/network_module.h"
#include "runtime/verify/compare.h"
#include "runtime/verify/engines.h"
#include "runtime/verify/host_snapshot.h"
#include "runtime/verify/vectors.h"
#include "runtime/verify/verify.h"

namespace heddle::verify {
namespace {

/// The part of a layer that a function is, without numbers: "sums" of "conv1__sums", "" of "conv1".
std::string part_of(const std::string& function) {
  const std::size_t at = function.find("__");
  if (at == std::string::npos) return {};
  std::string part = function.substr(at + 2);
  std::erase_if(part, [](char c) { return c >= '0' && c <= '9'; });
  return part;
}

bool is_packed(const dfg::Graph& graph) {
  return std::ranges::any_of(graph.nodes, [](const dfg::Node& node) { return dfg::is_packed(node.op); });
}

/// By region: the kind of work that it is, without what it is like on this array.
std::vector<std::string> kinds_of_regions(const session::CompiledProgram& program, const network::Graph& golden) {
  const auto layers = session::layer_kinds(golden);
  std::vector<std::string> kinds;
  for (const Json& facts : program.report["regions"]) {
    const auto function = facts["function"].get<std::string>();
    const auto layer = layers.find(function.substr(0, function.find("__")));
    const std::string part = part_of(function);
    kinds.push_back((layer == layers.end() ? function : layer->second) + (part.empty() ? "" : ": " + part));
  }
  return kinds;
}

/// The kinds of a run, each with its shortest launch.
std::vector<KindResult> choose(const session::CompiledProgram& program, const network::Graph& golden,
                               const std::vector<session::LaunchRecord>& launches) {
  const std::vector<std::string> texts = kinds_of_regions(program, golden);
  std::vector<KindResult> kinds;
  std::map<std::string, std::size_t> by_key;
  std::map<int, std::uint64_t> count;  // of launches, by region
  for (const session::LaunchRecord& launch : launches) {
    if (!launch.refused.empty()) continue;
    const std::uint64_t number = count[launch.region]++;
    const session::CompiledRegion& region = program.regions[static_cast<std::size_t>(launch.region)];
    const auto operations = static_cast<int>(region.graph.nodes.size());
    const std::string& text = texts[static_cast<std::size_t>(launch.region)];
    const auto [place, is_new] =
        by_key.try_emplace(fmt::format("{}|{}|{}", text, region.mapping.ii, operations), kinds.size());
    if (is_new)
      kinds.push_back({text,
                       region.name,
                       number,
                       region.mapping.ii,
                       operations,
                       is_packed(region.graph),
                       0,
                       0,
                       launch.trip_count,
                       launch.cycles,
                       0,
                       {}});
    KindResult& kind = kinds[place->second];
    if (number == 0) ++kind.regions;
    ++kind.launches;
    if (launch.cycles.total() >= kind.cycles.total()) continue;
    kind.region = region.name;
    kind.launch = number;
    kind.trip_count = launch.trip_count;
    kind.cycles = launch.cycles;
  }
  return kinds;
}

/// Runs each launch on all engines from the same memory, and notes what differs.
class ComparingBackend final : public session::Backend {
 public:
  ComparingBackend(std::vector<EngineRun>& engines, std::vector<KindResult>& kinds)
      : engines_(engines), kinds_(kinds) {}

  [[nodiscard]] std::string name() const override { return "all"; }

  Result<session::LaunchResult> launch(const session::LaunchPlan& plan, const Context& context) override {
    const auto kind = std::ranges::find_if(
        kinds_, [&](const KindResult& each) { return each.region == plan.region->name && each.words == 0; });
    context.progress("kinds", kind - kinds_.begin(), static_cast<std::int64_t>(kinds_.size()));
    for (const auto* transfers : {&plan.in, &plan.out})
      for (const session::Transfer& transfer : *transfers)
        kind->words += static_cast<std::uint64_t>(transfer.bytes + 3) / 4;
    const HostSnapshot before(plan);
    std::optional<session::LaunchResult> first;
    std::optional<HostSnapshot> left;
    for (EngineRun& engine : engines_) {
      before.restore();
      if (engine.lockstep != nullptr) engine.lockstep->begin_run();
      engine.backend->forget_configuration();
      auto result = engine.backend->launch(plan, context);
      if (!result && result.error().code != ErrorCode::kMismatch) return result;
      note(*kind, engine, result, first, left);
      if (!first && result) {
        first = std::move(*result);
        left.emplace(plan);
      }
    }
    if (!first) return fail(ErrorCode::kMismatch, "no engine ran " + plan.region->name);
    kind->cycles = first->cycles;
    left->restore();
    first->backend.clear();
    return *first;
  }

 private:
  static void note(KindResult& kind, const EngineRun& engine, const Result<session::LaunchResult>& result,
                   const std::optional<session::LaunchResult>& first, const std::optional<HostSnapshot>& left) {
    const auto add = [&](const std::string& what) {
      kind.differences.push_back(fmt::format("{}: {}", to_string(engine.engine), what));
    };
    if (!result) return add(result.error().message);
    if (engine.lockstep != nullptr && engine.lockstep->fault()) add(to_text(*engine.lockstep->fault()));
    if (!first) return;
    if (!left->is_current()) add("another memory after the launch");
    if (result->live_outs != first->live_outs) add("other live-outs");
    if (result->activity && first->activity && *result->activity != *first->activity) add("other counts of activity");
    if (result->cycles != first->cycles)
      add(fmt::format("{} cycles, {} of them running; expected {} and {}", result->cycles.total(), result->cycles.run,
                      first->cycles.total(), first->cycles.run));
  }

  std::vector<EngineRun>& engines_;
  std::vector<KindResult>& kinds_;
};

std::vector<session::Argument> random_arguments(const session::CompiledProgram& program, std::uint64_t seed) {
  VectorOptions wanted;
  wanted.random = 1;
  wanted.edge_cases = false;
  wanted.seed = seed;
  return make_vectors(program.kernels.front(), wanted).front().arguments;
}

std::size_t layers_without_launch(const session::CompiledProgram& program, const network::Graph& golden,
                                  const session::RunOutcome& outcome) {
  return static_cast<std::size_t>(
      std::ranges::count_if(session::layer_efforts(program, golden, outcome),
                            [](const session::LayerEffort& effort) { return effort.launches.empty(); }));
}

}  // namespace

bool KindsReport::equal() const {
  return !layer && std::ranges::all_of(kinds, [](const KindResult& kind) { return kind.differences.empty(); });
}

Result<KindsReport> verify_kinds(const session::CompiledProgram& program, const network::Graph& golden,
                                 const KindsOptions& options, const Context& context) {
  KindsReport report{program.source, program.cgra.name, context.seed, {}, {}, 0, {}};
  const auto arguments = options.arguments.empty() ? random_arguments(program, context.seed) : options.arguments;
  const auto fast = session::make_fast_backend(program.cgra);
  HEDDLE_ASSIGN(const session::RunOutcome plain,
                session::run_kernel(program, session::kNetworkFunction, arguments, fast.get(), context));
  report.kinds = choose(program, golden, plain.launches);
  report.host_layers = layers_without_launch(program, golden, plain);
  Options devices;
  devices.rtl = options.rtl_build;
  // The first engine's cycles are the formula's: the others are held to them.
  devices.engines = {Engine::kInterpreter, Engine::kSystemc};
  if (options.rtl) devices.engines.push_back(Engine::kRtl);
  for (const Engine engine : devices.engines) report.engines.emplace_back(to_string(engine));
  HEDDLE_ASSIGN(std::vector<EngineRun> engines, make_engines(program.cgra, devices, context));
  ComparingBackend comparing(engines, report.kinds);
  std::vector<session::LaunchChoice> choices;
  for (const KindResult& kind : report.kinds) choices.push_back({kind.region, kind.launch, &comparing});
  const auto rest = session::make_fast_backend(program.cgra);
  const auto mixed = session::make_mixed_backend(*rest, std::move(choices));
  HEDDLE_ASSIGN(const session::RunOutcome outcome,
                session::run_kernel(program, session::kNetworkFunction, arguments, mixed.get(), context));
  HEDDLE_ASSIGN(report.layer, session::first_difference(program, golden, arguments, outcome, context));
  return report;
}

Json to_json(const KindsReport& report) {
  Json kinds = Json::array();
  for (const KindResult& kind : report.kinds)
    kinds.push_back({{"kind", kind.kind},
                     {"region", kind.region},
                     {"launch", kind.launch},
                     {"ii", kind.ii},
                     {"operations", kind.operations},
                     {"packed", kind.packed},
                     {"regions", kind.regions},
                     {"launches", kind.launches},
                     {"trip_count", kind.trip_count},
                     {"cycles", kind.cycles.total()},
                     {"run_cycles", kind.cycles.run},
                     {"stall_cycles", kind.cycles.stall},
                     {"words", kind.words},
                     {"differences", kind.differences}});
  Json json{{"schema", "heddle.kinds/1"},          {"source", report.source},
            {"architecture", report.architecture}, {"seed", report.seed},
            {"engines", report.engines},           {"kinds", std::move(kinds)},
            {"host_layers", report.host_layers},   {"equal", report.equal()}};
  if (report.layer)
    json["layer"] = {{"name", report.layer->layer},
                     {"place", report.layer->place},
                     {"expected", report.layer->expected},
                     {"got", report.layer->got},
                     {"elements", report.layer->elements}};
  return json;
}

std::string to_text(const KindsReport& report) {
  std::string text;
  std::uint64_t cycles = 0;
  for (const KindResult& kind : report.kinds) {
    cycles += kind.cycles.total();
    text += fmt::format(
        "{}\n  II {}, {} operations{}; {} region(s), {} launch(es); {}@{}: {} iterations, {} cycles, {} "
        "stalls, {} words: {}\n",
        kind.kind, kind.ii, kind.operations, kind.packed ? ", packed" : "", kind.regions, kind.launches, kind.region,
        kind.launch, kind.trip_count, kind.cycles.total(), kind.cycles.stall, kind.words,
        kind.differences.empty() ? "equal" : "DIFFERENT");
    for (const std::string& difference : kind.differences) text += "  " + difference + "\n";
  }
  if (report.layer)
    text += fmt::format("layer {}: {} (the first of {} elements): expected {}, got {}\n", report.layer->layer,
                        report.layer->place, report.layer->elements, report.layer->expected, report.layer->got);
  return text + fmt::format("{} kinds on {} ({}), {} cycles; {} layers have no launch; {}\n", report.kinds.size(),
                            fmt::format("{}", fmt::join(report.engines, ", ")), report.architecture, cycles,
                            report.host_layers,
                            report.equal() ? "all equal, and every layer as the golden model" : "NOT EQUAL");
}

}  // namespace heddle::verify
