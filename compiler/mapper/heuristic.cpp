// II by II: quick searches upward from the bound until one succeeds, then thorough ones on the way back down.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "compiler/base/check.h"
#include "compiler/mapper/capability.h"
#include "compiler/mapper/search/region.h"
#include "compiler/mapper/search/search.h"
#include "compiler/mapper/search/tiles.h"
#include "compiler/mapper/solve.h"
#include "compiler/mapper/sub_array.h"
#include "compiler/mapper/thread_time.h"

namespace heddle::mapper {
namespace {

using search::Fabric;
using search::Schedule;
using search::Search;
using search::State;
using search::Task;

/// Attempts, and moves of each; deterministic limits, so that a normal result never depends on the clock.
struct Effort {
  int attempts = 1;
  int moves = 1;
};

/// The way up takes larger steps at large II; the way back looks at what was skipped.
constexpr int kQuickStep = 12;
constexpr int kClusterOdds = 6;
constexpr int kLargeGraph = 200;

/// Of large graphs on large arrays one longer search says enough about an II.
Effort quick_effort(int nodes, bool large) { return large ? Effort{1, 150 + 24 * nodes} : Effort{3, 150 + 12 * nodes}; }
Effort thorough_effort(int nodes, bool at_bound) { return {at_bound ? 24 : 8, 600 + 60 * nodes}; }
/// Few attempts, but long ones: some graphs need patience rather than luck.
Effort patient_effort(int nodes, bool at_bound) { return {at_bound ? 8 : 3, 2400 + 240 * nodes}; }

/// Searches on large arrays end early: without progress for this many moves, or this part of all.
constexpr int kPatience = 1500;
constexpr int kPatienceShare = 16;

constexpr int kHalvingAttempts = 4;
constexpr std::uint64_t kHalvingRound = 3;
constexpr std::uint64_t kPolishRound = 100;
/// Attempts at a shorter schedule once an II is found.
int polish_attempts(int nodes, bool large) { return nodes <= 64 ? 8 : large ? 1 : 2; }

/// Times start at 0: the whole schedule moves to the earliest cycle.
Mapping extract(const State& state, const std::vector<int>& banks, const dfg::Graph& graph) {
  Mapping mapping;
  mapping.ii = state.ii;
  mapping.banks = banks;
  const int first = state.time.empty() ? 0 : *std::min_element(state.time.begin(), state.time.end());
  for (std::size_t n = 0; n < state.pe.size(); ++n)
    mapping.nodes.push_back({state.fabric.pe_ids[static_cast<std::size_t>(state.pe[n])], state.time[n] - first});
  const auto edges = dfg::value_edges(graph);
  for (std::size_t e = 0; e < edges.size(); ++e) {
    Route route{edges[e], {}};
    for (const auto& step : state.ways[e])
      route.hops.push_back({step.cycle - first, state.fabric.to_place(step.place)});
    mapping.routes.push_back(std::move(route));
  }
  return mapping;
}

/// "3 links, 1 unit, 2 routes": what the best placement of a failed II still disagreed on.
std::string conflict_text(const Fabric& fabric, const std::vector<int>& kinds) {
  std::map<std::string, int> counts;
  for (int place = 0; place < fabric.places; ++place) {
    const int count = kinds[static_cast<std::size_t>(place)];
    if (count == 0) continue;
    const char* kind = place < fabric.reg(0)          ? "result registers"
                       : place < fabric.link(0)       ? "registers"
                       : place < fabric.unit(0)       ? "links"
                       : place < fabric.read_port(0)  ? "issue slots"
                       : place < fabric.write_port(0) ? "register read ports"
                       : place < fabric.live_out(0)   ? "register write ports"
                       : place < fabric.bank(0)       ? "live-out registers"
                       : place < fabric.generator(0)  ? "bank ports"
                                                      : "address generators";
    counts[kind] += count;
  }
  if (kinds.back() > 0) counts["operands that could not be brought in time"] += kinds.back();
  std::string text;
  for (const auto& [kind, count] : counts) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, kind);
  return text;
}

/// A part of the array, and the graph as seen from there.
struct Ground {
  Ground(const Problem& problem, const std::vector<arch::PeId>& region, const std::vector<Capability>& capability,
         const std::vector<int>& node_banks)
      : fabric(problem, region), task(problem, fabric, capability, node_banks) {}

  Fabric fabric;
  Task task;
};

class Heuristic {
 public:
  Heuristic(const Problem& problem, const Options& options, const Context& context,
            const std::vector<Capability>& capability, Answer& answer)
      : problem_(problem),
        options_(options),
        context_(context),
        answer_(answer),
        capability_(capability),
        node_banks_(search::node_banks(problem, answer.bounds.banks)),
        nodes_(static_cast<int>(problem.graph.nodes.size())),
        large_(nodes_ > kLargeGraph && problem.cgra.pes.size() > search::Fabric::kLargePes),
        start_(thread_seconds()) {
    for (const auto& node : problem.graph.nodes)
      for (const auto& operand : node.operands)
        if (operand.is_node() && operand.initial) deepest_initial_ = std::max(deepest_initial_, operand.distance);
  }

  void run() {
    const int mii = answer_.bounds.mii();
    const int max_ii =
        options_.max_ii > 0 ? std::min(options_.max_ii, problem_.cgra.config_depth) : problem_.cgra.config_depth;
    int ii = mii;
    while (ii <= max_ii && !try_ii(ii, quick_effort(nodes_, large_), 0) && !out_of_time())
      ii += std::max(1, ii / kQuickStep);
    look(mii);
    if (options_.race != nullptr) options_.race->start();
    halve_gap(mii);
    descend(mii, thorough_effort, 1);
    descend(mii, patient_effort, 2);
    polish();
    answer_.cpu_seconds = thread_seconds() - start_;
    conclude(mii, max_ii);
  }

 private:
  /// What a short look by other means finds spares thorough searches.
  void look(int mii) {
    if (options_.look == nullptr || (answer_.mapping && answer_.mapping->ii == mii) || out_of_time()) return;
    const int before = answer_.mapping ? answer_.mapping->ii : 0;
    options_.look(answer_, options_.seconds - (thread_seconds() - start_));
    looked_ = answer_.mapping && answer_.mapping->ii != before;
    if (looked_) answer_.best_seconds = thread_seconds() - start_;
    if (looked_ && options_.race != nullptr) options_.race->found(answer_.mapping->ii);
  }

  /// Quick searches may end far above the bound: some thorough ones half way, before the budget goes into the bound.
  void halve_gap(int mii) {
    int least = std::max(mii, answer_.proved);
    while (answer_.mapping && answer_.mapping->ii - least >= 2 && !out_of_time()) {
      const int ii = (least + answer_.mapping->ii) / 2;
      if (!try_ii(ii, {kHalvingAttempts, thorough_effort(nodes_, false).moves}, kHalvingRound)) least = ii + 1;
    }
  }

  /// From the bound up to below what is known to work.
  void descend(int mii, Effort (*effort)(int, bool), std::uint64_t round) {
    const int max_ii =
        options_.max_ii > 0 ? std::min(options_.max_ii, problem_.cgra.config_depth) : problem_.cgra.config_depth;
    const int known = answer_.mapping ? answer_.mapping->ii : max_ii + 1;
    for (int ii = mii; ii < known && !out_of_time(); ++ii)
      if (try_ii(ii, effort(nodes_, ii == mii), round)) return;
  }

  /// Other seeds may give a shorter schedule at the same II; prologue and epilogue are as long as it.
  void polish() {
    if (!answer_.mapping || looked_) return;
    Mapping best = *answer_.mapping;
    for (int k = 0; k < polish_attempts(nodes_, large_) && !out_of_time(); ++k) {
      try_ii(best.ii, {1, quick_effort(nodes_, large_).moves}, kPolishRound + static_cast<std::uint64_t>(k));
      if (answer_.mapping->schedule_length(problem_) < best.schedule_length(problem_)) best = *answer_.mapping;
    }
    answer_.mapping = std::move(best);
  }

  [[nodiscard]] bool out_of_time() const {
    return context_.cancelled() || thread_seconds() - start_ > options_.seconds;
  }

  /// By the look or by the solver beside: searching on is in vain.
  [[nodiscard]] bool refuted(int ii) const {
    return ii < answer_.proved || (options_.race != nullptr && ii < options_.race->proved.load());
  }

  bool try_ii(int ii, Effort effort, std::uint64_t round) {
    const auto regions = search::regions(problem_, capability_, ii);
    if (attempt_tiles(ii, effort.moves, round)) return true;
    for (int a = 0; a < effort.attempts && !out_of_time() && !refuted(ii); ++a) {
      // Small rectangles first; of a large graph the whole array, where its operations can spread.
      const auto turn = static_cast<std::size_t>(a) % regions.size();
      const Ground& ground = ground_of(regions[large_ ? regions.size() - 1 - turn : turn]);
      const std::uint64_t seed = options_.seed * 1000003U + static_cast<std::uint64_t>(ii) * 1009U + round * 101U +
                                 static_cast<std::uint64_t>(a);
      // Neither with moves of clusters nor without is the search better on all graphs: the later half tries them.
      search::Tuning tuning;
      tuning.cluster_odds = round > 0 && a >= (effort.attempts + 1) / 2 ? kClusterOdds : 0;
      tuning.patience = std::max(kPatience, effort.moves / kPatienceShare);
      if (attempt(ii, ground, effort.moves, seed, tuning)) return true;
    }
    return false;
  }

  /// Of a large graph that repeats itself, on a large array: one part is laid, and stamped all over the array.
  bool attempt_tiles(int ii, int moves, std::uint64_t round) {
    if (!large_ || round >= kPolishRound || out_of_time() || refuted(ii)) return false;
    std::vector<arch::PeId> everything;
    for (std::size_t p = 0; p < problem_.cgra.pes.size(); ++p) everything.emplace_back(static_cast<std::int64_t>(p));
    const Ground& ground = ground_of(everything);
    if (!tiles_) tiles_ = search::find_tiles(ground.task);
    const std::uint64_t seed = options_.seed * 1000003U + static_cast<std::uint64_t>(ii) * 1009U + round * 101U;
    auto seats = search::stamp(problem_, ground.fabric, ground.task, capability_, node_banks_, *tiles_, ii, seed);
    search::Tuning tuning;
    tuning.cluster_odds = round > 0 ? kClusterOdds : 0;
    tuning.patience = std::max(kPatience, moves / kPatienceShare);
    return seats && attempt(ii, ground, moves, seed, tuning, std::move(*seats));
  }

  /// One search; on success its mapping is the answer's.
  bool attempt(int ii, const Ground& ground, int moves, std::uint64_t seed, const search::Tuning& tuning,
               std::vector<std::vector<search::Seat>> seats = {}) {
    const Schedule& schedule = schedule_of(ii, ground.task);
    const int stages = problem_.cgra.max_stages + 1 - deepest_initial_;
    if (stages * ii < schedule.length + 1) {
      note_failure(ii, fmt::format("a schedule of {} cycles needs more than {} stages", schedule.length,
                                   problem_.cgra.max_stages));
      return false;
    }
    Search search(ground.fabric, ground.task, schedule, ii, stages, seed, tuning);
    search.seat(std::move(seats));
    const bool found = search.run(moves, [this, ii] { return out_of_time() || refuted(ii); });
    answer_.attempts += 1;
    context_.progress(fmt::format("map {}: II {}, attempt {}", problem_.graph.name, ii, answer_.attempts), 0, 0);
    if (found) {
      if (!answer_.mapping || ii < answer_.mapping->ii) answer_.best_seconds = thread_seconds() - start_;
      answer_.mapping = extract(search.state(), answer_.bounds.banks, problem_.graph);
      if (options_.race != nullptr) options_.race->found(ii);
    } else if (!search.best_conflicts().empty()) {
      note_failure(ii, "the best placement left over-used: " + conflict_text(ground.fabric, search.best_conflicts()));
    }
    return found;
  }

  /// Longest paths depend on the least latencies only, which are the same on every ground.
  const Schedule& schedule_of(int ii, const Task& task) {
    if (!schedule_ || schedule_ii_ != ii) schedule_ = std::make_unique<Schedule>(task, ii);
    schedule_ii_ = ii;
    return *schedule_;
  }

  const Ground& ground_of(const std::vector<arch::PeId>& region) {
    auto& ground = grounds_[region];
    if (!ground) ground = std::make_unique<Ground>(problem_, region, capability_, node_banks_);
    return *ground;
  }

  /// Remembers the reason at the lowest II tried; later attempts at the same II replace it.
  void note_failure(int ii, std::string why) {
    if (failed_ii_ != 0 && ii > failed_ii_) return;
    failed_ii_ = ii;
    failure_ = fmt::format("at II {} {}", ii, why);
  }

  void conclude(int mii, int max_ii) {
    const std::string& witness = tightest(answer_.bounds).witness;
    if (answer_.mapping && answer_.mapping->ii == mii) {
      answer_.outcome = Outcome::kOptimal;
      answer_.reason = fmt::format("II {} equals its lower bound: {}", mii, witness);
    } else if (answer_.mapping) {
      answer_.outcome = Outcome::kFeasible;
      answer_.reason = fmt::format("II {} is {} above the bound {} ({}); {}", answer_.mapping->ii, answer_.gap(), mii,
                                   witness, failure_);
    } else {
      answer_.outcome = Outcome::kNotFound;
      answer_.reason = fmt::format("no mapping with II from {} to {} found in {:.1f} s of CPU time; {}", mii, max_ii,
                                   answer_.cpu_seconds, failure_);
    }
  }

  const Problem& problem_;
  const Options& options_;
  const Context& context_;
  Answer& answer_;
  const std::vector<Capability>& capability_;
  std::vector<int> node_banks_;
  int nodes_;
  bool large_;               ///< the graph and the array
  int deepest_initial_ = 0;  ///< stages that operands with initial values reach beyond their own
  std::map<std::vector<arch::PeId>, std::unique_ptr<Ground>> grounds_;
  std::optional<search::Tiles> tiles_;  ///< of the whole array
  std::unique_ptr<Schedule> schedule_;
  int schedule_ii_ = 0;
  double start_;
  bool looked_ = false;  ///< the mapping came from the look, whose schedules are short
  int failed_ii_ = 0;
  std::string failure_;
};

/// All of the array at once.
Result<Answer> solve_whole(const Problem& problem, const Options& options, const Context& context) {
  HEDDLE_ASSIGN(Answer answer, lower_limits(problem, options));
  if (answer.outcome == Outcome::kInfeasible) return answer;
  HEDDLE_ASSIGN(const auto capability, capabilities(problem));
  Heuristic(problem, options, context, capability, answer).run();
  return answer;
}

/// Takes a mapping over that was found on a part of the array.
void adopt(Answer& answer, const SubArray& part, Mapping mapping) {
  answer.mapping = embed(part, std::move(mapping));
  const int mii = answer.bounds.mii();
  const bool optimal = answer.mapping->ii == mii;
  answer.outcome = optimal ? Outcome::kOptimal : Outcome::kFeasible;
  answer.reason =
      fmt::format("II {} {} ({}); it was found on {} x {} PEs of the array", answer.mapping->ii,
                  optimal ? "equals its lower bound" : fmt::format("is {} above the bound {}", answer.gap(), mii),
                  tightest(answer.bounds).witness, part.cgra.rows, part.cgra.columns);
}

/// What the search would find on a part of the array alone, it must not miss on the whole: each different part whose
/// bounds allow a smaller II is searched as if it were all there is, with the same seed and effort.
Status search_parts(const Problem& problem, const Options& options, const Context& context, Answer& answer) {
  int slots = 0;
  HEDDLE_ASSIGN(const auto capability, capabilities(problem));
  for (const auto& one : capability) slots += one.interval;
  std::vector<arch::Cgra> seen;
  const int depth = problem.cgra.config_depth;
  const auto limit = [&] {
    const int asked = options.max_ii > 0 ? std::min(options.max_ii, depth) : depth;
    return answer.mapping ? std::min(asked, answer.mapping->ii - 1) : asked;
  };
  const double start = thread_seconds();
  const auto left = [&] { return options.seconds - answer.cpu_seconds - (thread_seconds() - start); };
  const int least_area = (slots + limit() - 1) / std::max(1, limit());
  for (const auto& at : rectangles(problem.cgra, least_area)) {
    if (context.cancelled() || left() <= 0 || answer.lower_bound() > limit()) break;
    if (at.area() * limit() < slots) continue;
    const auto part = cut(problem.cgra, at);
    if (!part || std::find(seen.begin(), seen.end(), part->cgra) != seen.end()) continue;
    seen.push_back(part->cgra);
    Options inner = options;
    inner.max_ii = limit();
    inner.look = nullptr;  // it is of the whole array
    inner.seconds = left();
    const auto found =
        solve_whole({problem.graph, part->cgra, problem.free_banks, problem.route_through}, inner, context);
    if (!found) continue;
    answer.attempts += found->attempts;
    if (!found->mapping) continue;
    adopt(answer, *part, *found->mapping);
    answer.best_seconds = answer.cpu_seconds + thread_seconds() - start;
  }
  answer.cpu_seconds += thread_seconds() - start;
  return {};
}

}  // namespace

Result<Answer> solve_heuristic(const Problem& problem, const Options& options, const Context& context) {
  HEDDLE_ASSIGN(Answer answer, solve_whole(problem, options, context));
  if (answer.outcome == Outcome::kOptimal || answer.outcome == Outcome::kInfeasible) return answer;
  HEDDLE_TRY(search_parts(problem, options, context, answer));
  return answer;
}

}  // namespace heddle::mapper
