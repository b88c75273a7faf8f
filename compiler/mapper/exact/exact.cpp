// The exact solver: from the lower bound upward, is there a mapping at this II? Each answer is a mapping or a proof.
//
// The schedule length makes the formula finite. Short horizons are tried first, because their formulas are small and a
// short schedule is the better mapping; the last one is the longest schedule that the array's stages allow, and only if
// that has no mapping either is an II proved infeasible. If time ends before, the answer says up to which length
// nothing exists.
//
// Fixed are: no operation is computed twice, the bank of each array (`assign_banks`), and the graph as it was
// legalised.
#include "compiler/mapper/capability.h"
#include "compiler/mapper/exact/solver.h"

namespace heddle::mapper {

Result<Answer> solve_exact(const Problem& problem, const Options& options, const Context& context) {
  HEDDLE_ASSIGN(Answer answer, lower_limits(problem, options));
  if (answer.outcome == Outcome::kInfeasible) return answer;
  HEDDLE_ASSIGN(const auto capability, capabilities(problem));
  if (problem.graph.nodes.empty()) return solve_heuristic(problem, options, context);
  exact::Solver solver(problem, options, context, capability, answer);
  solver.run();
  solver.polish();
  exact::conclude(answer, exact::largest_ii(problem, options), solver.open());
  return answer;
}

}  // namespace heddle::mapper
