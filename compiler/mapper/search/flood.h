// Cheapest ways of a value through the time-extended array. The graph of (place, cycle) is layered: within a cycle
// values run along links, at its end they go into registers or stay. So one sweep over the cycles finds all cheapest
// ways; no priority queue is needed.
#pragma once

#include <vector>

#include "compiler/mapper/search/state.h"

namespace heddle::mapper::search {

inline constexpr int kFar = 1 << 24;

/// From one value, as far as it is routed already, to every PE and cycle that could read it.
class ForwardFlood {
 public:
  explicit ForwardFlood(const Fabric& fabric);

  /// Floods from RES of the placed node `net` and all its routes, until cycle `until`; ways that cost `limit` or more
  /// are not followed, nor are those that leave the area. With a `target` PE, only ways that can still come there in
  /// time and below the limit are.
  void run(const State& state, int net, int until, int limit, const Area& area, int target = -1);

  /// What reading the value on `pe` in `cycle` costs beyond what is routed already; kFar if it cannot arrive.
  [[nodiscard]] int cost(int pe, int cycle) const;
  /// The whole way, from RES of the producer.
  [[nodiscard]] Way way(const State& state, int pe, int cycle) const;

 private:
  // A state of one cycle: 0 = RES of the producer, then registers, then links by number of hops, then (where units can
  // be passed) RES of every PE for values that have passed its unit.
  [[nodiscard]] int link_state(int link, int hops) const {
    return 1 + fabric_.registers + link * fabric_.hop_limit + hops - 1;
  }
  [[nodiscard]] int passed_state(int pe) const { return link_state(fabric_.links, 1) + pe; }
  [[nodiscard]] int place_of(const State& state, int flood_state) const;
  void prepare(int cycles);
  void seed_routes(const State& state, int net, int until);
  void seed(int cycle, int flood_state, int edge, int step);
  void sweep_cycle(const State& state, int k, int slot);
  void leave_by_links(const State& state, int k, int slot);
  void enter_link(int k, int link, int hops, int cost, int from);
  void end_cycle(const State& state, int k, int slot);
  void enter_register(int k, int reg, int cost, int from, int since);
  void pass_units(const State& state, int k);
  void enter_passed(int k, int pe, int cost, int from, int since);
  void wake(int k, int pe);
  void lower(std::size_t index, int cost, int from);
  [[nodiscard]] bool in_vain(int k, int pe, int cost) const;

  struct Seed {
    int cycle, flood_state, edge, step;
  };
  const Fabric& fabric_;
  Area area_;
  int states_;
  int net_ = 0, source_pe_ = 0, first_ = 0, cycles_ = 0, limit_ = 0, target_ = -1;
  std::vector<Seed> seeds_;
  std::vector<std::vector<int>> seeds_of_;  ///< by cycle: numbers of seeds
  std::vector<std::size_t> touched_;        ///< the first states of this run that are not kFar
  std::size_t touched_most_ = 0;            ///< noted one by one
  std::size_t used_states_ = 0;             ///< of this run
  std::vector<int> cost_;                   ///< cycle x state
  std::vector<int> parent_;                 ///< cycle x state: state it came from; -2 - seed for seeds
  std::vector<int> since_;                  ///< cycle x register: when the stay there began
  std::vector<int> passed_since_;           ///< cycle x PE: when the value came out of its unit
  std::vector<int> read_, read_from_;       ///< cycle x PE: cheapest readable value, and its state
  std::vector<std::vector<int>> active_;    ///< by cycle: PEs with something to do
  std::vector<int> active_stamp_;           ///< cycle x PE
  std::vector<int> owned_links_;            ///< cycle x link: stamp if the net's routes hold it then
  std::vector<std::vector<int>> by_hops_;
  int stamp_ = 0;
};

/// From every PE and cycle in which a value could be in RES, to one placed use.
class BackwardFlood {
 public:
  explicit BackwardFlood(const Fabric& fabric);

  /// From `earliest` on, to a read on `pe` in cycle `deadline`, by ways within the area.
  void run(const State& state, int pe, int deadline, int earliest, int limit, const Area& area);
  /// Of a value first in RES of `pe` in `cycle`, RES in that cycle not counted.
  [[nodiscard]] int cost(int pe, int cycle) const;

 private:
  void sweep_cycle(const State& state, int k, int slot);
  void pass_units(const State& state, int k);
  void links_into(const State& state, int slot);
  void consider_link(int link, int hops_left, int cost, int price);
  void touch(int pe);

  const Fabric& fabric_;
  Area area_;
  int deadline_ = 0, cycles_ = 0, limit_ = 0, sink_ = 0;
  std::vector<int> from_res_;          ///< cycles back x PE
  std::vector<int> held_, held_next_;  ///< by register: value there in this cycle, in the cycle after
  std::vector<int> at_, out_;          ///< by PE: value readable there this cycle by a link; ... by RES or a register
  std::vector<int> link_cost_;         ///< by link: entering it this cycle
  std::vector<std::vector<int>> by_level_;
  std::vector<int> reached_, reached_next_;  ///< PEs with finite held_
  std::vector<char> touched_;
  std::vector<int> met_;  ///< by PE: the last run that reached it
  int run_ = 0;
};

}  // namespace heddle::mapper::search
