// Small graphs and arrays built in code, for the tests of this folder.
#pragma once

#include <string>
#include <vector>

#include "compiler/arch/cgra.h"
#include "compiler/base/random.h"
#include "compiler/dfg/graph.h"

namespace heddle::mapper::fixtures {

struct ArrayShape {
  int rows = 4;
  int columns = 4;
  int hop_limit = 1;
  int memory_columns = 1;  ///< from the left
  int registers = 4;
  int live_outs = 2;
  int config_depth = 32;
  int load_latency = 2;
  int multiplier_columns = 64;  ///< from the left
  int divide_interval = 0;      ///< 0: no divider
};

/// A mesh; finished.
arch::Cgra mesh(const ArrayShape& shape);

/// A node whose operands are the given values, distance 0.
dfg::Node node(dfg::Opcode op, const std::vector<dfg::NodeId>& operands, const std::string& name = "");

/// load, multiply by a constant, add to a sum of the iteration before (live-out 0), store: one array in, one out.
dfg::Graph dot_product();

/// `count` nodes: a random mix of arithmetic, loads and stores, with a few values carried to the next iteration.
dfg::Graph random_graph(Random& random, int count);

/// The same graph with its nodes in another topological order; `moved[old] = new`.
dfg::Graph shuffled(const dfg::Graph& graph, Random& random, std::vector<int>& moved);

}  // namespace heddle::mapper::fixtures
