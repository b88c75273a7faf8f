// A mapping in words: what bounds its II, how full the array is, and which dependences decide. For `heddle explain` and
// reports.
#pragma once

#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/mapper/solve.h"

namespace heddle::mapper {

/// How much of the array a mapping uses, each as used / available over one II.
struct Utilization {
  struct Share {
    int used = 0;
    int available = 0;
    [[nodiscard]] double fraction() const { return available == 0 ? 0 : static_cast<double>(used) / available; }
  };
  Share issue;        ///< issue slots of PEs, intervals included
  Share memory;       ///< slots of memory ports
  Share links;        ///< slots of links
  Share registers;    ///< slots of registers
  Share read_ports;   ///< slots of register-file read ports
  Share write_ports;  ///< slots of register-file write ports
  int pes = 0;        ///< PEs with at least one operation
};
Utilization utilization(const Problem& problem, const Mapping& mapping);

/// What the bounds and proofs of the problem take for granted, in words: duplication, banks, units that values pass.
std::string fixed_text(const Problem& problem);

/// Several lines for people: outcome and gap, each bound with its witness, utilisation, the critical cycle node by node
/// with source lines.
std::string explain(const Problem& problem, const Answer& answer);

/// The same as data: `mii`, `ii`, `gap`, `outcome`, `reason`, `bounds`, `utilization`, `fixed`.
Json explain_json(const Problem& problem, const Answer& answer);

}  // namespace heddle::mapper
