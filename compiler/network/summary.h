// A network layer by layer, as rows for tables.
#pragma once

#include "compiler/base/json.h"
#include "compiler/network/graph.h"

namespace heddle::network {

struct LayerSummary {
  std::string name;
  std::string op;
  std::string attributes;
  std::string inputs;  ///< types of the inputs that are not constants
  std::string outputs;
  std::int64_t macs = 0;
  std::int64_t parameters = 0;
};

std::vector<LayerSummary> summarize(const Graph& graph);

/// "heddle.network/1": inputs, outputs, layers, totals (macs, parameters; a constant that several layers share counts
/// once).
Json summary_json(const Graph& graph);

}  // namespace heddle::network
