// Where to draw the nodes and edges of a dataflow graph: layers from top to bottom, few crossings, straight long edges.
#pragma once

#include <string>
#include <vector>

#include "compiler/dfg/graph.h"

namespace heddle::report {

/// The centre and size of a node, in pixels.
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

/// A drawn edge: a path in SVG's `d` syntax, and where its label goes.
struct Curve {
  std::string path;
  double label_x = 0;
  double label_y = 0;
};

struct GraphLayout {
  double width = 0;
  double height = 0;
  std::vector<Box> nodes;     ///< by NodeId
  std::vector<Curve> values;  ///< in the order of dfg::value_edges(graph)
  std::vector<Curve> orders;  ///< in the order of graph.order
};

/// Layered drawing after Sugiyama, Tagawa and Toda (1981): operands of the same iteration lie above their uses;
/// loop-carried edges bend round the side. `widths` of the nodes, by NodeId. Deterministic.
GraphLayout lay_out(const dfg::Graph& graph, const std::vector<double>& widths);

}  // namespace heddle::report
