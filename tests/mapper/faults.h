// Seeded single faults in valid mappings, and a count of those that `verify` rejects.
#pragma once

#include "compiler/base/random.h"
#include "compiler/mapper/mapping.h"

namespace heddle::mapper {

struct Tally {
  int faults = 0;    ///< that the oracle (token_machine.h) calls wrong
  int rejected = 0;  ///< of these, by verify
  int harmless = 0;  ///< accepted by both
  int stricter = 0;  ///< rejected, though the tokens came right (another rule, or a hop that says too little)
};

/// `mapping`, which must have routes, with one thing changed: place or time of an operation, a hop, its cycle, the
/// register of a stay; or a hop dropped.
Mapping mutated(Mapping mapping, Random& random, const arch::Cgra& cgra);

void count(const Problem& problem, const Mapping& mutant, Tally& tally);

}  // namespace heddle::mapper
