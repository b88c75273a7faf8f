// Lower bounds of the initiation interval, each with a witness that a person can check.
#pragma once

#include <string>
#include <vector>

#include "compiler/mapper/mapping.h"

namespace heddle::mapper {

/// II >= value, because of `witness`.
struct Bound {
  int value = 1;
  std::string witness;             ///< one sentence: "mul needs 9 issue slots on 4 PEs that can multiply"
  std::vector<dfg::NodeId> nodes;  ///< the cycle (in order), or the operations that compete
};

struct Bounds {
  Bound rec;  ///< max over dependence cycles of ceil(sum of latencies / sum of distances) (Rau 1994)
  Bound res;  ///< per set of operations: issue slots needed / PEs able (over unions of operation classes: Hall's
              ///< condition)
  Bound mem;  ///< memory ports of PEs, and ports of each bank
  /// Links into and out of the PEs that some operations are bound to, and the way between such PEs (route_bound.h).
  Bound route{1, "links are enough, and no way is too long", {}};
  /// Result registers and registers against the lifetimes of values (reg_bound.h).
  Bound reg{1, "values can be kept as long as they must", {}};
  std::vector<int> banks;  ///< the bank assignment that `mem` is for (Mapping::banks)

  [[nodiscard]] int mii() const;
};

/// One of the bounds: its name in files, and for people.
struct BoundPart {
  const char* name;
  const char* title;
  Bound Bounds::* bound;
};
/// All of them in the order in which they are told; the first that equals `mii` decides.
inline constexpr BoundPart kBoundParts[] = {{"rec", "recurrences", &Bounds::rec},
                                            {"res", "resources", &Bounds::res},
                                            {"mem", "memory", &Bounds::mem},
                                            {"route", "links", &Bounds::route},
                                            {"reg", "storage", &Bounds::reg}};

/// The bound that decides `mii`.
const Bound& tightest(const Bounds& bounds);

/// Fails with kInfeasible if an operation has no PE at all (names it and its source line), or with kBadInput on a
/// dependence cycle of distance 0.
Result<Bounds> bounds(const Problem& problem);

/// Spreads the arrays over the banks of a blocked scratchpad, so that the busiest bank has as few accesses as possible;
/// arrays that fit no bank span several.
std::vector<int> assign_banks(const Problem& problem);

/// Whether solvers may choose other banks than `assign_banks` did: the problem allows it, the scratchpad is blocked,
/// and the arrays that fit a bank are few (kMostFreeArrays) and all have room as assigned.
bool banks_are_free(const Problem& problem);
constexpr std::size_t kMostFreeArrays = 12;

/// What solvers choose banks for.
struct FreeArrays {
  std::vector<std::size_t> arrays;  ///< that fit a bank
  std::vector<std::int64_t> bytes;  ///< of each of them; 0 where unknown
  std::vector<std::int64_t> room;   ///< by bank: what arrays that span banks leave
};
FreeArrays free_arrays(const Problem& problem);

}  // namespace heddle::mapper
