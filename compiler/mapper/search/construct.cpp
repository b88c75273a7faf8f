// The first placement: recurrences first, then outwards along edges, the least slack first.
#include <algorithm>
#include <array>
#include <climits>

#include "compiler/mapper/search/homes.h"
#include "compiler/mapper/search/search.h"

namespace heddle::mapper::search {

bool Search::construct() {
  measure_recurrences();
  if (fabric_.large() && seats_.empty()) homes_ = homes(fabric_, task_, state_.ii, random_);
  // Random ranks break ties differently in each attempt.
  for (auto& r : rank_) r = static_cast<int>(random_.below(1U << 20U));
  take_seats();
  for (int node = next_node(); node >= 0; node = next_node()) {
    if (!settle(node, construction_window(node))) return false;
  }
  constructing_ = false;
  return true;
}

/// What the cells of the copy's operations cost if it issues `shift` cycles later than its seats say.
int Search::crowd(const std::vector<Seat>& copy, int shift) const {
  int cost = 0;
  for (const Seat& seat : copy) {
    const auto n = static_cast<std::size_t>(seat.node);
    const int time = seat.time + shift;
    cost += state_.occupancy.price(state_.cell(fabric_.unit(seat.pe), time));
    if (task_.bank[n] >= 0) cost += state_.occupancy.price(state_.cell(fabric_.bank(task_.bank[n]), time));
  }
  return cost;
}

/// Each copy is shifted to where none of its operations is too early, values from elsewhere have time to cross the
/// array, and of the next II cycles to the least crowded.
void Search::take_seats() {
  for (const auto& copy : seats_) {
    int shift = INT_MIN;
    int last = INT_MIN;
    for (const Seat& seat : copy) {
      shift = std::max(shift, schedule_.earliest[static_cast<std::size_t>(seat.node)] - seat.time);
      last = std::max(last, seat.time + task_.latency_on(seat.node, seat.pe));
    }
    shift = std::min(shift + fabric_.diameter(), horizon_ - last - state_.ii);
    int best = shift;
    for (int s = shift + 1; s < shift + state_.ii; ++s)
      if (crowd(copy, s) < crowd(copy, best)) best = s;
    for (const Seat& seat : copy) {
      state_.place(seat.node, seat.pe, std::max(0, seat.time + best));
      route_edges_of(seat.node);
    }
  }
}

void Search::measure_recurrences() {
  room_.assign(static_cast<std::size_t>(task_.nodes), INT_MAX / 2);
  for (int n = 0; n < task_.nodes; ++n)
    for (int m = 0; m < task_.nodes; ++m) {
      if (m == n || schedule_.between(n, m) <= Schedule::kNone || schedule_.between(m, n) <= Schedule::kNone) continue;
      auto& room = room_[static_cast<std::size_t>(n)];
      room = std::min(room, -(schedule_.between(n, m) + schedule_.between(m, n)));
    }
}

/// Of the nodes next to placed ones (else of all): least slack, then on a recurrence, then by rank.
int Search::next_node() const {
  int best = -1;
  std::array<int, 4> best_key{INT_MAX, INT_MAX, INT_MAX, INT_MAX};
  for (int n = 0; n < task_.nodes; ++n) {
    if (state_.placed(n)) continue;
    bool adjacent = false;
    const auto look = [&](const Lists& lists, int Edge::* end) {
      for (const int* e = lists.begin(n); e != lists.end(n); ++e)
        adjacent |= state_.placed(task_.edges[static_cast<std::size_t>(*e)].*end);
    };
    look(task_.in_edges, &Edge::from);
    look(task_.out_edges, &Edge::to);
    const auto i = static_cast<std::size_t>(n);
    const int slack = schedule_.latest[i] - schedule_.earliest[i];
    const int constrained = static_cast<int>(task_.able.end(n) - task_.able.begin(n));
    const std::array<int, 4> key{room_[i] < state_.ii ? room_[i] : INT_MAX - (adjacent ? 1 : 0), slack, constrained,
                                 rank_[i]};
    if (key >= best_key) continue;
    best_key = key;
    best = n;
  }
  return best;
}

/// The cycles that leave every other node a place in time, at most II of them.
Search::Window Search::construction_window(int node) const {
  const int ii = state_.ii;
  int low = INT_MIN;
  int high = INT_MAX;
  for (int m = 0; m < task_.nodes; ++m) {
    if (!state_.placed(m)) continue;
    const int time = state_.time[static_cast<std::size_t>(m)];
    if (schedule_.between(m, node) > Schedule::kNone) low = std::max(low, time + schedule_.between(m, node));
    if (schedule_.between(node, m) > Schedule::kNone) high = std::min(high, time - schedule_.between(node, m));
  }
  for (const int* e = task_.in_edges.begin(node); e != task_.in_edges.end(node); ++e) {
    const Edge& edge = task_.edges[static_cast<std::size_t>(*e)];
    if (!state_.placed(edge.from)) continue;
    const int way = task_.travel_to(node, state_.pe[static_cast<std::size_t>(edge.from)]);
    low = std::max(low, state_.arrival(edge.from) + way - edge.distance * ii);
  }
  for (const int* e = task_.out_edges.begin(node); e != task_.out_edges.end(node); ++e) {
    const Edge& edge = task_.edges[static_cast<std::size_t>(*e)];
    if (!state_.placed(edge.to)) continue;
    const int way = task_.travel_from(node, state_.pe[static_cast<std::size_t>(edge.to)]);
    high = std::min(high, state_.deadline(*e) - task_.least_latency[static_cast<std::size_t>(node)] - way);
  }
  const int reach = ii - 1 + tuning_.slack;
  if (low == INT_MIN && high == INT_MAX) {
    low = schedule_.earliest[static_cast<std::size_t>(node)] + ii;
    high = low + ii - 1;
  } else if (low == INT_MIN) {
    low = high - reach;
  } else if (high == INT_MAX || high - low > reach) {
    high = low + reach;
  }
  if (high < low) {  // the neighbours were placed out of reach of each other; repair will move them
    const int middle = (low + high) / 2;
    low = middle - ii / 2;
    high = middle + ii / 2;
  }
  return clip({low, high}, node);
}

/// Adds to each candidate its distance to the node's home.
void Search::draw_home(int node) {
  if (homes_.empty()) return;
  const Area& home = homes_[static_cast<std::size_t>(node)];
  for (int i = 0; i < candidate_count(); ++i) {
    const int cost = tuning_.home_pull * fabric_.links_to(home, candidates_[static_cast<std::size_t>(i)]);
    for (int t = 0; cost > 0 && t < width_; ++t) table(i, t) += cost;
  }
}

/// Adds to each candidate its distance to PEs whose values must meet its value in a node not placed yet.
void Search::attract(int node) {
  const int count = candidate_count();
  const auto pull = [&](int other) {
    if (other == node || !state_.placed(other)) return;
    const int pe = state_.pe[static_cast<std::size_t>(other)];
    for (int i = 0; i < count; ++i) {
      const int cost =
          tuning_.attraction *
          fabric_.distance[static_cast<std::size_t>(candidates_[static_cast<std::size_t>(i)] * fabric_.pes + pe)] /
          fabric_.hop_limit;
      for (int t = 0; t < width_; ++t) table(i, t) += cost;
    }
  };
  const auto siblings = [&](int hub) {
    if (hub == node || state_.placed(hub)) return;
    for (const int* e = task_.in_edges.begin(hub); e != task_.in_edges.end(hub); ++e)
      pull(task_.edges[static_cast<std::size_t>(*e)].from);
    for (const int* e = task_.out_edges.begin(hub); e != task_.out_edges.end(hub); ++e)
      pull(task_.edges[static_cast<std::size_t>(*e)].to);
  };
  // Towards the PEs that can do a neighbour that only few can.
  const auto reach_out = [&](int other) {
    siblings(other);
    if (other == node || state_.placed(other)) return;
    for (int i = 0; i < count; ++i) {
      const int cost =
          tuning_.attraction * fabric_.hop_limit * task_.travel_to(other, candidates_[static_cast<std::size_t>(i)]);
      for (int t = 0; cost > 0 && t < width_; ++t) table(i, t) += cost;
    }
  };
  for (const int* e = task_.in_edges.begin(node); e != task_.in_edges.end(node); ++e)
    reach_out(task_.edges[static_cast<std::size_t>(*e)].from);
  for (const int* e = task_.out_edges.begin(node); e != task_.out_edges.end(node); ++e)
    reach_out(task_.edges[static_cast<std::size_t>(*e)].to);
}

}  // namespace heddle::mapper::search
