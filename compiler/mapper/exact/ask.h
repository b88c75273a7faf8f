// Putting a question to the SAT solver.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "compiler/mapper/exact/instance.h"
#include "compiler/mapper/mapping.h"

namespace heddle::mapper::exact {

struct Limits {
  std::function<bool()> stop;   ///< asked now and then
  std::int64_t conflicts = -1;  ///< of one search; a limit that does not depend on the clock. -1: none
  double bytes = 4e8;           ///< of formulas that only improve a mapping of a known II (see estimated_bytes)
};

struct Reply {
  Verdict verdict = Verdict::kUnknown;
  std::optional<Mapping> mapping;  ///< of kSatisfiable
};

/// Solves the formula until it is refuted, or a mapping has come out whose registers work out.
Reply ask(Model& model, const Question& question, const Problem& problem, const std::vector<int>& banks,
          const Limits& limits);

/// What a variable takes with its clauses and those learned from it. An assumption, not a bound: runs limited to an
/// estimate of 400 MB peaked at 488 MB in all.
constexpr double kBytesAVariable = 200;

/// About how much memory building and solving the formula takes, without building it.
double estimated_bytes(const Question& question);

/// Larger formulas are not built. Solving takes more than building: a process with one of 0.6 GB grew to 2.0 GB within
/// a minute, and 2 GiB is the limit.
constexpr double kMostBytes = 0.5e9;

}  // namespace heddle::mapper::exact
