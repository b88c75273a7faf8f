// The search at one II: build a placement node by node, then repair its conflicts until none is left or the effort is
// spent.
//
// Both steps ask the same question of a node: which PE and cycle are cheapest, given where its neighbours are? The
// answer is exact for each edge alone: a flood from every placed producer and back from every placed consumer prices
// all candidates at once. Resources may be over-used and edges may stay open, at a price that rises with history
// (negotiated congestion), so that the repair is pushed out of local minima. Literature: Rau 1994 (modulo scheduling),
// Friedman et al. 2009 (SPR), McMurchie and Ebeling 1995 (PathFinder), Morris 1993 (breakout).
#pragma once

#include <functional>
#include <utility>

#include "compiler/base/random.h"
#include "compiler/mapper/search/flood.h"
#include "compiler/mapper/search/tiles.h"

namespace heddle::mapper::search {

/// What drives one search; the defaults are the measured best.
struct Tuning {
  int open_edge = 120;     ///< price of an edge left open
  int broken_order = 120;  ///< price of an order edge violated
  int pressure = 40;       ///< price of each user too many
  int history_step = 6;    ///< what an unsolved conflict adds to its cell or edge
  int noise = 4;           ///< random part of a candidate's price
  int cluster_odds = 0;    ///< one move in so many is of a cluster; 0: none
  int cluster_size = 6;    ///< operations at most
  int patience = INT_MAX;  ///< moves without fewer conflicts after which a search on a large array ends
  int slack = 1;           ///< cycles a window is widened where it is narrow
  int home_pull = 3;       ///< price of a link's distance to the node's home
  int attraction = 2;      ///< price of a link's distance to PEs that will have to meet here
};

class Search {
 public:
  Search(const Fabric& fabric, const Task& task, const Schedule& schedule, int ii, int max_stages, std::uint64_t seed,
         Tuning tuning);

  /// Construction starts with these, copy by copy: each as early as its operands may come.
  void seat(std::vector<std::vector<Seat>> copies) { seats_ = std::move(copies); }
  /// True: `state()` has no conflict. False: `moves` were made, or `stop` said so, or some node has no place at all.
  bool run(int moves, const std::function<bool()>& stop);

  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] int moves() const { return made_; }
  /// Conflicts of any kind that are left.
  [[nodiscard]] int conflicts() const;
  /// Of the moment with the fewest conflicts: how many of each kind of place (see Fabric), open edges last.
  [[nodiscard]] const std::vector<int>& best_conflicts() const { return best_kinds_; }

 private:
  struct Window {
    int low = 0, high = 0;
  };
  struct Choice {
    int pe = -1, time = 0, cost = kFar;
  };

  // construction
  bool construct();
  void take_seats();
  [[nodiscard]] int crowd(const std::vector<Seat>& copy, int shift) const;
  void measure_recurrences();
  [[nodiscard]] int next_node() const;
  [[nodiscard]] Window construction_window(int node) const;
  void draw_home(int node);
  void attract(int node);

  // pricing
  [[nodiscard]] Area neighbourhood(int node) const;
  Choice choose(int node, Window window);
  Choice choose_below(int node, Window window, int limit, const Area& area);
  [[nodiscard]] int money_left() const;
  void price_node(int node, Window window);
  void price_in_edges(int node, Window window);
  void price_out_edges(int node, Window window);
  void price_self_edge(int edge, int node, Window window);
  void price_order(int node, Window window);
  [[nodiscard]] Window repair_window(int node);
  [[nodiscard]] Window clip(Window window, int node) const;

  // moves
  bool settle(int node, Window window);
  void route_edges_of(int node);
  bool route(int edge);
  void repair_one();
  void repair_cell(int cell);
  [[nodiscard]] int users_of(int cell);
  void note_value_users(int place, Key key);
  void note_passes(int pe, Key key);
  void move_one_of(int a, int b);
  bool move(int node);
  bool move_cluster(int node);
  void gather_cluster(int node);
  void note_progress();
  [[nodiscard]] bool out_of_patience() const;

  [[nodiscard]] int edge_price(int edge) const {
    return tuning_.open_edge + edge_history_[static_cast<std::size_t>(edge)];
  }
  [[nodiscard]] int& table(int candidate, int offset) {
    return table_[static_cast<std::size_t>(candidate * width_ + offset)];
  }
  [[nodiscard]] int candidate_count() const { return static_cast<int>(candidates_.size()); }

  const Fabric& fabric_;
  const Task& task_;
  const Schedule& schedule_;
  Tuning tuning_;
  int horizon_;  ///< times lie in [0, horizon_)
  Random random_;
  State state_;
  ForwardFlood forward_;
  BackwardFlood backward_;
  std::vector<int> edge_history_;
  std::vector<int> order_history_;
  std::vector<int> last_move_;  ///< by node
  std::vector<int> rank_;       ///< by node: order of construction among equals
  std::vector<int> room_;       ///< by node: II minus what the tightest recurrence through it fills; large on none
  bool constructing_ = true;
  std::vector<std::vector<Seat>> seats_;
  std::vector<Area> homes_;      ///< by node: where construction would like to have it; empty: no wish
  Area area_;                    ///< candidates and ways lie in it
  std::vector<int> candidates_;  ///< PEs that can do the node, within the area
  std::vector<int> table_;       ///< candidate x cycle of the window: price
  int width_ = 0;
  int flood_limit_ = kFar;
  std::vector<int> user_edges_, user_nodes_;
  std::vector<int> cluster_;
  std::vector<int> best_kinds_;
  int best_ = kFar;
  int best_at_ = 0;  ///< moves made then
  int made_ = 0;
  bool stuck_ = false;
};

}  // namespace heddle::mapper::search
