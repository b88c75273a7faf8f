// What rewrites of graphs have in common.
#pragma once

#include <functional>

#include "compiler/dfg/graph.h"

namespace heddle::dfg {

/// Whether a rewritten graph is worth it (`before` is the graph so far).
using Accept = std::function<bool(const Graph& before, const Graph& after)>;

}  // namespace heddle::dfg
