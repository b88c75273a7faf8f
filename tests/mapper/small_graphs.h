// All small dataflow graphs, up to isomorphism.
#pragma once

#include <vector>

#include "compiler/dfg/graph.h"

namespace heddle::mapper {

/// An edge of a small graph: to node `to` from node `from` of `distance` iterations before.
struct SmallEdge {
  int from = 0;
  int to = 0;
  int distance = 0;
};
using SmallGraph = std::vector<SmallEdge>;

/// Every connected DAG of `nodes` nodes (1 to 5) with at most three operands a node, together with each set of up to
/// `carried` edges of distance 1 (any two nodes, a node and itself), up to isomorphism. In a fixed order.
std::vector<SmallGraph> small_graphs(int nodes, int carried);

/// The graph as operations of one class: adds, and a select where three operands are read; constants elsewhere.
dfg::Graph build(const SmallGraph& edges, int nodes);

}  // namespace heddle::mapper
