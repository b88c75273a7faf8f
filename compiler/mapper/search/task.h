// The graph as flat tables for the search at one II.
#pragma once

#include <vector>

#include "compiler/mapper/bounds.h"
#include "compiler/mapper/capability.h"
#include "compiler/mapper/search/fabric.h"

namespace heddle::mapper::search {

struct Edge {
  int from = 0;
  int to = 0;
  int distance = 0;
};

struct Task {
  /// On the PEs of the fabric; a node may be left without any.
  Task(const Problem& problem, const Fabric& fabric, const std::vector<Capability>& capability,
       const std::vector<int>& node_bank);

  int nodes = 0;
  std::vector<Edge> edges;  ///< value edges, in the order of dfg::value_edges
  std::vector<Edge> order;
  Lists in_edges, out_edges;           ///< by node: value edges
  Lists in_order, out_order;           ///< by node: order edges
  Lists able;                          ///< by node: PEs
  std::vector<int> latency, interval;  ///< nodes x PEs; 0 where the PE cannot
  std::vector<int> least_latency;      ///< by node
  std::vector<int> travel;             ///< by value edge: cycles on the way at least
  std::vector<int> bank;               ///< by node: -1 if none or not known
  std::vector<int> opcode;             ///< by node
  std::vector<char> live_out, writes_res, stepped;
  std::vector<int> deepest_initial;  ///< by node: largest distance of an operand with an initial value
  int pes = 0;

  /// Cycles that a value of `from_pe` needs at least to come where `node` can be done, and back from there to `to_pe`.
  [[nodiscard]] int travel_to(int node, int from_pe) const {
    return near_[static_cast<std::size_t>(node * pes + from_pe)];
  }
  [[nodiscard]] int travel_from(int node, int to_pe) const {
    return back_[static_cast<std::size_t>(node * pes + to_pe)];
  }
  [[nodiscard]] int latency_on(int node, int pe) const { return latency[static_cast<std::size_t>(node * pes + pe)]; }
  [[nodiscard]] int interval_on(int node, int pe) const { return interval[static_cast<std::size_t>(node * pes + pe)]; }

 private:
  void measure_travel(const Fabric& fabric);
  std::vector<int> near_, back_;  ///< nodes x PEs
};

/// By node: the bank its accesses go to, or -1 where it makes none or the bank is not known before the run.
std::vector<int> node_banks(const Problem& problem, const std::vector<int>& array_banks);

/// Earliest and latest issue times at this II by longest paths, and the longest paths themselves.
struct Schedule {
  Schedule(const Task& task, int ii);

  static constexpr int kNone = -(1 << 20);  ///< no path
  int length = 0;                           ///< of the critical path
  std::vector<int> earliest, latest;        ///< latest: for `length`
  std::vector<int> path;                    ///< nodes x nodes: t(v) >= t(u) + path[u * nodes + v]; kNone if independent
  int nodes = 0;

  [[nodiscard]] int between(int u, int v) const {
    return path[static_cast<std::size_t>(u) * static_cast<std::size_t>(nodes) + static_cast<std::size_t>(v)];
  }
};

}  // namespace heddle::mapper::search
