// RecMII by cycle raising: at the present II the weight of an edge is latency - II * distance; while some cycle has
// positive weight (Bellman-Ford finds one), II rises to the ceiling of that cycle's ratio. Each cycle found is worse
// than the last, so the end is the maximum over all cycles (Lawler 1976 does the same by bisection; raising keeps the
// witness at hand).
#include "compiler/mapper/rec_bound.h"

#include <fmt/format.h>

#include <algorithm>

namespace heddle::mapper {
namespace {

/// The edges of a cycle of positive weight at `ii`, in order; empty if there is none.
std::vector<Dependence> cycle_at(int nodes, const std::vector<Dependence>& edges, int ii) {
  std::vector<std::int64_t> time(static_cast<std::size_t>(nodes), 0);
  std::vector<Dependence> cycle;
  for (const std::size_t e : positive_cycle(differences(edges, ii), time)) cycle.push_back(edges[e]);
  return cycle;
}

std::string path_text(const dfg::Graph& graph, const std::vector<Dependence>& cycle) {
  std::string text;
  for (const auto& edge : cycle) text += describe(graph, dfg::NodeId(edge.from)) + " -> ";
  return text + describe(graph, dfg::NodeId(cycle.front().from));
}

}  // namespace

std::vector<Difference> differences(const std::vector<Dependence>& edges, int ii) {
  std::vector<Difference> all;
  all.reserve(edges.size());
  for (const auto& e : edges) all.push_back({e.from, e.to, e.latency - static_cast<std::int64_t>(ii) * e.distance});
  return all;
}

std::vector<Dependence> dependences(const Problem& problem, const std::vector<Capability>& capability) {
  std::vector<Dependence> all;
  const auto travel = least_travel(problem, capability);
  const auto edges = dfg::value_edges(problem.graph);
  all.reserve(edges.size() + problem.graph.order.size());
  for (std::size_t e = 0; e < edges.size(); ++e)
    all.push_back({edges[e].from.value, edges[e].to.value, capability[edges[e].from.index()].latency + travel[e],
                   edges[e].distance});
  for (const auto& edge : problem.graph.order) all.push_back({edge.from.value, edge.to.value, 1, edge.distance});
  return all;
}

Result<Bound> recurrence_bound(const Problem& problem, const std::vector<Capability>& capability) {
  const auto& graph = problem.graph;
  const auto edges = dependences(problem, capability);
  Bound bound{1, "no dependence cycle needs more than one cycle an iteration", {}};
  for (;;) {
    const auto cycle = cycle_at(static_cast<int>(graph.nodes.size()), edges, bound.value);
    if (cycle.empty()) return bound;
    int latency = 0;
    int distance = 0;
    bound.nodes.clear();
    for (const auto& edge : cycle) {
      latency += edge.latency;
      distance += edge.distance;
      bound.nodes.emplace_back(edge.from);
    }
    if (distance == 0)
      return fail(ErrorCode::kBadInput, "dependence cycle without a loop distance: " + path_text(graph, cycle),
                  graph.node(bound.nodes.front()).where);
    bound.value = (latency + distance - 1) / distance;
    bound.witness = fmt::format("a dependence cycle of {} operations takes {} cycles and spans {} iteration{}: {}",
                                cycle.size(), latency, distance, distance == 1 ? "" : "s", path_text(graph, cycle));
  }
}

}  // namespace heddle::mapper
