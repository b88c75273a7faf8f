// A mapping in the making: placed nodes, routed edges, and what they use. Every rule of section 4 of
// docs/execution_model.md is either kept by construction (hop limit, turns, latency of routed edges) or shows as a
// conflict.
#pragma once

#include <vector>

#include "compiler/mapper/search/occupancy.h"
#include "compiler/mapper/search/task.h"

namespace heddle::mapper::search {

/// A hop of a route: a place number of the fabric, in an absolute cycle. Into RES a value comes by passing the unit.
struct Step {
  int place = 0;
  int cycle = 0;
  bool operator==(const Step&) const = default;
};

using Way = std::vector<Step>;

class State {
 public:
  State(const Fabric& fabric, const Task& task, int ii, int pressure);

  const Fabric& fabric;
  const Task& task;
  const int ii;
  int last_pass = 0;  ///< values pass units before this cycle
  Occupancy occupancy;
  std::vector<int> pe, time;  ///< by node; pe -1: not placed
  std::vector<Way> ways;      ///< by value edge; empty: not routed

  [[nodiscard]] bool placed(int node) const { return pe[static_cast<std::size_t>(node)] >= 0; }
  [[nodiscard]] int slot(int cycle) const { return cycle % ii; }
  [[nodiscard]] int cell(int place, int cycle) const { return occupancy.cell(place, slot(cycle)); }
  /// First cycle of the node's value.
  [[nodiscard]] int arrival(int node) const;
  /// Cycle in which the edge's operand is read.
  [[nodiscard]] int deadline(int edge) const;
  /// In a cell of a unit: the key of a value of `node` that passes it in `cycle`, and the node of such a key; -1 of
  /// others.
  [[nodiscard]] Key passing(int node, int cycle) const { return {task.nodes + node, cycle}; }
  [[nodiscard]] int passing_value(const Key& key) const {
    return key.holder < task.nodes ? -1 : key.holder - task.nodes;
  }

  void place(int node, int on_pe, int at_time);
  /// Takes the node and all routes at it away.
  void unplace(int node);
  /// False (and nothing changed) if some cell on the way is full beyond counting.
  bool add_way(int edge, Way way);
  void remove_way(int edge);

  /// Value edges between placed nodes without a route, and order edges that are violated.
  [[nodiscard]] const std::vector<int>& unrouted() const { return unrouted_; }
  [[nodiscard]] bool violated(const Edge& order_edge) const;
  /// Order edges violated, and how many they are.
  [[nodiscard]] std::vector<int> violations() const;
  [[nodiscard]] int violation_count() const { return violation_count_; }

 private:
  template <class Action>
  void for_each_use(int edge, const Way& way, Action&& action) const;
  template <class Action>
  bool for_each_pass_use(int net, int on_pe, int arrives, Action& action) const;
  template <class Action>
  void for_each_node_use(int node, Action&& action) const;
  void set_unrouted(int edge, bool missing);
  [[nodiscard]] int violations_of(int node) const;

  std::vector<int> unrouted_;
  int violation_count_ = 0;
  std::vector<int> unrouted_index_;  ///< by edge: place in `unrouted_`, or -1
};

}  // namespace heddle::mapper::search
