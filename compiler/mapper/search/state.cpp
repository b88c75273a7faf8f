#include "compiler/mapper/search/state.h"

#include "compiler/base/check.h"

namespace heddle::mapper::search {

State::State(const Fabric& fabric_, const Task& task_, int ii_, int pressure)
    : fabric(fabric_), task(task_), ii(ii_), occupancy(fabric_, ii_, pressure) {
  const auto nodes = static_cast<std::size_t>(task.nodes);
  pe.assign(nodes, -1);
  time.assign(nodes, 0);
  ways.resize(task.edges.size());
  unrouted_index_.assign(task.edges.size(), -1);
}

int State::arrival(int node) const {
  const auto n = static_cast<std::size_t>(node);
  return time[n] + task.latency_on(node, pe[n]);
}

int State::deadline(int edge) const {
  const Edge& e = task.edges[static_cast<std::size_t>(edge)];
  return time[static_cast<std::size_t>(e.to)] + e.distance * ii;
}

template <class Action>
void State::for_each_node_use(int node, Action&& action) const {
  const auto n = static_cast<std::size_t>(node);
  for (int k = 0; k < task.interval_on(node, pe[n]); ++k)
    action(cell(fabric.unit(pe[n]), time[n] + k), Key{node, time[n] + k});
  if (task.writes_res[n] != 0) action(cell(fabric.res(pe[n]), arrival(node)), Key{node, arrival(node)});
  if (task.bank[n] >= 0) action(cell(fabric.bank(task.bank[n]), time[n]), Key{node, 0});
  if (task.live_out[n] != 0) action(occupancy.cell(fabric.live_out(pe[n]), 0), Key{node, 0});
  if (task.stepped[n] != 0) action(occupancy.cell(fabric.generator(pe[n]), 0), Key{node, 0});
}

/// The unit that a value passes; false: `action` said to stop.
template <class Action>
bool State::for_each_pass_use(int net, int on_pe, int arrives, Action& action) const {
  const int read = arrives - fabric.pass_latency[static_cast<std::size_t>(on_pe)];
  for (int k = 0; k < fabric.pass_interval[static_cast<std::size_t>(on_pe)]; ++k)
    if (!action(cell(fabric.unit(on_pe), read + k), passing(net, read + k))) return false;
  return true;
}

template <class Action>
void State::for_each_use(int edge, const Way& way, Action&& action) const {
  const int net = task.edges[static_cast<std::size_t>(edge)].from;
  for (std::size_t i = 0; i < way.size(); ++i) {
    const Step& step = way[i];
    if (!action(cell(step.place, step.cycle), Key{net, step.cycle})) return;
    if (step.place < fabric.pes && i > 0 && way[i - 1].place != step.place &&
        !for_each_pass_use(net, step.place, step.cycle, action))
      return;
    if (!fabric.is_register(step.place)) continue;
    const int owner = fabric.register_pe(step.place);
    const bool stays = i + 1 < way.size() && way[i + 1].place == step.place;
    if (!stays && !action(cell(fabric.read_port(owner), step.cycle), Key{step.place, 0})) return;
    const bool stayed = way[i - 1].place == step.place;
    if (!stayed && !action(cell(fabric.write_port(owner), step.cycle - 1), Key{step.place, 0})) return;
  }
}

void State::set_unrouted(int edge, bool missing) {
  auto& index = unrouted_index_[static_cast<std::size_t>(edge)];
  if (missing == (index >= 0)) return;
  if (missing) {
    index = static_cast<int>(unrouted_.size());
    unrouted_.push_back(edge);
    return;
  }
  unrouted_[static_cast<std::size_t>(index)] = unrouted_.back();
  unrouted_index_[static_cast<std::size_t>(unrouted_.back())] = index;
  unrouted_.pop_back();
  index = -1;
}

void State::place(int node, int on_pe, int at_time) {
  HEDDLE_CHECK(!placed(node) && at_time >= 0, "a node is placed twice, or before time began");
  pe[static_cast<std::size_t>(node)] = on_pe;
  time[static_cast<std::size_t>(node)] = at_time;
  for_each_node_use(node, [&](int c, Key key) { occupancy.add(c, key); });
  const auto open = [&](const Lists& lists) {
    for (const int* e = lists.begin(node); e != lists.end(node); ++e) {
      const Edge& edge = task.edges[static_cast<std::size_t>(*e)];
      if (placed(edge.from) && placed(edge.to)) set_unrouted(*e, true);
    }
  };
  open(task.in_edges);
  open(task.out_edges);
  violation_count_ += violations_of(node);
}

void State::unplace(int node) {
  violation_count_ -= violations_of(node);
  const auto close = [&](const Lists& lists) {
    for (const int* e = lists.begin(node); e != lists.end(node); ++e) {
      remove_way(*e);
      set_unrouted(*e, false);
    }
  };
  close(task.in_edges);
  close(task.out_edges);
  for_each_node_use(node, [&](int c, Key key) { occupancy.remove(c, key); });
  pe[static_cast<std::size_t>(node)] = -1;
}

bool State::add_way(int edge, Way way) {
  int added = 0;
  bool full = false;
  for_each_use(edge, way, [&](int c, Key key) {
    full = occupancy.holders(c) == Occupancy::kMaxHolders && !occupancy.holds(c, key);
    if (full) return false;
    occupancy.add(c, key);
    ++added;
    return true;
  });
  if (full) {
    for_each_use(edge, way, [&](int c, Key key) {
      if (added-- == 0) return false;
      occupancy.remove(c, key);
      return true;
    });
    return false;
  }
  ways[static_cast<std::size_t>(edge)] = std::move(way);
  set_unrouted(edge, false);
  return true;
}

void State::remove_way(int edge) {
  Way& way = ways[static_cast<std::size_t>(edge)];
  if (way.empty()) return;
  for_each_use(edge, way, [&](int c, Key key) {
    occupancy.remove(c, key);
    return true;
  });
  way.clear();
  set_unrouted(edge, true);
}

bool State::violated(const Edge& order_edge) const {
  if (!placed(order_edge.from) || !placed(order_edge.to)) return false;
  return time[static_cast<std::size_t>(order_edge.to)] + order_edge.distance * ii <
         time[static_cast<std::size_t>(order_edge.from)] + 1;
}

/// Order edges at the node that are violated; one from the node to itself counts once.
int State::violations_of(int node) const {
  int count = 0;
  for (const int* o = task.in_order.begin(node); o != task.in_order.end(node); ++o)
    count += static_cast<int>(violated(task.order[static_cast<std::size_t>(*o)]));
  for (const int* o = task.out_order.begin(node); o != task.out_order.end(node); ++o) {
    const Edge& edge = task.order[static_cast<std::size_t>(*o)];
    if (edge.to != node) count += static_cast<int>(violated(edge));
  }
  return count;
}

std::vector<int> State::violations() const {
  std::vector<int> found;
  if (violation_count_ == 0) return found;
  for (std::size_t e = 0; e < task.order.size(); ++e)
    if (violated(task.order[e])) found.push_back(static_cast<int>(e));
  return found;
}

}  // namespace heddle::mapper::search
