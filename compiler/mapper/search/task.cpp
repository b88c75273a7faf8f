#include "compiler/mapper/search/task.h"

#include <algorithm>

namespace heddle::mapper::search {
namespace {

Lists group(const std::vector<Edge>& edges, int nodes, int Edge::* end) {
  std::vector<std::vector<int>> lists(static_cast<std::size_t>(nodes));
  for (std::size_t e = 0; e < edges.size(); ++e)
    lists[static_cast<std::size_t>(edges[e].*end)].push_back(static_cast<int>(e));
  return Lists::from(lists);
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
  for (int n = 0; n < nodes; ++n) {
    if (able.end(n) - able.begin(n) == pes) continue;  // any PE will do: no travel
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
  const auto relax = [&](int from, int to, int weight) {
    auto& slot = path[static_cast<std::size_t>(from) * size + static_cast<std::size_t>(to)];
    slot = std::max(slot, weight);
  };
  for (int n = 0; n < nodes; ++n) relax(n, n, 0);
  for (const auto& e : task.edges)
    relax(e.from, e.to, task.least_latency[static_cast<std::size_t>(e.from)] - ii * e.distance);
  for (const auto& e : task.order) relax(e.from, e.to, 1 - ii * e.distance);
  for (std::size_t k = 0; k < size; ++k)
    for (std::size_t i = 0; i < size; ++i) {
      const int head = path[i * size + k];
      if (head <= kNone) continue;
      for (std::size_t j = 0; j < size; ++j)
        if (path[k * size + j] > kNone) path[i * size + j] = std::max(path[i * size + j], head + path[k * size + j]);
    }
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
