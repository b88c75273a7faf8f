// Why an II is impossible: the constraints that together rule it out.
#pragma once

#include <string>
#include <vector>

#include "compiler/mapper/solve.h"

namespace heddle::mapper {

struct Core {
  int ii = 0;                       ///< no mapping has it
  bool minimal = false;             ///< without any one of the parts the formula has a solution
  std::string witness;              ///< of the lower bound, where that decides; then the rest is empty
  std::vector<std::string> limits;  ///< of the array: "one operation in each PE and slot"
  std::vector<std::string> needs;   ///< of the graph: "add 'x' reads mul 'y' (distance 1)"

  /// A paragraph for people.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] Json to_json() const;
};

/// A core of the formula of this II, shrunk by leaving out one part after the other as long as `options.seconds` last.
/// Always taken for granted: each operation is on a PE that can do it, within the cycles that its dependences leave,
/// and values move as the links go. Fails with kInfeasible if there is a mapping (or only single registers are short,
/// which the formula counts but does not name), with kUnsupported if time is over before, with kInterrupted.
Result<Core> infeasible_core(const Problem& problem, int ii, const Options& options, const Context& context);

}  // namespace heddle::mapper
