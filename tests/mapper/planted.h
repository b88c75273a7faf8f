// Problems with a known answer: a mapping is laid at random, and the graph is what it computes.
#pragma once

#include "compiler/base/random.h"
#include "compiler/mapper/mapping.h"

namespace heddle::mapper::fixtures {

struct Planted {
  dfg::Graph graph;
  Mapping mapping;  ///< a valid one, so the minimum II is at most its II
};

/// About `nodes` operations on the array at this II: chains of arithmetic and selects from random neighbours, loads and
/// stores where PEs have memory, some values carried to the next iteration. Fewer where the array has no room left. The
/// ways of values are found here by plain breadth-first search, apart from the solvers.
Planted plant(const arch::Cgra& cgra, int ii, int nodes, Random& random);

}  // namespace heddle::mapper::fixtures
