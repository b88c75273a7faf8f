// A checker of proofs of unsatisfiability that shares nothing with the solver: reads the formula and the proof as text.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "compiler/base/result.h"

namespace heddle::mapper::exact {

struct CheckedProof {
  std::int64_t clauses = 0;    ///< of the formula
  std::int64_t lemmas = 0;     ///< steps looked at, up to the empty clause
  std::int64_t deletions = 0;  ///< steps that drop a clause
};

/// `formula`: DIMACS CNF. `proof`: DRAT as text, of which each lemma must follow by unit propagation (that is DRUP,
/// which every DRAT checker accepts as well; lemmas that need more are refused). Deletions of clauses that hold a unit
/// in place are ignored, as drat-trim does. Fails with kBadInput and the line on malformed text, on a lemma that does
/// not follow, and where no empty clause is derived; with kInterrupted if `stop` says so.
Result<CheckedProof> check_drup(const std::string& formula, const std::string& proof,
                                const std::function<bool()>& stop = {});

}  // namespace heddle::mapper::exact
