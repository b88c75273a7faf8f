#include "compiler/mapper/solve.h"

#include "compiler/base/check.h"

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

Result<Answer> solve(const std::string& solver, const Problem& problem, const Options& options,
                     const Context& context) {
  if (solver != "heuristic")
    return fail(ErrorCode::kNotFound, "unknown solver '" + solver + "'", {}, "the solvers are: heuristic");
  HEDDLE_ASSIGN(Answer answer, solve_heuristic(problem, options, context));
  if (!answer.mapping) return answer;
  const Status checked = verify(problem, *answer.mapping);
  HEDDLE_CHECK(checked.has_value(), solver + " made a mapping that does not verify: " + checked.error().message);
  return answer;
}

}  // namespace heddle::mapper
