#include <algorithm>

#include "compiler/mapper/search/flood.h"

namespace heddle::mapper::search {

BackwardFlood::BackwardFlood(const Fabric& fabric)
    : fabric_(fabric),
      held_(static_cast<std::size_t>(fabric.registers), kFar),
      held_next_(held_),
      at_(static_cast<std::size_t>(fabric.pes), kFar),
      out_(at_),
      link_cost_(static_cast<std::size_t>(fabric.links), kFar),
      by_level_(static_cast<std::size_t>(fabric.hop_limit) + 1),
      touched_(static_cast<std::size_t>(fabric.pes), 0),
      met_(static_cast<std::size_t>(fabric.pes), 0) {}

void BackwardFlood::run(const State& state, int pe, int deadline, int earliest, int limit, const Area& area) {
  area_ = area;
  deadline_ = deadline;
  sink_ = pe;
  limit_ = limit;
  cycles_ = std::max(0, deadline - earliest + 1);
  from_res_.resize(std::max(from_res_.size(), static_cast<std::size_t>(cycles_ * fabric_.pes)));
  reached_next_.clear();
  ++run_;
  for (int k = 0; k < cycles_; ++k) {
    sweep_cycle(state, k, state.slot(deadline - k));
    std::swap(held_, held_next_);
    std::swap(reached_, reached_next_);
  }
}

void BackwardFlood::touch(int pe) {
  auto& flag = touched_[static_cast<std::size_t>(pe)];
  if (flag != 0) return;
  flag = 1;
  reached_.push_back(pe);
  at_[static_cast<std::size_t>(pe)] = kFar;
  out_[static_cast<std::size_t>(pe)] = kFar;
  if (met_[static_cast<std::size_t>(pe)] == run_) return;
  met_[static_cast<std::size_t>(pe)] = run_;
  std::fill(held_next_.begin() + fabric_.register_first[static_cast<std::size_t>(pe)],
            held_next_.begin() + fabric_.register_first[static_cast<std::size_t>(pe) + 1], kFar);
}

/// A value that can be read at a PE can pass its unit.
void BackwardFlood::pass_units(const State& state, int k) {
  const int cycle = deadline_ - k;
  for (int pe = 0; pe < fabric_.pes; ++pe) {
    const int latency = fabric_.pass_latency[static_cast<std::size_t>(pe)];
    if (latency == 0 || latency > k || cycle >= state.last_pass || !fabric_.inside(area_, pe)) continue;
    const int onward = from_res_[static_cast<std::size_t>((k - latency) * fabric_.pes + pe)];
    if (onward >= limit_) continue;
    int cost = onward + Fabric::kPassPrice + state.occupancy.price(state.cell(fabric_.res(pe), cycle + latency));
    const int interval = fabric_.pass_interval[static_cast<std::size_t>(pe)];
    for (int i = 0; i < interval; ++i) cost += state.occupancy.price(state.cell(fabric_.unit(pe), cycle + i));
    if (interval > state.ii || cost >= limit_) continue;
    touch(pe);
    for (auto* table : {&at_, &out_})
      (*table)[static_cast<std::size_t>(pe)] = std::min((*table)[static_cast<std::size_t>(pe)], cost);
  }
}

/// Cost of going on from each place of the cycle `k` before the deadline; held_next_ is that of the cycle after.
void BackwardFlood::sweep_cycle(const State& state, int k, int slot) {
  const int* prices = state.occupancy.prices(slot);
  reached_.clear();
  if (k == 0) {
    touch(sink_);
    at_[static_cast<std::size_t>(sink_)] = 0;
    out_[static_cast<std::size_t>(sink_)] = 0;
  } else {
    const int* next_prices = state.occupancy.prices(state.slot(deadline_ - k + 1));
    for (const int pe : reached_next_) {
      touch(pe);
      int best = kFar;
      for (int r = fabric_.register_first[static_cast<std::size_t>(pe)];
           r < fabric_.register_first[static_cast<std::size_t>(pe) + 1]; ++r)
        best = std::min(best, held_next_[static_cast<std::size_t>(r)] + next_prices[fabric_.reg(r)]);
      at_[static_cast<std::size_t>(pe)] = best + prices[fabric_.write_port(pe)];
      out_[static_cast<std::size_t>(pe)] = at_[static_cast<std::size_t>(pe)];
    }
  }
  if (fabric_.passes) pass_units(state, k);
  links_into(state, slot);
  const int* after = k == 0 ? nullptr : from_res_.data() + static_cast<std::ptrdiff_t>(k - 1) * fabric_.pes;
  int* from_res = from_res_.data() + static_cast<std::ptrdiff_t>(k) * fabric_.pes;
  std::fill_n(from_res, fabric_.pes, kFar);
  const int* next_prices = k == 0 ? nullptr : state.occupancy.prices(state.slot(deadline_ - k + 1));
  for (const int pe : reached_) {
    touched_[static_cast<std::size_t>(pe)] = 0;
    const int out = out_[static_cast<std::size_t>(pe)];
    from_res[pe] = out;
    if (after != nullptr && after[pe] < limit_) from_res[pe] = std::min(out, after[pe] + next_prices[fabric_.res(pe)]);
    const int read = out + prices[fabric_.read_port(pe)];
    for (int r = fabric_.register_first[static_cast<std::size_t>(pe)];
         r < fabric_.register_first[static_cast<std::size_t>(pe) + 1]; ++r) {
      const int stay = k == 0 ? kFar : held_next_[static_cast<std::size_t>(r)] + next_prices[fabric_.reg(r)];
      held_[static_cast<std::size_t>(r)] = std::min({read, stay, kFar});
    }
  }
}

void BackwardFlood::consider_link(int link, int hops_left, int cost, int price) {
  const int total = cost + price;
  auto& known = link_cost_[static_cast<std::size_t>(link)];
  if (total >= limit_ || total >= known) return;
  if (!fabric_.inside(area_, fabric_.link_from[static_cast<std::size_t>(link)])) return;
  known = total;
  by_level_[static_cast<std::size_t>(hops_left)].push_back(link);
}

/// Fills out_ with the cheapest of staying on the PE and leaving by links of this cycle. Level n holds links that n - 1
/// more may follow; cheaper costs may be met later at deeper levels, which only makes out_ of their source cheaper.
void BackwardFlood::links_into(const State& state, int slot) {
  const int* prices = state.occupancy.prices(slot) + fabric_.link(0);
  for (auto& list : by_level_) {
    for (const int link : list) link_cost_[static_cast<std::size_t>(link)] = kFar;
    list.clear();
  }
  const std::size_t known = reached_.size();
  for (std::size_t i = 0; i < known; ++i) {
    const int pe = reached_[i];
    if (at_[static_cast<std::size_t>(pe)] >= limit_) continue;
    for (const int* l = fabric_.in_links.begin(pe); l != fabric_.in_links.end(pe); ++l)
      consider_link(*l, 1, at_[static_cast<std::size_t>(pe)], prices[*l]);
  }
  for (int level = 1; level <= fabric_.hop_limit; ++level) {
    const auto& list = by_level_[static_cast<std::size_t>(level)];
    for (std::size_t i = 0; i < list.size(); ++i) {
      const int link = list[i];
      const int cost = link_cost_[static_cast<std::size_t>(link)];
      const int pe = fabric_.link_from[static_cast<std::size_t>(link)];
      touch(pe);
      out_[static_cast<std::size_t>(pe)] = std::min(out_[static_cast<std::size_t>(pe)], cost);
      if (level == fabric_.hop_limit) continue;
      for (const int* b = fabric_.turns_back.begin(link); b != fabric_.turns_back.end(link); ++b)
        consider_link(*b, level + 1, cost, prices[*b]);
    }
  }
}

int BackwardFlood::cost(int pe, int cycle) const {
  const int k = deadline_ - cycle;
  return k < 0 || k >= cycles_ ? kFar : from_res_[static_cast<std::size_t>(k * fabric_.pes + pe)];
}

}  // namespace heddle::mapper::search
