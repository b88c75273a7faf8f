// Solvers are functions from a problem to an answer with an honest status.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/mapper/bounds.h"
#include "compiler/mapper/mapping.h"
#include "compiler/mapper/race.h"

namespace heddle::mapper {

struct Answer;

struct Options {
  double seconds = 20;  ///< budget of CPU time over all II; the search stops earlier at a proven optimum
  int max_ii = 0;       ///< 0: config_depth
  std::uint64_t seed = 1;
  bool polish = false;   ///< exact and portfolio: look for the shortest schedule, then the fewest hops, until proved
  Race* race = nullptr;  ///< set by the portfolio: what runs beside
  /// Set by the portfolio for the heuristic, which calls it once where its quick searches leave a gap, with the CPU
  /// time left: it may give the answer a mapping of a smaller II, and raise what is proved.
  std::function<void(Answer&, double)> look = nullptr;
};

enum class Outcome {
  kOptimal,     ///< II equals a proven lower bound
  kFeasible,    ///< best found; `gap` above the bound
  kNotFound,    ///< gave up: no statement about feasibility
  kInfeasible,  ///< proven: no mapping with II <= max_ii
};
const char* to_string(Outcome outcome);

struct Answer {
  Outcome outcome = Outcome::kNotFound;
  std::optional<Mapping> mapping;
  std::optional<dfg::Graph>
      graph;      ///< that `mapping` is of, where it is not the problem's: `solve` has spelled passes out
  int moves = 0;  ///< passes of units in `mapping`, each a `mov` of `graph`
  Bounds bounds;
  std::string reason;  ///< for people: why not optimal, or why nothing was found (which resource, how many short)
  double cpu_seconds = 0;
  double best_seconds = 0;   ///< of these, until the II of `mapping` was reached; the rest went into proofs and polish
  int attempts = 0;          ///< placements tried, or formulas solved, over all II
  bool shortest = false;     ///< proved: no mapping of this II has a shorter schedule
  bool fewest_hops = false;  ///< proved: none of that length has values on fewer links
  int proved = 0;            ///< no mapping has an II below this: what a solver found beyond `bounds`

  [[nodiscard]] int lower_bound() const { return std::max(bounds.mii(), proved); }
  [[nodiscard]] int gap() const { return mapping ? mapping->ii - lower_bound() : -1; }
};

/// Iterative modulo scheduling with placement, and negotiated-congestion routing on the time-extended resource graph;
/// rises from MII. Deterministic by seed as long as the budget is not hit. Fails on problems that are not well formed.
Result<Answer> solve_heuristic(const Problem& problem, const Options& options, const Context& context);

/// SAT with CaDiCaL, from the lower bound upward: the first II with a mapping is the minimum, and each II below is
/// proved infeasible, for every placement, route and schedule (see compiler/mapper/exact). Among mappings of that II it
/// then looks for the shortest schedule and the fewest hops, with bounded effort (`polish`: until proved). Formulas
/// that would take more than 2 GiB are not built; `reason` says so. For graphs of some dozen
/// operations on some dozen PEs. Deterministic as long as the budget is not hit. Fails as `solve_heuristic` does.
Result<Answer> solve_exact(const Problem& problem, const Options& options, const Context& context);

/// The heuristic, and where a gap is left the exact solver below the II found: side by side if `context.jobs` allows,
/// each with the whole budget, else one after the other, the heuristic with half of it. They share the II found and
/// what is proved, and stop at a proof. As long as no budget is hit, the mapping is the same for the same seed,
/// whatever the number of jobs: the heuristic's if none has a smaller II, else the exact solver's. If a budget is hit,
/// what is guaranteed is that the mapping verifies, that its II is no larger than the heuristic alone had found by
/// then, and that every bound and proof stated is one.
Result<Answer> solve_portfolio(const Problem& problem, const Options& options, const Context& context);

/// An answer without a mapping: bounds, and kInfeasible with its reason if they already decide (else kNotFound).
Result<Answer> lower_limits(const Problem& problem, const Options& options);

/// The names that `solve` takes.
const std::vector<std::string>& solvers();

/// The problem that the mapping of the answer is of: `problem`, or that of `answer.graph`, without freedoms of routing.
/// Refers to both.
Problem mapped_problem(const Problem& problem, const Answer& answer);

/// Runs the solver of that name, spells out the passes of units (see pass.h; the solvers above leave them in routes),
/// and verifies the answer; a mapping that does not verify is an InternalError.
Result<Answer> solve(const std::string& solver, const Problem& problem, const Options& options, const Context& context);

}  // namespace heddle::mapper
