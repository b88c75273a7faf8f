#include "compiler/mapper/solve.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/mapper/pass.h"

namespace heddle::mapper {

const char* to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOptimal: return "optimal";
    case Outcome::kFeasible: return "feasible";
    case Outcome::kNotFound: return "not found";
    case Outcome::kInfeasible: break;
  }
  return "infeasible";
}

const std::vector<std::string>& solvers() {
  static const std::vector<std::string> names = {"heuristic", "exact", "portfolio"};
  return names;
}

Result<Answer> lower_limits(const Problem& problem, const Options& options) {
  Answer answer;
  auto lower = bounds(problem);
  if (!lower && lower.error().code == ErrorCode::kInfeasible) {
    answer.outcome = Outcome::kInfeasible;
    answer.reason = lower.error().message;
    return answer;
  }
  HEDDLE_ASSIGN(answer.bounds, std::move(lower));
  const int mii = answer.bounds.mii();
  const int depth = problem.cgra.config_depth;
  const int max_ii = options.max_ii > 0 ? std::min(options.max_ii, depth) : depth;
  if (mii <= max_ii) return answer;
  answer.outcome = Outcome::kInfeasible;
  answer.reason = fmt::format("II must be at least {}, {} more than {} {} ({})", mii, mii - max_ii,
                              max_ii == depth ? "the configuration depth" : "the II asked for", max_ii,
                              tightest(answer.bounds).witness);
  return answer;
}

Problem mapped_problem(const Problem& problem, const Answer& answer) {
  return {answer.graph ? *answer.graph : problem.graph, problem.cgra, problem.free_banks};
}

Result<Answer> solve(const std::string& solver, const Problem& problem, const Options& options,
                     const Context& context) {
  auto* const function = solver == "heuristic" ? solve_heuristic : solver == "exact" ? solve_exact : solve_portfolio;
  if (std::find(solvers().begin(), solvers().end(), solver) == solvers().end())
    return fail(ErrorCode::kNotFound, "unknown solver '" + solver + "'", {},
                fmt::format("the solvers are: {}", fmt::join(solvers(), ", ")));
  HEDDLE_ASSIGN(Answer answer, function(problem, options, context));
  if (context.cancelled() && answer.outcome != Outcome::kOptimal && answer.outcome != Outcome::kInfeasible)
    answer.reason = "interrupted: " + answer.reason;
  if (!answer.mapping) return answer;
  if (problem.route_through) {
    Spelled spelled = spell_out(problem, *answer.mapping);
    answer.mapping = std::move(spelled.mapping);
    answer.moves = spelled.moves;
    if (spelled.moves > 0) answer.graph = std::move(spelled.graph);
  }
  const Status checked = verify(mapped_problem(problem, answer), *answer.mapping);
  HEDDLE_CHECK(checked.has_value(), solver + " made a mapping that does not verify: " + checked.error().message);
  return answer;
}

}  // namespace heddle::mapper
