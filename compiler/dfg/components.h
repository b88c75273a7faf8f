// Dependence cycles of a graph.
#pragma once

#include <vector>

#include "compiler/dfg/graph.h"

namespace heddle::dfg {

/// By node, the number of its strongly connected component over value and order edges of all distances. Nodes of one
/// component depend on each other, across iterations.
std::vector<int> strongly_connected_components(const Graph& graph);

}  // namespace heddle::dfg
