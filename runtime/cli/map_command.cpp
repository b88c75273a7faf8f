// heddle map: a dataflow graph from a file onto an array.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ostream>

#include "compiler/base/files.h"
#include "compiler/dfg/legalize.h"
#include "compiler/dfg/text.h"
#include "compiler/mapper/explain.h"
#include "compiler/mapper/infeasible.h"
#include "compiler/mapper/proof.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/import_options.h"
#include "runtime/report/text_table.h"

namespace heddle::cli {
namespace {

class MapCommand : public Command {
 public:
  std::string name() const override { return "map"; }
  std::string summary() const override { return "Map a dataflow graph onto an array"; }
  std::vector<OptionSpec> options() override {
    return {
        {"GRAPH", &graph_, "The graph: ours (text, JSON) or another tool's", "", {}, Complete::kFile, true},
        {"--arch",
         &arch_,
         "Architecture: YAML, Morpher's JSON, or a name from 'heddle list'",
         "NAME|FILE",
         {},
         Complete::kArchitecture,
         true},
        {"--from", &from_, "Read the graph as this kind, whatever it looks like", "", exchange::graph_kinds()},
        {"-o,--output", &output_, "Write the mapping (heddle.mapping/1) to this file", "FILE", {}, Complete::kFile},
        {"--solver", &solver_, "The solver", "", mapper::solvers()},
        {"--time", &seconds_, "Budget of the solver in seconds of CPU time", "S"},
        {"--max-ii", &max_ii_, "Give up above this II; 0 = configuration depth", "II"},
        {"--polish", &polish_, "exact, portfolio: spend the budget on the shortest schedule, then the fewest hops"},
        {"--free-banks", &free_banks_, "exact, portfolio: choose the bank of each array together with the mapping"},
        {"--route-through", &route_through_, "Values may pass units that have nothing else to do, as 'mov' operations"},
        {"--spatial", &spatial_, "One operation a PE, all in every cycle (II = 1), or nothing"},
        {"--explain-infeasible", &explain_, "Which constraints together rule out the next smaller II"},
        {"--proof",
         &proof_,
         "Prove that no smaller II exists: DRAT proof to FILE, its formula to FILE.cnf",
         "FILE",
         {},
         Complete::kFile},
        {"--dot", &dot_, "Print the graph in Graphviz form instead of the summary"},
    };
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(const exchange::ImportedCgra array, exchange::find_cgra(arch_, environment.data.architectures()));
    const arch::Cgra& cgra = array.cgra;
    log_warnings(array.warnings, environment.context);
    HEDDLE_ASSIGN(const std::string text, read_file(graph_));
    HEDDLE_ASSIGN(exchange::ImportedGraph read,
                  exchange::read_graph(text, graph_, exchange::graph_kind_named(from_), array.outer_memory));
    log_warnings(read.warnings, environment.context);
    HEDDLE_ASSIGN(const dfg::Graph graph,
                  dfg::legalize(read.graph, arch::fewest_constants(cgra), arch::fewest_constants(cgra, true)));
    const mapper::Problem problem{graph, cgra, free_banks_, route_through_};
    if (spatial_ && max_ii_ > 1) return fail(ErrorCode::kBadInput, "--spatial: II is 1, --max-ii asks for more");
    mapper::Options options{seconds_, spatial_ ? 1 : static_cast<int>(max_ii_), environment.context.seed};
    options.polish = polish_;
    HEDDLE_ASSIGN(const mapper::Answer answer, mapper::solve(solver_, problem, options, environment.context));
    HEDDLE_TRY(write_mapping(mapper::mapped_problem(problem, answer), answer, environment.context.cancelled()));
    if (explain_) {
      HEDDLE_ASSIGN(core_, mapper::infeasible_core(problem, answer.lower_bound() - 1, options, environment.context));
    }
    if (!proof_.empty()) HEDDLE_TRY(write_proof(problem, answer, options, environment.context));
    if (environment.json) {
      print_json(problem, answer, environment);
    } else if (dot_) {
      environment.out << dfg::to_dot(answer.graph ? *answer.graph : graph);
    } else {
      print_text(problem, answer, environment);
    }
    return answer.mapping ? 0 : 1;
  }

 private:
  /// The mapping of an interrupted search is the best so far; its file says so, and so does the error. A graph that
  /// the mapper has added to is written beside, for the mapping is of that one.
  Status write_mapping(const mapper::Problem& problem, const mapper::Answer& answer, bool interrupted) const {
    const bool writes = answer.mapping && !output_.empty();
    if (writes) {
      Json object = mapper::to_json(problem, *answer.mapping);
      if (interrupted) object["interrupted"] = true;
      HEDDLE_TRY(write_file(output_, dump_json(object)));
      if (answer.graph) HEDDLE_TRY(write_file(output_ + ".dfg.json", dump_json(dfg::to_json(*answer.graph))));
    }
    if (!interrupted) return {};
    return fail(ErrorCode::kInterrupted,
                writes ? fmt::format("interrupted; '{}' holds the best mapping so far, of II {}; no II below {} exists",
                                     output_, answer.mapping->ii, answer.lower_bound())
                       : "interrupted");
  }

  /// Of the largest II that is known to be too small.
  Status write_proof(const mapper::Problem& problem, const mapper::Answer& answer, const mapper::Options& options,
                     const Context& context) {
    const int ii = answer.lower_bound() - 1;
    if (ii < answer.bounds.mii()) {
      proved_ = fmt::format("no file: the lower bound itself shows that II {} is impossible ({})", ii,
                            mapper::tightest(answer.bounds).witness);
      return {};
    }
    HEDDLE_ASSIGN(const auto done, mapper::refute(problem, ii, proof_ + ".cnf", proof_, options, context));
    const std::string length = done.horizon == 0 ? "" : fmt::format(" of up to {} cycles", done.horizon);
    proved_ = fmt::format("II {} is impossible for all schedules{}: {} clauses, {} lemmas, checked", ii, length,
                          done.clauses, done.lemmas);
    return {};
  }

  void print_json(const mapper::Problem& problem, const mapper::Answer& answer, Environment& environment) const {
    Json mii{{"total", answer.bounds.mii()}};
    for (const mapper::BoundPart& part : mapper::kBoundParts) {
      const mapper::Bound& bound = answer.bounds.*part.bound;
      mii[part.name] = {{"value", bound.value}, {"witness", bound.witness}};
    }
    Json object{{"schema", "heddle.map/1"},
                {"graph", problem.graph.name},
                {"nodes", problem.graph.nodes.size()},
                {"values", dfg::value_edges(problem.graph).size()},
                {"arch", problem.cgra.name},
                {"status", mapper::to_string(answer.outcome)},
                {"reason", answer.reason},
                {"fixed", mapper::fixed_text(problem)},
                {"mii", std::move(mii)},
                {"map_seconds", answer.cpu_seconds},
                {"best_map_seconds", answer.best_seconds},
                {"attempts", answer.attempts},
                {"proved", answer.lower_bound()}};
    if (!proved_.empty()) object["proof"] = proved_;
    if (core_) object["infeasible"] = core_->to_json();
    if (answer.mapping) {
      object["ii"] = answer.mapping->ii;
      object["schedule_length"] = answer.mapping->schedule_length(mapper::mapped_problem(problem, answer));
      object["moves"] = answer.moves;
      object["shortest_schedule"] = answer.shortest;
      object["fewest_hops"] = answer.fewest_hops;
    }
    environment.print(object);
  }

  static std::string passes_text(int moves) {
    if (moves == 0) return "no value passes a unit";
    return fmt::format("{} added 'mov'{} take{} values through units", moves, moves == 1 ? "" : "s",
                       moves == 1 ? "s" : "");
  }

  void print_text(const mapper::Problem& problem, const mapper::Answer& answer, Environment& environment) const {
    const auto& bounds = answer.bounds;
    const auto print = [&](const char* what, const std::string& text) {
      environment.out << fmt::format("{:<9} {}\n", what, text);
    };
    print("graph", fmt::format("{} ({} nodes, {} values)", problem.graph.name.empty() ? graph_ : problem.graph.name,
                               problem.graph.nodes.size(), dfg::value_edges(problem.graph).size()));
    print("array", fmt::format("{} ({}x{})", problem.cgra.name, problem.cgra.rows, problem.cgra.columns));
    print("RecMII", fmt::format("{}  {}", bounds.rec.value, bounds.rec.witness));
    print("ResMII", fmt::format("{}  {}", bounds.res.value, bounds.res.witness));
    print("MemMII", fmt::format("{}  {}", bounds.mem.value, bounds.mem.witness));
    print("RouteMII", fmt::format("{}  {}", bounds.route.value, bounds.route.witness));
    print("RegMII", fmt::format("{}  {}", bounds.reg.value, bounds.reg.witness));
    if (answer.mapping) {
      const int length = answer.mapping->schedule_length(mapper::mapped_problem(problem, answer));
      const int ii = answer.mapping->ii;
      print("II", bold(environment, fmt::format("{}  {}", ii, mapper::to_string(answer.outcome))));
      print("schedule", fmt::format("{} cycles in {} stages{}{}", length, (length + ii - 1) / ii,
                                    answer.shortest ? ", the shortest of this II" : "",
                                    answer.fewest_hops ? ", with the fewest hops" : ""));
      if (problem.route_through) print("through", passes_text(answer.moves));
    } else {
      print("II", bold(environment, fmt::format("none: {}", mapper::to_string(answer.outcome))));
    }
    if (!answer.reason.empty()) print("why", answer.reason);
    print("fixed", mapper::fixed_text(problem));
    if (!proved_.empty()) print("proof", proved_);
    if (core_) print("core", core_->text());
    print("time", fmt::format("{:.3f} s of CPU, {} attempts", answer.cpu_seconds, answer.attempts));
  }

  std::string graph_;
  std::string arch_;
  std::string output_;
  std::string from_;
  bool polish_ = false;
  bool spatial_ = false;
  bool free_banks_ = false;
  bool route_through_ = false;
  bool explain_ = false;
  std::optional<mapper::Core> core_;
  std::string proof_;
  std::string proved_;  ///< what was proved, in words
  std::string solver_ = "heuristic";
  double seconds_ = 20;
  std::int64_t max_ii_ = 0;
  bool dot_ = false;
};

}  // namespace

std::unique_ptr<Command> make_map_command() { return std::make_unique<MapCommand>(); }

}  // namespace heddle::cli
