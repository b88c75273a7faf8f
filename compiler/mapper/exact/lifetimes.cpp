#include "compiler/mapper/exact/lifetimes.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace heddle::mapper::exact {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

/// By node: a number for its group, the same for all nodes that values join.
std::vector<int> groups_of(const search::Task& task) {
  std::vector<int> parent(at(task.nodes));
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](int n) {
    while (parent[at(n)] != n) n = parent[at(n)];
    return n;
  };
  for (const search::Edge& edge : task.edges) parent[at(root(edge.from))] = root(edge.to);
  std::vector<int> group;
  for (int n = 0; n < task.nodes; ++n) group.push_back(root(n));
  return group;
}

/// By pair (from, to), nodes x nodes: t(to) <= t(from) + this, through values in both directions.
std::vector<int> furthest_apart(const search::Task& task, int ii) {
  constexpr int kAny = 1 << 20;
  const auto size = at(task.nodes);
  std::vector<int> apart(size * size, kAny);
  const auto limit = [&](int from, int to, int most) {
    int& known = apart[at(from) * size + at(to)];
    known = std::min(known, most);
  };
  for (int n = 0; n < task.nodes; ++n) limit(n, n, 0);
  for (const search::Edge& e : task.edges) {
    limit(e.from, e.to, latest_use(task, e.from, ii) - e.distance * ii);
    limit(e.to, e.from, e.distance * ii - task.least_latency[at(e.from)]);
  }
  for (const search::Edge& e : task.order) limit(e.to, e.from, e.distance * ii - 1);
  for (std::size_t k = 0; k < size; ++k)
    for (std::size_t i = 0; i < size; ++i) {
      if (apart[i * size + k] >= kAny) continue;
      for (std::size_t j = 0; j < size; ++j)
        if (apart[k * size + j] < kAny)
          apart[i * size + j] = std::min(apart[i * size + j], apart[i * size + k] + apart[k * size + j]);
    }
  return apart;
}

}  // namespace

bool lives_in_results_only(const search::Fabric& fabric) { return fabric.registers == 0 && !fabric.passes; }

int latest_use(const search::Task& task, int from, int ii) {
  int latency = 0;
  for (const int* p = task.able.begin(from); p != task.able.end(from); ++p)
    latency = std::max(latency, task.latency_on(from, *p));
  return latency + ii - 1;
}

int longest_needed(const search::Task& task, int ii) {
  const auto group = groups_of(task);
  const auto apart = furthest_apart(task, ii);
  std::map<int, int> span;
  for (int u = 0; u < task.nodes; ++u)
    for (int v = 0; v < task.nodes; ++v)
      if (group[at(u)] == group[at(v)])
        span[group[at(u)]] = std::max(span[group[at(u)]], apart[at(u) * at(task.nodes) + at(v)]);
  int cycles = *std::max_element(task.latency.begin(), task.latency.end());
  for (const auto& [root, most] : span) cycles += std::max(0, most) + ii;
  return cycles;
}

}  // namespace heddle::mapper::exact
