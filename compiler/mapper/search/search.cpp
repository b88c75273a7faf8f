#include "compiler/mapper/search/search.h"

#include <algorithm>
#include <climits>

namespace heddle::mapper::search {
namespace {

constexpr int kForgetEvery = 4096;  // moves between two halvings of history
constexpr int kStopCheckEvery = 16;
constexpr int kFewConflicts = 16;
constexpr int kDetour = 8;  // links that a way may leave the rectangle of its ends, on large arrays

}  // namespace

Search::Search(const Fabric& fabric, const Task& task, const Schedule& schedule, int ii, int max_stages,
               std::uint64_t seed, Tuning tuning)
    : fabric_(fabric),
      task_(task),
      schedule_(schedule),
      tuning_(tuning),
      horizon_(std::min(schedule.length + 4 * ii + 2 * fabric.diameter(), max_stages * ii)),
      random_(seed),
      state_(fabric, task, ii, tuning.pressure),
      forward_(fabric),
      backward_(fabric),
      edge_history_(task.edges.size(), 0),
      order_history_(task.order.size(), 0),
      last_move_(static_cast<std::size_t>(task.nodes), -1),
      rank_(static_cast<std::size_t>(task.nodes), 0) {
  state_.last_pass = max_stages * ii;
}

int Search::conflicts() const {
  return static_cast<int>(state_.occupancy.conflicts().size() + state_.unrouted().size()) + state_.violation_count();
}

/// Of large graphs a few conflicts left deserve more patience than many.
bool Search::out_of_patience() const {
  if (!fabric_.large()) return false;
  return made_ - best_at_ > (best_ > kFewConflicts ? tuning_.patience : 4 * tuning_.patience);
}

bool Search::run(int moves, const std::function<bool()>& stop) {
  if (!construct()) return false;
  note_progress();
  int forget_at = kForgetEvery;
  int check_at = 0;
  for (made_ = 0; made_ < moves && !stuck_; ++made_) {
    if (conflicts() == 0) return true;
    if (made_ >= check_at) {
      if (stop() || out_of_patience()) return false;
      check_at = made_ + kStopCheckEvery;
    }
    repair_one();
    note_progress();
    if (made_ + 1 >= forget_at) {
      forget_at += kForgetEvery;
      state_.occupancy.forget();
      for (auto& h : edge_history_) h /= 2;
      for (auto& h : order_history_) h /= 2;
    }
  }
  return !stuck_ && conflicts() == 0;
}

Search::Window Search::clip(Window window, int node) const {
  int longest = 1;
  for (const int* pe = task_.able.begin(node); pe != task_.able.end(node); ++pe)
    longest = std::max(longest, task_.latency_on(node, *pe));
  const int last = horizon_ - longest;
  if (window.high < 0) window = {0, state_.ii - 1};
  if (window.low > last) window = {last - state_.ii + 1, last};
  return {std::clamp(window.low, 0, last), std::clamp(window.high, 0, last)};
}

/// Between the placed neighbours where they leave room, and a little beyond: an edge may be broken if that pays.
Search::Window Search::repair_window(int node) {
  int low = INT_MIN;
  int high = INT_MAX;
  const auto after = [&](int from, int gap) { low = std::max(low, state_.time[static_cast<std::size_t>(from)] + gap); };
  const auto before = [&](int to, int gap) { high = std::min(high, state_.time[static_cast<std::size_t>(to)] - gap); };
  const int own = task_.least_latency[static_cast<std::size_t>(node)];
  for (const int* e = task_.in_edges.begin(node); e != task_.in_edges.end(node); ++e) {
    const Edge& edge = task_.edges[static_cast<std::size_t>(*e)];
    if (edge.from == node) continue;
    const int way = task_.travel_to(node, state_.pe[static_cast<std::size_t>(edge.from)]);
    after(edge.from, task_.least_latency[static_cast<std::size_t>(edge.from)] + way - edge.distance * state_.ii);
  }
  for (const int* e = task_.out_edges.begin(node); e != task_.out_edges.end(node); ++e) {
    const Edge& edge = task_.edges[static_cast<std::size_t>(*e)];
    if (edge.to == node) continue;
    const int way = task_.travel_from(node, state_.pe[static_cast<std::size_t>(edge.to)]);
    before(edge.to, own + way - edge.distance * state_.ii);
  }
  for (const int* o = task_.in_order.begin(node); o != task_.in_order.end(node); ++o) {
    const Edge& edge = task_.order[static_cast<std::size_t>(*o)];
    if (edge.from != node) after(edge.from, 1 - edge.distance * state_.ii);
  }
  for (const int* o = task_.out_order.begin(node); o != task_.out_order.end(node); ++o) {
    const Edge& edge = task_.order[static_cast<std::size_t>(*o)];
    if (edge.to != node) before(edge.to, 1 - edge.distance * state_.ii);
  }
  const int reach = state_.ii - 1 + tuning_.slack;
  if (low == INT_MIN && high == INT_MAX) {
    low = state_.time[static_cast<std::size_t>(node)] - state_.ii / 2;
    high = low + state_.ii - 1;
  } else if (low == INT_MIN) {
    low = high - reach;
  } else if (high == INT_MAX) {
    high = low + reach;
  }
  if (high < low) std::swap(low, high);
  low -= tuning_.slack;
  high += tuning_.slack;
  const int widest = 2 * state_.ii + 2 * tuning_.slack;
  if (high - low + 1 > widest) {
    low += static_cast<int>(random_.below(static_cast<std::uint64_t>(high - low + 2 - widest)));
    high = low + widest - 1;
  }
  return clip({low, high}, node);
}

bool Search::settle(int node, Window window) {
  const Choice choice = choose(node, window);
  if (choice.pe < 0) return false;
  state_.place(node, choice.pe, choice.time);
  last_move_[static_cast<std::size_t>(node)] = made_;
  route_edges_of(node);
  return true;
}

/// Operands first, then uses by deadline: the near ones lay the stem that the far ones share.
void Search::route_edges_of(int node) {
  for (const int* e = task_.in_edges.begin(node); e != task_.in_edges.end(node); ++e)
    if (state_.placed(task_.edges[static_cast<std::size_t>(*e)].from)) route(*e);
  std::vector<std::pair<int, int>> uses;
  for (const int* e = task_.out_edges.begin(node); e != task_.out_edges.end(node); ++e) {
    const int to = task_.edges[static_cast<std::size_t>(*e)].to;
    if (to != node && state_.placed(to)) uses.emplace_back(state_.deadline(*e), *e);
  }
  std::sort(uses.begin(), uses.end());
  for (const auto& [deadline, edge] : uses) route(edge);
}

bool Search::route(int edge) {
  const Edge& e = task_.edges[static_cast<std::size_t>(edge)];
  const int deadline = state_.deadline(edge);
  const int pe = state_.pe[static_cast<std::size_t>(e.to)];
  if (deadline < state_.arrival(e.from)) return false;
  Area area;
  if (fabric_.large()) {
    area = fabric_.area_of(state_.pe[static_cast<std::size_t>(e.from)]);
    area.include(fabric_.area_of(pe));
    area = area.widened(kDetour);
  }
  forward_.run(state_, e.from, deadline, edge_price(edge), area, pe);
  if (forward_.cost(pe, deadline) >= edge_price(edge)) return false;
  return state_.add_way(edge, forward_.way(state_, pe, deadline));
}

void Search::repair_one() {
  const auto violations = state_.violations();
  const auto& cells = state_.occupancy.conflicts();
  const auto& open = state_.unrouted();
  auto pick = static_cast<std::size_t>(random_.below(violations.size() + cells.size() + open.size()));
  if (pick < cells.size()) {
    repair_cell(cells[pick]);
    return;
  }
  pick -= cells.size();
  if (pick < open.size()) {
    const int edge = open[pick];
    edge_history_[static_cast<std::size_t>(edge)] += tuning_.history_step;
    move_one_of(task_.edges[static_cast<std::size_t>(edge)].from, task_.edges[static_cast<std::size_t>(edge)].to);
    return;
  }
  const int order = violations[pick - open.size()];
  order_history_[static_cast<std::size_t>(order)] += tuning_.history_step;
  move_one_of(task_.order[static_cast<std::size_t>(order)].from, task_.order[static_cast<std::size_t>(order)].to);
}

/// Edges of the key's producer that pass through the place in that cycle, and the producer if its result arrives there.
void Search::note_value_users(int place, Key key) {
  for (const int* e = task_.out_edges.begin(key.holder); e != task_.out_edges.end(key.holder); ++e) {
    const Way& way = state_.ways[static_cast<std::size_t>(*e)];
    for (std::size_t i = 1; i < way.size(); ++i)
      if (way[i] == Step{place, key.cycle}) {
        user_edges_.push_back(*e);
        break;
      }
  }
  if (place == fabric_.res(state_.pe[static_cast<std::size_t>(key.holder)]) && key.cycle == state_.arrival(key.holder))
    user_nodes_.push_back(key.holder);
}

/// Edges of a value that passes the unit of `pe`, which is busy with it in the cycle of the key.
void Search::note_passes(int pe, Key key) {
  const int value = state_.passing_value(key);
  const int arrives = key.cycle + fabric_.pass_latency[static_cast<std::size_t>(pe)];
  for (const int* e = task_.out_edges.begin(value); e != task_.out_edges.end(value); ++e) {
    const Way& way = state_.ways[static_cast<std::size_t>(*e)];
    for (std::size_t i = 1; i < way.size(); ++i) {
      const bool passed = way[i].place == fabric_.res(pe) && way[i - 1].place != way[i].place;
      const int busy = arrives - way[i].cycle;  // cycles that the unit has been busy for
      if (!passed || busy < 0 || busy >= fabric_.pass_interval[static_cast<std::size_t>(pe)]) continue;
      user_edges_.push_back(*e);
      break;
    }
  }
}

/// Collects who uses a cell, in user_edges_ and user_nodes_; returns how many there are.
int Search::users_of(int cell) {
  user_edges_.clear();
  user_nodes_.clear();
  const auto& occupancy = state_.occupancy;
  const int place = occupancy.place_of(cell);
  const int slot = occupancy.slot_of(cell);
  const bool port = place >= fabric_.read_port(0) && place < fabric_.live_out(0);
  const bool write = place >= fabric_.write_port(0);
  for (int i = 0; i < occupancy.holders(cell); ++i) {
    const Key key = occupancy.holder(cell, i);
    if (place < fabric_.unit(0)) {
      note_value_users(place, key);
    } else if (place < fabric_.read_port(0) && state_.passing_value(key) >= 0) {
      note_passes(place - fabric_.unit(0), key);
    } else if (!port) {
      user_nodes_.push_back(key.holder);
    } else {
      const int inner = occupancy.cell(key.holder, write ? (slot + 1) % state_.ii : slot);
      for (int j = 0; j < occupancy.holders(inner); ++j) note_value_users(key.holder, occupancy.holder(inner, j));
    }
  }
  return static_cast<int>(user_edges_.size() + user_nodes_.size());
}

void Search::repair_cell(int cell) {
  state_.occupancy.raise_history(cell, tuning_.history_step);
  const int users = users_of(cell);
  if (users == 0) return;
  const auto pick = static_cast<std::size_t>(random_.below(static_cast<std::uint64_t>(users)));
  if (pick >= user_edges_.size()) {
    // Two at random, the one at rest for longer moves: the other may just have come.
    const int a = user_nodes_[pick - user_edges_.size()];
    const int b = user_nodes_[random_.below(user_nodes_.size())];
    move_one_of(a, b);
    return;
  }
  const int edge = user_edges_[pick];
  if (random_.below(2) == 0) {
    state_.remove_way(edge);
    route(edge);
    return;
  }
  move_one_of(task_.edges[static_cast<std::size_t>(edge)].from, task_.edges[static_cast<std::size_t>(edge)].to);
}

/// The one that has been at rest for longer, or now and then the other.
void Search::move_one_of(int a, int b) {
  if (last_move_[static_cast<std::size_t>(b)] < last_move_[static_cast<std::size_t>(a)]) std::swap(a, b);
  const int node = random_.below(4) == 0 ? b : a;
  if (tuning_.cluster_odds > 0 && random_.below(static_cast<std::uint64_t>(tuning_.cluster_odds)) == 0)
    move_cluster(node);
  else
    move(node);
}

bool Search::move(int node) {
  const Window window = repair_window(node);
  state_.unplace(node);
  stuck_ = !settle(node, window);
  return !stuck_;
}

void Search::note_progress() {
  const int now = conflicts();
  if (now >= best_) return;
  best_ = now;
  best_at_ = made_;
  best_kinds_.assign(static_cast<std::size_t>(fabric_.places) + 1, 0);
  for (const int cell : state_.occupancy.conflicts())
    ++best_kinds_[static_cast<std::size_t>(state_.occupancy.place_of(cell))];
  best_kinds_.back() = static_cast<int>(state_.unrouted().size()) + state_.violation_count();
}

}  // namespace heddle::mapper::search
