#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/mapper/search/flood.h"

namespace heddle::mapper::search {
namespace {

constexpr int kResState = 0;
constexpr int kNoParent = -1;
constexpr std::size_t kTouchedLeast = 512;   // states noted one by one; beyond, clearing all is as fast
constexpr std::size_t kClearedTogether = 8;  // so many are cleared all at once in the time of one alone

/// A read port is free for a register that is read there already.
int read_price(const State& state, int pe, int place, int slot) {
  const int cell = state.occupancy.cell(state.fabric.read_port(pe), slot);
  if (!state.occupancy.empty(cell) && state.occupancy.holds(cell, Key{place, 0})) return 0;
  return state.occupancy.price(cell);
}

}  // namespace

ForwardFlood::ForwardFlood(const Fabric& fabric)
    : fabric_(fabric),
      states_(1 + fabric.registers + fabric.links * fabric.hop_limit + (fabric.passes ? fabric.pes : 0)),
      by_hops_(static_cast<std::size_t>(fabric.hop_limit) + 1) {}

void ForwardFlood::prepare(int cycles) {
  cycles_ = cycles;
  const auto n = static_cast<std::size_t>(cycles);
  const auto states = n * static_cast<std::size_t>(states_);
  const auto pes = n * static_cast<std::size_t>(fabric_.pes);
  if (cost_.size() < states) {
    cost_.assign(states, kFar);
    touched_.clear();
    parent_.resize(states);
    since_.resize(n * static_cast<std::size_t>(fabric_.registers));
    read_.assign(pes, kFar);
    for (auto& list : active_) list.clear();
    read_from_.resize(pes);
    passed_since_.resize(pes);
    active_stamp_.assign(pes, 0);
    owned_links_.assign(n * static_cast<std::size_t>(fabric_.links), 0);
    active_.resize(n);
    stamp_ = 0;
  }
  ++stamp_;
  // Where the last run reached a small part, only that is cleared.
  if (touched_.size() < touched_most_)
    for (const auto index : touched_) cost_[index] = kFar;
  else
    std::fill_n(cost_.begin(), used_states_, kFar);
  touched_.clear();
  used_states_ = states;
  touched_most_ = std::max(kTouchedLeast, states / kClearedTogether);
  if (seeds_of_.size() < n) seeds_of_.resize(n);
  for (std::size_t k = 0; k < n; ++k) seeds_of_[k].clear();
  for (std::size_t k = 0; k < active_.size(); ++k) {
    for (const int pe : active_[k])
      read_[k * static_cast<std::size_t>(fabric_.pes) + static_cast<std::size_t>(pe)] = kFar;
    active_[k].clear();
  }
}

void ForwardFlood::lower(std::size_t index, int cost, int from) {
  if (cost_[index] == kFar && touched_.size() < touched_most_) touched_.push_back(index);
  cost_[index] = cost;
  parent_[index] = from;
}

/// From here the target is too far for the cycles or, on large arrays, the money that is left. The first depends on PE
/// and cycle only, so of ways that cost the same the one found first stays the same; the second does not keep that.
bool ForwardFlood::in_vain(int k, int pe, int cost) const {
  if (target_ < 0) return false;
  const int links = fabric_.distance[static_cast<std::size_t>(pe * fabric_.pes + target_)];
  if (links > (cycles_ - k) * fabric_.hop_limit) return true;
  return fabric_.large() && cost + links * Fabric::kLinkPrice >= limit_;
}

void ForwardFlood::seed(int cycle, int flood_state, int edge, int step) {
  const int k = cycle - first_;
  const auto index = static_cast<std::size_t>(k * states_ + flood_state);
  if (cost_[index] == 0) return;
  lower(index, 0, -2 - static_cast<int>(seeds_.size()));
  seeds_of_[static_cast<std::size_t>(k)].push_back(static_cast<int>(seeds_.size()));
  seeds_.push_back({cycle, flood_state, edge, step});
}

void ForwardFlood::seed_routes(const State& state, int net, int until) {
  for (const int* e = state.task.out_edges.begin(net); e != state.task.out_edges.end(net); ++e) {
    const Way& way = state.ways[static_cast<std::size_t>(*e)];
    int hops = 0;
    int since = 0;
    for (int i = 0; i < static_cast<int>(way.size()) && way[static_cast<std::size_t>(i)].cycle <= until; ++i) {
      const Step& step = way[static_cast<std::size_t>(i)];
      const int k = step.cycle - first_;
      if (fabric_.is_link(step.place)) {
        const int link = step.place - fabric_.link(0);
        ++hops;
        if (!fabric_.inside(area_, fabric_.link_to[static_cast<std::size_t>(link)])) continue;
        owned_links_[static_cast<std::size_t>(k * fabric_.links + link)] = stamp_;
        seed(step.cycle, link_state(link, hops), *e, i);
        continue;
      }
      hops = 0;
      if (step.place == fabric_.res(source_pe_)) {
        seed(step.cycle, kResState, *e, i);
        continue;
      }
      if (!fabric_.is_register(step.place)) {
        if (way[static_cast<std::size_t>(i) - 1].place != step.place) since = step.cycle;
        if (!fabric_.inside(area_, step.place)) continue;
        passed_since_[static_cast<std::size_t>(k * fabric_.pes + step.place)] = since;
        seed(step.cycle, passed_state(step.place), *e, i);
        continue;
      }
      const int reg = step.place - fabric_.reg(0);
      if (way[static_cast<std::size_t>(i) - 1].place != step.place) since = step.cycle;
      if (!fabric_.inside(area_, fabric_.register_pe(step.place))) continue;
      since_[static_cast<std::size_t>(k * fabric_.registers + reg)] = since;
      seed(step.cycle, 1 + reg, *e, i);
    }
  }
}

void ForwardFlood::run(const State& state, int net, int until, int limit, const Area& area, int target) {
  net_ = net;
  area_ = area;
  limit_ = limit;
  target_ = target;
  source_pe_ = state.pe[static_cast<std::size_t>(net)];
  first_ = state.arrival(net);
  seeds_.clear();
  prepare(std::max(0, until - first_ + 1));
  if (cycles_ == 0) return;
  seed(first_, kResState, -1, 0);
  seed_routes(state, net, until);
  for (int k = 0; k < cycles_; ++k) {
    const int slot = state.slot(first_ + k);
    sweep_cycle(state, k, slot);
    if (k + 1 < cycles_) end_cycle(state, k, slot);
  }
}

void ForwardFlood::wake(int k, int pe) {
  auto& stamp = active_stamp_[static_cast<std::size_t>(k * fabric_.pes + pe)];
  if (stamp == stamp_) return;
  stamp = stamp_;
  active_[static_cast<std::size_t>(k)].push_back(pe);
}

/// Fills read_ for cycle k from RES, registers and links.
void ForwardFlood::sweep_cycle(const State& state, int k, int slot) {
  const auto& active = active_[static_cast<std::size_t>(k)];
  int* cost = cost_.data() + static_cast<std::ptrdiff_t>(k) * states_;
  int* read = read_.data() + static_cast<std::ptrdiff_t>(k) * fabric_.pes;
  int* from = read_from_.data() + static_cast<std::ptrdiff_t>(k) * fabric_.pes;
  for (auto& list : by_hops_) list.clear();
  for (const int number : seeds_of_[static_cast<std::size_t>(k)]) {
    const Seed& s = seeds_[static_cast<std::size_t>(number)];
    if (s.flood_state == kResState) continue;
    if (s.flood_state <= fabric_.registers) {
      wake(k, fabric_.register_owner[static_cast<std::size_t>(s.flood_state - 1)]);
      continue;
    }
    if (s.flood_state >= passed_state(0)) {
      wake(k, s.flood_state - passed_state(0));
      continue;
    }
    const int link_hops = s.flood_state - 1 - fabric_.registers;
    by_hops_[static_cast<std::size_t>(link_hops % fabric_.hop_limit) + 1].push_back(link_hops / fabric_.hop_limit);
  }
  wake(k, source_pe_);
  if (cost[kResState] < limit_) {
    read[source_pe_] = cost[kResState];
    from[source_pe_] = kResState;
  }
  for (const int pe : active)
    for (int r = fabric_.register_first[static_cast<std::size_t>(pe)];
         r < fabric_.register_first[static_cast<std::size_t>(pe) + 1]; ++r) {
      if (cost[1 + r] >= limit_) continue;
      const int total = cost[1 + r] + read_price(state, pe, fabric_.reg(r), slot);
      if (total >= read[pe]) continue;
      read[pe] = total;
      from[pe] = 1 + r;
    }
  for (std::size_t i = 0; fabric_.passes && i < active.size(); ++i) {
    const int passed = passed_state(active[i]);
    if (cost[passed] >= std::min(limit_, read[active[i]])) continue;
    read[active[i]] = cost[passed];
    from[active[i]] = passed;
  }
  leave_by_links(state, k, slot);
}

void ForwardFlood::enter_link(int k, int link, int hops, int cost, int from) {
  if (cost >= limit_ || owned_links_[static_cast<std::size_t>(k * fabric_.links + link)] == stamp_) return;
  int* costs = cost_.data() + static_cast<std::ptrdiff_t>(k) * states_ + link_state(link, 1) - 1;
  for (int h = 1; h < hops; ++h)
    if (costs[h] <= cost) return;
  if (costs[hops] <= cost) return;
  const int to = fabric_.link_to[static_cast<std::size_t>(link)];
  if (!fabric_.inside(area_, to) || in_vain(k, to, cost)) return;
  if (costs[hops] == kFar) by_hops_[static_cast<std::size_t>(hops)].push_back(link);
  lower(static_cast<std::size_t>(k * states_ + link_state(link, hops)), cost, from);
}

void ForwardFlood::leave_by_links(const State& state, int k, int slot) {
  const int* prices = state.occupancy.prices(slot) + fabric_.link(0);
  int* read = read_.data() + static_cast<std::ptrdiff_t>(k) * fabric_.pes;
  int* from = read_from_.data() + static_cast<std::ptrdiff_t>(k) * fabric_.pes;
  auto& active = active_[static_cast<std::size_t>(k)];
  for (const int pe : active) {
    if (read[pe] >= limit_) continue;
    for (const int* l = fabric_.out_links.begin(pe); l != fabric_.out_links.end(pe); ++l)
      enter_link(k, *l, 1, read[pe] + prices[*l], from[pe]);
  }
  for (int hops = 1; hops <= fabric_.hop_limit; ++hops) {
    auto& list = by_hops_[static_cast<std::size_t>(hops)];
    for (std::size_t i = 0; i < list.size(); ++i) {
      const int link = list[i];
      const int here = link_state(link, hops);
      const int cost = cost_[static_cast<std::size_t>(k * states_ + here)];
      const int pe = fabric_.link_to[static_cast<std::size_t>(link)];
      wake(k, pe);
      if (cost < read[pe]) {
        read[pe] = cost;
        from[pe] = here;
      }
      if (hops == fabric_.hop_limit) continue;
      for (const int* next = fabric_.turns.begin(link); next != fabric_.turns.end(link); ++next)
        enter_link(k, *next, hops + 1, cost + prices[*next], here);
    }
  }
}

void ForwardFlood::enter_register(int k, int reg, int cost, int from, int since) {
  const auto index = static_cast<std::size_t>(k * states_ + 1 + reg);
  if (cost >= limit_ || cost >= cost_[index]) return;
  const int pe = fabric_.register_owner[static_cast<std::size_t>(reg)];
  if (in_vain(k, pe, cost)) return;
  wake(k, pe);
  lower(index, cost, from);
  since_[static_cast<std::size_t>(k * fabric_.registers + reg)] = since;
}

void ForwardFlood::enter_passed(int k, int pe, int cost, int from, int since) {
  const auto index = static_cast<std::size_t>(k * states_ + passed_state(pe));
  if (cost >= limit_ || cost >= cost_[index] || in_vain(k, pe, cost)) return;
  wake(k, pe);
  lower(index, cost, from);
  passed_since_[static_cast<std::size_t>(k * fabric_.pes + pe)] = since;
}

/// At the end of cycle k: values in RES of a unit that they have passed stay there, and others pass units. Not back
/// into RES of the producer, nor from RES into the same RES.
void ForwardFlood::pass_units(const State& state, int k) {
  const int cycle = first_ + k;
  for (const int pe : active_[static_cast<std::size_t>(k)]) {
    const auto here = static_cast<std::size_t>(k * fabric_.pes + pe);
    const int latency = fabric_.pass_latency[static_cast<std::size_t>(pe)];
    if (pe == source_pe_ || latency == 0) continue;
    const auto res_price = [&](int then) { return state.occupancy.price(state.cell(fabric_.res(pe), then)); };
    const int stay = cost_[static_cast<std::size_t>(k * states_ + passed_state(pe))];
    const int since = passed_since_[here];
    if (stay < limit_ && cycle + 1 - since < state.ii)
      enter_passed(k + 1, pe, stay + res_price(cycle + 1), passed_state(pe), since);
    if (read_[here] >= limit_ || read_from_[here] == passed_state(pe) || k + latency >= cycles_) continue;
    const int interval = fabric_.pass_interval[static_cast<std::size_t>(pe)];
    if (interval > state.ii || cycle >= state.last_pass) continue;
    int cost = read_[here] + Fabric::kPassPrice + res_price(cycle + latency);
    for (int i = 0; i < interval; ++i) cost += state.occupancy.price(state.cell(fabric_.unit(pe), cycle + i));
    enter_passed(k + latency, pe, cost, read_from_[here], cycle + latency);
  }
}

/// Values stay where they are, or go into a register: for less than II cycles, for then the next iteration's value
/// comes.
void ForwardFlood::end_cycle(const State& state, int k, int slot) {
  const int ii = state.ii;
  const int next_cycle = first_ + k + 1;
  const int next_slot = state.slot(next_cycle);
  const int* prices = state.occupancy.prices(slot);
  const int* next_prices = state.occupancy.prices(next_slot);
  const int* cost = cost_.data() + static_cast<std::ptrdiff_t>(k) * states_;
  if (k + 1 < ii && cost[kResState] < limit_) {
    const int total = cost[kResState] + next_prices[fabric_.res(source_pe_)];
    const auto index = static_cast<std::size_t>((k + 1) * states_ + kResState);
    if (total < cost_[index]) lower(index, total, kResState);
  }
  for (const int pe : active_[static_cast<std::size_t>(k)]) {
    const int value = read_[static_cast<std::size_t>(k * fabric_.pes + pe)];
    const int from = read_from_[static_cast<std::size_t>(k * fabric_.pes + pe)];
    const int write = value >= limit_ ? kFar : value + prices[fabric_.write_port(pe)];
    for (int r = fabric_.register_first[static_cast<std::size_t>(pe)];
         r < fabric_.register_first[static_cast<std::size_t>(pe) + 1]; ++r) {
      const int enter = next_prices[fabric_.reg(r)];
      const int since = since_[static_cast<std::size_t>(k * fabric_.registers + r)];
      if (cost[1 + r] < limit_ && next_cycle - since < ii) enter_register(k + 1, r, cost[1 + r] + enter, 1 + r, since);
      if (from != 1 + r) enter_register(k + 1, r, write + enter, from, next_cycle);
    }
  }
  if (fabric_.passes) pass_units(state, k);
}

int ForwardFlood::cost(int pe, int cycle) const {
  const int k = cycle - first_;
  return k < 0 || k >= cycles_ ? kFar : read_[static_cast<std::size_t>(k * fabric_.pes + pe)];
}

int ForwardFlood::place_of(const State& state, int flood_state) const {
  if (flood_state == kResState) return fabric_.res(state.pe[static_cast<std::size_t>(net_)]);
  if (flood_state <= fabric_.registers) return fabric_.reg(flood_state - 1);
  if (flood_state >= passed_state(0)) return fabric_.res(flood_state - passed_state(0));
  return fabric_.link((flood_state - 1 - fabric_.registers) / fabric_.hop_limit);
}

Way ForwardFlood::way(const State& state, int pe, int cycle) const {
  Way reversed;
  int k = cycle - first_;
  int at = read_from_[static_cast<std::size_t>(k * fabric_.pes + pe)];
  for (;;) {
    const int parent = parent_[static_cast<std::size_t>(k * states_ + at)];
    if (parent <= -2) {
      const Seed& s = seeds_[static_cast<std::size_t>(-2 - parent)];
      if (s.edge < 0) {
        reversed.push_back({fabric_.res(source_pe_), first_});
      } else {
        const Way& base = state.ways[static_cast<std::size_t>(s.edge)];
        for (int i = s.step; i >= 0; --i) reversed.push_back(base[static_cast<std::size_t>(i)]);
      }
      break;
    }
    HEDDLE_CHECK(parent != kNoParent, "a flooded state has no way back");
    reversed.push_back({place_of(state, at), first_ + k});
    if (at <= fabric_.registers || at == parent)
      --k;  // RES and registers were entered from the cycle before
    else if (at >= passed_state(0))
      k -= fabric_.pass_latency[static_cast<std::size_t>(at - passed_state(0))];
    at = parent;
  }
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

}  // namespace heddle::mapper::search
