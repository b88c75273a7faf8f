// Where to draw the layers of a network.
#pragma once

#include <string>
#include <vector>

#include "runtime/report/graph_layout.h"

namespace heddle::report {

struct NetworkLayout {
  double width = 0;
  double height = 0;
  std::vector<Box> layers;
  std::vector<std::string> edges;  ///< paths in SVG's `d` syntax, for each layer and each of `reads` in order
};

/// A layered drawing from top to bottom: every layer below those it reads. `reads`: for each layer the earlier layers
/// whose results it takes. Deterministic.
NetworkLayout lay_out_network(const std::vector<std::vector<int>>& reads, double box_width, double box_height);

}  // namespace heddle::report
