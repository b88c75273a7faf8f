#include "compiler/mapper/search/task.h"

#include <algorithm>
#include <map>

#include "compiler/base/check.h"

namespace heddle::mapper::search {
namespace {

Lists group(const std::vector<Edge>& edges, int nodes, int Edge::* end) {
  std::vector<std::vector<int>> lists(static_cast<std::size_t>(nodes));
  for (std::size_t e = 0; e < edges.size(); ++e)
    lists[static_cast<std::size_t>(edges[e].*end)].push_back(static_cast<int>(e));
  return Lists::from(lists);
}

/// t(to) >= t(from) + weight; `within`: of one iteration, so these arcs alone form no cycle.
struct Arc {
  int to = 0;
  int weight = 0;
  bool within = true;
};
using Arcs = std::vector<std::vector<Arc>>;  // by node they leave

Arcs weighted_arcs(const Task& task, int ii) {
  Arcs arcs(static_cast<std::size_t>(task.nodes));
  for (const auto& e : task.edges)
    arcs[static_cast<std::size_t>(e.from)].push_back(
        {e.to, task.least_latency[static_cast<std::size_t>(e.from)] - ii * e.distance, e.distance == 0});
  for (const auto& e : task.order)
    arcs[static_cast<std::size_t>(e.from)].push_back({e.to, 1 - ii * e.distance, e.distance == 0});
  return arcs;
}

/// Nodes in an order along the arcs of one iteration.
std::vector<int> within_iteration(const Arcs& arcs) {
  std::vector<int> before(arcs.size(), 0);
  for (const auto& leaving : arcs)
    for (const Arc& arc : leaving) before[static_cast<std::size_t>(arc.to)] += static_cast<int>(arc.within);
  std::vector<int> order;
  for (std::size_t n = 0; n < arcs.size(); ++n)
    if (before[n] == 0) order.push_back(static_cast<int>(n));
  for (std::size_t i = 0; i < order.size(); ++i)
    for (const Arc& arc : arcs[static_cast<std::size_t>(order[i])])
      if (arc.within && --before[static_cast<std::size_t>(arc.to)] == 0) order.push_back(arc.to);
  HEDDLE_CHECK(order.size() == arcs.size(), "a dependence cycle of distance 0 came past the bounds");
  return order;
}

/// Sweeps along the order until no arc to a later iteration lengthens anything; no cycle has a positive weight.
void longest_from(int source, const Arcs& arcs, const std::vector<int>& order, int* length) {
  length[source] = 0;
  bool again = true;
  for (std::size_t sweep = 0; again && sweep <= order.size(); ++sweep) {
    again = false;
    for (const int n : order) {
      if (length[n] <= Schedule::kNone) continue;
      for (const Arc& arc : arcs[static_cast<std::size_t>(n)]) {
        const int reached = length[n] + arc.weight;
        if (reached <= length[arc.to]) continue;
        length[arc.to] = reached;
        again |= !arc.within;
      }
    }
  }
}

}  // namespace

Task::Task(const Problem& problem, const Fabric& fabric, const std::vector<Capability>& capability,
           const std::vector<int>& node_bank)
    : nodes(static_cast<int>(problem.graph.nodes.size())), bank(node_bank), pes(fabric.pes) {
  for (const auto& edge : dfg::value_edges(problem.graph))
    edges.push_back({edge.from.value, edge.to.value, edge.distance});
  for (const auto& edge : problem.graph.order) order.push_back({edge.from.value, edge.to.value, edge.distance});
  in_edges = group(edges, nodes, &Edge::to);
  out_edges = group(edges, nodes, &Edge::from);
  in_order = group(order, nodes, &Edge::to);
  out_order = group(order, nodes, &Edge::from);
  std::vector<std::vector<int>> lists;
  latency.assign(static_cast<std::size_t>(nodes * pes), 0);
  interval = latency;
  for (int n = 0; n < nodes; ++n) {
    const auto& node = problem.graph.nodes[static_cast<std::size_t>(n)];
    lists.emplace_back();
    for (int p = 0; p < pes; ++p) {
      const auto pe = fabric.pe_ids[static_cast<std::size_t>(p)];
      const auto& able_pes = capability[static_cast<std::size_t>(n)].pes;
      if (!std::binary_search(able_pes.begin(), able_pes.end(), pe)) continue;
      const auto timing = *problem.cgra.timing(pe, node.op);
      lists.back().push_back(p);
      latency[static_cast<std::size_t>(n * pes + p)] = timing.latency;
      interval[static_cast<std::size_t>(n * pes + p)] = timing.interval;
    }
    least_latency.push_back(capability[static_cast<std::size_t>(n)].latency);
    opcode.push_back(static_cast<int>(node.op));
    live_out.push_back(node.live_out.has_value());
    stepped.push_back(node.step.has_value());
    writes_res.push_back(!dfg::is_store(node.op));
    deepest_initial.push_back(0);
    for (const auto& operand : node.operands)
      if (operand.is_node() && operand.initial)
        deepest_initial.back() = std::max(deepest_initial.back(), operand.distance);
  }
  able = Lists::from(lists);
  measure_travel(fabric);
}

void Task::measure_travel(const Fabric& fabric) {
  near_.assign(static_cast<std::size_t>(nodes * pes), 0);
  back_ = near_;
  const auto cycles = [&](int distance) {
    return std::max(0, (distance + fabric.hop_limit - 1) / fabric.hop_limit - 1);
  };
  std::map<std::vector<int>, int> first;  // the first node of those that the same PEs can do
  for (int n = 0; n < nodes; ++n) {
    if (able.end(n) - able.begin(n) == pes) continue;  // any PE will do: no travel
    const auto [same, fresh] = first.try_emplace({able.begin(n), able.end(n)}, n);
    if (!fresh) {
      std::copy_n(near_.begin() + same->second * pes, pes, near_.begin() + n * pes);
      std::copy_n(back_.begin() + same->second * pes, pes, back_.begin() + n * pes);
      continue;
    }
    for (int p = 0; p < pes; ++p) {
      int near = fabric.pes * fabric.hop_limit;
      int back = near;
      for (const int* a = able.begin(n); a != able.end(n); ++a) {
        near = std::min(near, fabric.distance[static_cast<std::size_t>(p * pes + *a)]);
        back = std::min(back, fabric.distance[static_cast<std::size_t>(*a * pes + p)]);
      }
      near_[static_cast<std::size_t>(n * pes + p)] = cycles(near);
      back_[static_cast<std::size_t>(n * pes + p)] = cycles(back);
    }
  }
  for (const Edge& e : edges) {
    if (able.end(e.from) - able.begin(e.from) == pes) {
      travel.push_back(able.begin(e.to) == able.end(e.to) ? fabric.pes : 0);
      continue;
    }
    int least = fabric.pes;
    for (const int* a = able.begin(e.to); a != able.end(e.to); ++a) least = std::min(least, travel_from(e.from, *a));
    travel.push_back(least);
  }
}

std::vector<int> node_banks(const Problem& problem, const std::vector<int>& array_banks) {
  std::vector<int> banks;
  for (const auto& node : problem.graph.nodes) {
    const bool memory = dfg::is_memory(node.op);
    const bool known =
        memory && problem.graph.arrays[node.array.index()].bytes.value_or(0) <= problem.cgra.scratchpad.bank_bytes;
    banks.push_back(known ? array_banks[node.array.index()] : -1);
  }
  return banks;
}

Schedule::Schedule(const Task& task, int ii) : nodes(task.nodes) {
  const auto size = static_cast<std::size_t>(nodes);
  path.assign(size * size, kNone);
  const auto arcs = weighted_arcs(task, ii);
  const auto order = within_iteration(arcs);
  for (int n = 0; n < nodes; ++n) longest_from(n, arcs, order, path.data() + static_cast<std::size_t>(n) * size);
  earliest.assign(size, 0);
  latest.assign(size, 0);
  for (std::size_t u = 0; u < size; ++u)
    for (std::size_t v = 0; v < size; ++v)
      if (path[u * size + v] > kNone) earliest[v] = std::max(earliest[v], path[u * size + v]);
  for (std::size_t v = 0; v < size; ++v) length = std::max(length, earliest[v] + task.least_latency[v]);
  for (std::size_t u = 0; u < size; ++u) {
    latest[u] = length - task.least_latency[u];
    for (std::size_t v = 0; v < size; ++v)
      if (path[u * size + v] > kNone)
        latest[u] = std::min(latest[u], length - task.least_latency[v] - path[u * size + v]);
  }
}

}  // namespace heddle::mapper::search
