#include "compiler/mapper/capability.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <map>
#include <utility>

#include "compiler/base/check.h"
#include "compiler/mapper/pe_sets.h"

namespace heddle::mapper {
namespace {

bool fits(const Problem& problem, const dfg::Node& node, arch::PeId pe) {
  const auto& kind = problem.cgra.pe_class(pe);
  if (!problem.cgra.timing(pe, node.op)) return false;
  if (dfg::is_memory(node.op) && !kind.memory) return false;
  if (node.live_out && kind.live_outs < 1) return false;
  if (node.step && kind.address_generators < 1) return false;
  return std::cmp_less_equal(dfg::constant_fields(node).size(), kind.constants);
}

/// Why no PE fits; called only when none does.
std::string missing(const Problem& problem, const dfg::Node& node) {
  const auto& classes = problem.cgra.classes;
  const bool has_operation =
      std::any_of(classes.begin(), classes.end(), [&](const auto& c) { return c.operations.contains(node.op); });
  if (!has_operation) return fmt::format("no PE of '{}' can do '{}'", problem.cgra.name, dfg::name(node.op));
  const auto fields = dfg::constant_fields(node).size();
  int most = 0;
  for (const auto& c : classes)
    if (c.operations.contains(node.op)) most = std::max(most, c.constants);
  if (std::cmp_greater(fields, most))
    return fmt::format("it needs {} constant fields, the PEs that can do '{}' have at most {}", fields,
                       dfg::name(node.op), most);
  return fmt::format("no PE of '{}' has '{}' together with {}", problem.cgra.name, dfg::name(node.op),
                     node.step       ? "an address generator"
                     : node.live_out ? "a live-out register"
                                     : "a memory port");
}

}  // namespace

Result<std::vector<Capability>> capabilities(const Problem& problem) {
  if (std::cmp_greater(problem.graph.loops.size(), problem.cgra.loop_levels))
    return fail(ErrorCode::kInfeasible,
                fmt::format("the nest has {} inner loops to count, the loop unit of '{}' counts {}",
                            problem.graph.loops.size(), problem.cgra.name, problem.cgra.loop_levels));
  std::vector<Capability> all;
  for (std::size_t n = 0; n < problem.graph.nodes.size(); ++n) {
    const auto& node = problem.graph.nodes[n];
    Capability one{{}, INT_MAX, INT_MAX};
    for (std::size_t p = 0; p < problem.cgra.pes.size(); ++p) {
      const arch::PeId pe(static_cast<std::int64_t>(p));
      if (!fits(problem, node, pe)) continue;
      const auto timing = problem.cgra.timing(pe, node.op);
      HEDDLE_CHECK(timing.has_value(), "a PE that lacks the operation");
      one.pes.push_back(pe);
      one.latency = std::min(one.latency, timing->latency);
      one.interval = std::min(one.interval, timing->interval);
    }
    if (one.pes.empty()) {
      const dfg::NodeId id(static_cast<std::int64_t>(n));
      return fail(ErrorCode::kInfeasible,
                  fmt::format("{} cannot be placed: {}", describe(problem.graph, id), missing(problem, node)),
                  node.where);
    }
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<int> least_travel(const Problem& problem, const std::vector<Capability>& capability) {
  std::map<std::vector<arch::PeId>, std::vector<int>> from;
  std::vector<int> travel;
  const int hop_limit = std::max(1, problem.cgra.bypass.hop_limit);
  for (const auto& edge : dfg::value_edges(problem.graph)) {
    const auto& sources = capability[edge.from.index()].pes;
    const auto [known, fresh] = from.try_emplace(sources);
    if (fresh) known->second = distances(problem.cgra, sources);
    int nearest = INT_MAX;
    for (const auto pe : capability[edge.to.index()].pes) nearest = std::min(nearest, known->second[pe.index()]);
    travel.push_back(std::max(0, (nearest + hop_limit - 1) / hop_limit - 1));
  }
  return travel;
}

std::string describe(const dfg::Graph& graph, dfg::NodeId id) {
  const auto& node = graph.node(id);
  std::string text(dfg::name(node.op));
  text += node.name.empty() ? fmt::format(" n{}", id.value) : fmt::format(" '{}'", node.name);
  if (node.where.line > 0) text += fmt::format(" ({}:{})", node.where.file, node.where.line);
  return text;
}

}  // namespace heddle::mapper
