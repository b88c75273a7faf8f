// Proofs that others can check: no mapping has this II.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/mapper/solve.h"

namespace heddle::mapper {

struct Refutation {
  int ii = 0;       ///< no mapping has it
  int horizon = 0;  ///< the formula covers all schedules of up to so many cycles, as many as can be needed; 0: all
  std::int64_t clauses = 0;  ///< of the formula
  std::int64_t lemmas = 0;   ///< of the proof
  double cpu_seconds = 0;    ///< building, solving and checking
};

/// Builds the formula "there is a mapping of this II" for every schedule, placement and route (folded onto one interval
/// if that is refuted too, see exact/folded.h), refutes it with CaDiCaL,
/// checks the proof with a checker of our own, and writes the formula (DIMACS, with the meaning of its variables as
/// comments) and the proof (DRAT as text) for others to check. What the formula leaves to words is in its comments: the
/// bank assignment, and which PEs of each orbit of the array's symmetries one node is restricted to.
/// Fails with kUnsupported if the lower bound already decides (its witness is the proof), with kInfeasible if there is
/// a mapping of this II, with kInterrupted, or with kUnsupported if `options.seconds` of CPU time are over.
Result<Refutation> refute(const Problem& problem, int ii, const std::string& formula_path,
                          const std::string& proof_path, const Options& options, const Context& context);

}  // namespace heddle::mapper
