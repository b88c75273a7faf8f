// Pricing of all candidates (PE, cycle) of one node.
#include <algorithm>
#include <optional>

#include "compiler/mapper/search/search.h"

namespace heddle::mapper::search {
namespace {

constexpr int kNearLimit = 48;  // price
constexpr int kNear = 2;        // links
constexpr int kWide = 6;        // links
constexpr int kDear = 100;      // price from which looking further away may pay

}  // namespace

/// The rectangle around what the node is bound to: its placed neighbours, and during construction its home.
Area Search::neighbourhood(int node) const {
  std::optional<Area> around;
  const auto include = [&](const Area& area) {
    if (around)
      around->include(area);
    else
      around = area;
  };
  if (constructing_ && !homes_.empty()) include(homes_[static_cast<std::size_t>(node)]);
  const auto look = [&](const Lists& lists, int Edge::* end) {
    for (const int* e = lists.begin(node); e != lists.end(node); ++e) {
      const int other = task_.edges[static_cast<std::size_t>(*e)].*end;
      if (other != node && state_.placed(other)) include(fabric_.area_of(state_.pe[static_cast<std::size_t>(other)]));
    }
  };
  look(task_.in_edges, &Edge::from);
  look(task_.out_edges, &Edge::to);
  return around.value_or(Area{});
}

/// On a large array most PEs are too far away to be worth a look: the neighbourhood comes first, then more of what is
/// around it where it is crowded there, and everything only if the node has no place at all otherwise.
Search::Choice Search::choose(int node, Window window) {
  if (!fabric_.large()) return choose_below(node, window, kFar, Area{});
  const Area around = neighbourhood(node);
  Choice best = choose_below(node, window, kNearLimit, around.widened(kNear));
  if (best.pe >= 0 && best.cost < kNearLimit) return best;
  // With edges left open it would cost so much: dearer ways are not worth following.
  best = choose_below(node, window, best.cost, around.widened(kNear));
  if (best.pe >= 0 && best.cost < kDear) return best;
  const Choice wide = choose_below(node, window, best.cost, around.widened(kWide));
  if (wide.pe >= 0 && wide.cost < best.cost) best = wide;
  return best.pe >= 0 ? best : choose_below(node, window, kFar, Area{});
}

Search::Choice Search::choose_below(int node, Window window, int limit, const Area& area) {
  width_ = window.high - window.low + 1;
  flood_limit_ = limit;
  area_ = area;
  Choice best;
  if (width_ <= 0) return best;
  candidates_.clear();
  for (const int* pe = task_.able.begin(node); pe != task_.able.end(node); ++pe)
    if (fabric_.inside(area, *pe)) candidates_.push_back(*pe);
  if (candidates_.empty()) return best;
  price_node(node, window);
  price_order(node, window);
  if (constructing_) {
    draw_home(node);
    attract(node);
  }
  price_in_edges(node, window);
  price_out_edges(node, window);
  for (int i = 0; i < candidate_count(); ++i)
    for (int t = 0; t < width_; ++t) {
      const int cost = table(i, t);
      if (cost >= Occupancy::kBlocked) continue;
      const int noisy = cost + static_cast<int>(random_.below(static_cast<std::uint64_t>(tuning_.noise) + 1));
      if (noisy < best.cost) best = {candidates_[static_cast<std::size_t>(i)], window.low + t, noisy};
    }
  return best;
}

/// The unit, RES on arrival, the bank and the live-out register; a start that favours early cycles where nothing else
/// decides.
void Search::price_node(int node, Window window) {
  const auto n = static_cast<std::size_t>(node);
  const int count = candidate_count();
  table_.assign(static_cast<std::size_t>(count * width_), 0);
  const auto& occupancy = state_.occupancy;
  for (int i = 0; i < count; ++i) {
    const int pe = candidates_[static_cast<std::size_t>(i)];
    const int latency = task_.latency_on(node, pe);
    const int interval = task_.interval_on(node, pe);
    int fixed = task_.live_out[n] != 0 ? occupancy.price(occupancy.cell(fabric_.live_out(pe), 0)) : 0;
    if (task_.stepped[n] != 0) fixed += occupancy.price(occupancy.cell(fabric_.generator(pe), 0));
    for (int t = 0; t < width_; ++t) {
      const int time = window.low + t;
      int cost = fixed;
      for (int k = 0; k < interval; ++k) cost += occupancy.price(state_.cell(fabric_.unit(pe), time + k));
      if (interval > state_.ii) cost = kFar;
      if (task_.writes_res[n] != 0) cost += occupancy.price(state_.cell(fabric_.res(pe), time + latency));
      if (task_.bank[n] >= 0) cost += occupancy.price(state_.cell(fabric_.bank(task_.bank[n]), time));
      table(i, t) = cost;
    }
  }
}

void Search::price_order(int node, Window window) {
  const int count = candidate_count();
  const auto penalise = [&](int order, auto&& broken) {
    const int price = tuning_.broken_order + order_history_[static_cast<std::size_t>(order)];
    for (int t = 0; t < width_; ++t) {
      if (!broken(window.low + t)) continue;
      for (int i = 0; i < count; ++i) table(i, t) += price;
    }
  };
  for (const int* o = task_.in_order.begin(node); o != task_.in_order.end(node); ++o) {
    const Edge& edge = task_.order[static_cast<std::size_t>(*o)];
    if (!state_.placed(edge.from)) continue;
    const int earliest = state_.time[static_cast<std::size_t>(edge.from)] + 1 - edge.distance * state_.ii;
    penalise(*o, [&](int time) { return time < earliest; });
  }
  for (const int* o = task_.out_order.begin(node); o != task_.out_order.end(node); ++o) {
    const Edge& edge = task_.order[static_cast<std::size_t>(*o)];
    if (!state_.placed(edge.to)) continue;
    const int latest = state_.time[static_cast<std::size_t>(edge.to)] + edge.distance * state_.ii - 1;
    penalise(*o, [&](int time) { return time > latest; });
  }
}

/// What one more edge may cost, given what even the cheapest candidate costs already.
int Search::money_left() const {
  if (flood_limit_ == kFar) return kFar;
  return std::max(0, flood_limit_ - *std::min_element(table_.begin(), table_.end()));
}

void Search::price_in_edges(int node, Window window) {
  const int count = candidate_count();
  for (const int* e = task_.in_edges.begin(node); e != task_.in_edges.end(node); ++e) {
    const Edge& edge = task_.edges[static_cast<std::size_t>(*e)];
    if (edge.from == node) {
      price_self_edge(*e, node, window);
      continue;
    }
    if (!state_.placed(edge.from)) continue;
    const int shift = edge.distance * state_.ii;
    const int open = edge_price(*e);
    forward_.run(state_, edge.from, window.high + shift, std::min(open, money_left()), area_);
    for (int i = 0; i < count; ++i)
      for (int t = 0; t < width_; ++t)
        table(i, t) += std::min(open, forward_.cost(candidates_[static_cast<std::size_t>(i)], window.low + t + shift));
  }
}

void Search::price_out_edges(int node, Window window) {
  const int count = candidate_count();
  const int earliest = window.low + task_.least_latency[static_cast<std::size_t>(node)];
  for (const int* e = task_.out_edges.begin(node); e != task_.out_edges.end(node); ++e) {
    const Edge& edge = task_.edges[static_cast<std::size_t>(*e)];
    if (edge.to == node || !state_.placed(edge.to)) continue;
    const int open = edge_price(*e);
    backward_.run(state_, state_.pe[static_cast<std::size_t>(edge.to)], state_.deadline(*e), earliest,
                  std::min(open, money_left()), area_);
    for (int i = 0; i < count; ++i) {
      const int latency = task_.latency_on(node, candidates_[static_cast<std::size_t>(i)]);
      for (int t = 0; t < width_; ++t)
        table(i, t) +=
            std::min(open, backward_.cost(candidates_[static_cast<std::size_t>(i)], window.low + t + latency));
    }
  }
}

/// A value that its own node reads again: it waits in RES, or in the cheapest register.
void Search::price_self_edge(int edge, int node, Window window) {
  const int count = candidate_count();
  const int span = task_.edges[static_cast<std::size_t>(edge)].distance * state_.ii;
  const auto& occupancy = state_.occupancy;
  const auto waiting = [&](int place, int from, int until) {
    int cost = 0;
    for (int c = from; c <= until; ++c) cost += occupancy.price(state_.cell(place, c));
    return cost;
  };
  for (int i = 0; i < count; ++i) {
    const int pe = candidates_[static_cast<std::size_t>(i)];
    for (int t = 0; t < width_; ++t) {
      const int arrival = window.low + t + task_.latency_on(node, pe);
      const int read = window.low + t + span;
      int best = arrival > read ? kFar : waiting(fabric_.res(pe), arrival + 1, read);
      for (int r = fabric_.register_first[static_cast<std::size_t>(pe)];
           r < fabric_.register_first[static_cast<std::size_t>(pe) + 1]; ++r)
        if (arrival < read) best = std::min(best, waiting(fabric_.reg(r), arrival + 1, read));
      table(i, t) += std::min(edge_price(edge), best);
    }
  }
}

}  // namespace heddle::mapper::search
