// heddle explain: why the result is what it is.
#include <fmt/format.h>

#include <ostream>

#include "compiler/base/files.h"
#include "compiler/mapper/explain.h"
#include "compiler/network/summary.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/network_options.h"
#include "runtime/report/layers_energy.h"
#include "runtime/report/layers_text.h"
#include "runtime/report/summary_text.h"
#include "runtime/session/network_layers.h"
#include "runtime/session/network_module.h"
#include "runtime/session/program.h"

namespace heddle::cli {
namespace {

/// The region as it was mapped; refers to both arguments.
mapper::Problem problem_of(const session::CompiledProgram& program, const session::CompiledRegion& region) {
  const Json options = program.report.value("options", Json::object());
  return {region.graph, program.cgra, options.value("free_banks", false), options.value("route_through", false)};
}

/// Bounds as the report has them.
mapper::Bounds recorded_bounds(const Json& facts) {
  mapper::Bounds bounds;
  const auto bound = [&](const char* name) {
    return mapper::Bound{
        facts["mii"].value(name, 1), facts.value("witness", Json::object()).value(name, std::string()), {}};
  };
  bounds.rec = bound("rec");
  bounds.res = bound("res");
  bounds.mem = bound("mem");
  return bounds;
}

/// The answer that the mapper gave, as far as files keep it; the bounds are computed again, unless the mapper has added
/// operations: then those of the graph in the file are not those of the question.
Result<mapper::Answer> answer_of(const mapper::Problem& problem, const mapper::Mapping& mapping, const Json& facts) {
  mapper::Answer answer;
  if (facts.value("route_moves", 0) > 0) {
    answer.bounds = recorded_bounds(facts);
  } else {
    HEDDLE_ASSIGN(answer.bounds, mapper::bounds(problem));
  }
  answer.proved = facts.value("proved", 0);
  answer.mapping = mapping;
  answer.outcome = facts["status"] == "optimal" ? mapper::Outcome::kOptimal : mapper::Outcome::kFeasible;
  answer.reason = facts.value("reason", std::string());
  return answer;
}

std::string indented(const std::string& text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && c != '\n') out += "  ";
    out += c;
    line_start = c == '\n';
  }
  return out;
}

class ExplainCommand : public Command {
 public:
  std::string name() const override { return "explain"; }
  std::string summary() const override {
    return "Say why regions have their II and loops stayed on the host; list a network's layers";
  }
  std::vector<OptionSpec> options() override {
    std::vector<OptionSpec> specs = {
        {"DIR", &directory_, "What 'heddle compile' wrote, or an ONNX file", "", {}, Complete::kFile, true},
        {"REGION", &region_, "Only this region"}};
    for (OptionSpec& spec : shape_.options()) specs.push_back(std::move(spec));
    return specs;
  }

  Result<int> run(Environment& environment) override {
    if (std::filesystem::path(directory_).extension() == ".onnx") return explain_network(environment);
    HEDDLE_ASSIGN(const session::CompiledProgram program, session::load_program(directory_));
    HEDDLE_ASSIGN(const Json regions, chosen(program.report));
    HEDDLE_ASSIGN(const Json layers, layers_of(program, environment));
    if (environment.json) {
      Json object{{"schema", "heddle.explain/1"}, {"regions", Json::array()}};
      for (const Json& facts : regions) {
        HEDDLE_ASSIGN(const Json entry, explained(program, facts));
        object["regions"].push_back(entry);
      }
      if (region_.empty()) object["host"] = program.report["host"];
      if (region_.empty() && program.report.contains("operators")) object["operators"] = program.report["operators"];
      for (const char* key : {"memory", "layers", "backend", "system", "timeline", "energy"})
        if (layers.contains(key)) object[key] = layers[key];
      environment.print(object);
      return 0;
    }
    if (!layers.empty()) environment.out << report::layers_text(layers, program.cgra) << '\n';
    for (const Json& facts : regions) {
      environment.out << report::explanation_text(facts);
      const session::CompiledRegion* region = mapped(program, facts["name"]);
      if (region != nullptr) {
        const mapper::Problem problem = problem_of(program, *region);
        HEDDLE_ASSIGN(const mapper::Answer answer, answer_of(problem, region->mapping, facts));
        environment.out << indented(mapper::explain(problem, answer));
      }
      environment.out << '\n';
    }
    if (region_.empty()) environment.out << report::host_text(program.report);
    return 0;
  }

 private:
  [[nodiscard]] Result<int> explain_network(Environment& environment) const {
    HEDDLE_ASSIGN(const network::Graph graph, shape_.load(directory_));
    const Json summary = network::summary_json(graph);
    if (environment.json)
      environment.print(summary);
    else
      environment.out << report::network_text(summary);
    return 0;
  }

  /// Of a compiled network, unless one region is asked for; otherwise empty.
  [[nodiscard]] Result<Json> layers_of(const session::CompiledProgram& program, const Environment& environment) const {
    if (!region_.empty()) return Json::array();
    HEDDLE_ASSIGN(const auto golden, session::golden_network_if_any(directory_));
    if (!golden) return Json::array();
    HEDDLE_ASSIGN(Json layers, session::explained_layers(program, *golden, environment.context));
    HEDDLE_TRY(report::add_energy(layers, program.cgra));
    return layers;
  }

  static const session::CompiledRegion* mapped(const session::CompiledProgram& program, const std::string& name) {
    for (const session::CompiledRegion& region : program.regions) {
      if (region.name == name && region.mapping.ii > 0) return &region;
    }
    return nullptr;
  }

  /// The region's entry in the report, with what the mapper says of its mapping.
  static Result<Json> explained(const session::CompiledProgram& program, const Json& facts) {
    Json entry = facts;
    const session::CompiledRegion* region = mapped(program, facts["name"]);
    if (region == nullptr) return entry;
    const mapper::Problem problem = problem_of(program, *region);
    HEDDLE_ASSIGN(const mapper::Answer answer, answer_of(problem, region->mapping, facts));
    entry["mapping"] = mapper::explain_json(problem, answer);
    return entry;
  }

  [[nodiscard]] Result<Json> chosen(const Json& report) const {
    Json regions = Json::array();
    std::vector<std::string> names;
    for (const Json& region : report["regions"]) {
      names.push_back(region["name"]);
      if (region_.empty() || names.back() == region_) regions.push_back(region);
    }
    if (!regions.empty() || region_.empty()) return regions;
    const std::string nearest = nearest_name(region_, names);
    return fail(ErrorCode::kNotFound, fmt::format("the program has no region '{}'", region_), {directory_},
                nearest.empty() ? fmt::format("there are: {}", fmt::join(names, ", "))
                                : fmt::format("did you mean '{}'?", nearest));
  }

  std::string directory_;
  std::string region_;
  NetworkOptions shape_;
};

}  // namespace

std::unique_ptr<Command> make_explain_command() { return std::make_unique<ExplainCommand>(); }

}  // namespace heddle::cli
