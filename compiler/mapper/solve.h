// Solvers are functions from a problem to an answer with an honest status.
#pragma once

#include <optional>
#include <string>

#include "compiler/base/context.h"
#include "compiler/mapper/bounds.h"
#include "compiler/mapper/mapping.h"

namespace heddle::mapper {

struct Options {
  double seconds = 20;  ///< budget of CPU time over all II; the search stops earlier at a proven optimum
  int max_ii = 0;       ///< 0: config_depth
  std::uint64_t seed = 1;
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
  Bounds bounds;
  std::string reason;  ///< for people: why not optimal, or why nothing was found (which resource, how many short)
  double cpu_seconds = 0;
  int attempts = 0;  ///< placements tried, over all II

  [[nodiscard]] int gap() const { return mapping ? mapping->ii - bounds.mii() : -1; }
};

/// Iterative modulo scheduling with placement, and negotiated-congestion routing on the time-extended resource graph;
/// rises from MII. Deterministic by seed as long as the budget is not hit. Fails on problems that are not well formed.
Result<Answer> solve_heuristic(const Problem& problem, const Options& options, const Context& context);

/// Runs the solver of that name ("heuristic"), and verifies its answer; a mapping that does not verify is an
/// InternalError.
Result<Answer> solve(const std::string& solver, const Problem& problem, const Options& options, const Context& context);

}  // namespace heddle::mapper
