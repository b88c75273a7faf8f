// Lower bounds from the storage of values. Register ports give no more than this: a value in a register is written once
// and stays up to II cycles, and one write port fills a register each cycle; so II writes a PE serve any R <= II values
// that R registers can hold at a time, and a longer stay costs one move a register and II.
#include "compiler/mapper/reg_bound.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <ranges>
#include <utility>

#include "compiler/base/check.h"
#include "compiler/mapper/difference.h"
#include "compiler/mapper/pe_sets.h"

namespace heddle::mapper {
namespace {

// Of node u: the cycle it issues in, the one its value arrives in, and the one it is last read in.
int issue(int u) { return 3 * u; }
int arrival(int u) { return 3 * u + 1; }
int last_use(int u) { return 3 * u + 2; }
int node_of(int variable) { return variable / 3; }

/// RES of its producer is the only place of a value: no PE has registers, and units are not passed.
bool stays_at_home(const Problem& problem) {
  const auto& cgra = problem.cgra;
  return !problem.route_through && std::ranges::all_of(cgra.pes, [&](const arch::Pe& pe) {
    return cgra.classes[static_cast<std::size_t>(pe.pe_class)].registers == 0;
  });
}

/// A value that passes a unit is in no place while the unit works for longer than a cycle.
bool may_be_under_way(const Problem& problem) {
  return problem.route_through && std::ranges::any_of(problem.cgra.classes, [](const arch::PeClass& kind) {
           const auto move = kind.operations.find(dfg::Opcode::kMov);
           return move != kind.operations.end() && move->second.latency > 1;
         });
}

class Lifetimes {
 public:
  Lifetimes(const Problem& problem, const std::vector<Capability>& capability)
      : problem_(problem),
        capability_(capability),
        results_only_(stays_at_home(problem)),
        edges_(dfg::value_edges(problem.graph)),
        travel_(least_travel(problem, capability)) {
    for (std::size_t n = 0; n < capability.size(); ++n) {
      int slowest = capability[n].latency;
      for (const auto pe : capability[n].pes) {
        const auto timing = problem.cgra.timing(pe, problem.graph.nodes[n].op);
        HEDDLE_CHECK(timing.has_value(), "a PE that lacks the operation");
        slowest = std::max(slowest, timing->latency);
      }
      slowest_.push_back(slowest);
    }
  }

  /// True if no schedule of this II keeps its values where there is room; `bound` then says why.
  bool refute(int ii, Bound& bound) const {
    const auto all = constraints(ii);
    std::vector<std::int64_t> earliest(3 * capability_.size(), 0);
    const auto cycle = positive_cycle(all, earliest);
    if (!cycle.empty()) {
      bound = {ii + 1, too_long(ii, all, cycle), {}};
      for (const std::size_t d : cycle)
        if (const dfg::NodeId id(node_of(all[d].from)); std::ranges::find(bound.nodes, id) == bound.nodes.end())
          bound.nodes.push_back(id);
      return true;
    }
    if (!results_only_) return too_much(ii, all, earliest, every_pe(), bound);
    // A result stays on its PE: what only some PEs can do must fit into theirs.
    std::set<PeSet> sets;
    for (const Capability& each : capability_) sets.insert(each.pes);
    return std::ranges::any_of(unions_of(sets) | std::views::take(kMostParts),
                               [&](const PeSet& pes) { return too_much(ii, all, earliest, pes, bound); });
  }

 private:
  [[nodiscard]] std::vector<Difference> constraints(int ii) const {
    std::vector<Difference> all;
    for (int u = 0; std::cmp_less(u, capability_.size()); ++u) {
      const auto n = static_cast<std::size_t>(u);
      all.push_back({issue(u), arrival(u), capability_[n].latency});
      all.push_back({arrival(u), issue(u), -slowest_[n]});
      all.push_back({arrival(u), last_use(u), 0});
      if (results_only_) all.push_back({last_use(u), arrival(u), -(ii - 1)});
    }
    for (std::size_t e = 0; e < edges_.size(); ++e) {
      const int u = edges_[e].from.value;
      const int v = edges_[e].to.value;
      const auto later = static_cast<std::int64_t>(edges_[e].distance) * ii;
      all.push_back({arrival(u), issue(v), travel_[e] - later});
      all.push_back({issue(v), last_use(u), later});
    }
    for (const auto& edge : problem_.graph.order)
      all.push_back({issue(edge.from.value), issue(edge.to.value), 1 - static_cast<std::int64_t>(edge.distance) * ii});
    return all;
  }

  [[nodiscard]] PeSet every_pe() const {
    PeSet all;
    for (std::size_t p = 0; p < problem_.cgra.pes.size(); ++p) all.emplace_back(static_cast<std::int64_t>(p));
    return all;
  }

  [[nodiscard]] std::string name(int node) const { return describe(problem_.graph, dfg::NodeId(node)); }

  /// The uses of the cycle in words: values that lead on, and values that must still be read.
  [[nodiscard]] std::string too_long(int ii, const std::vector<Difference>& all,
                                     const std::vector<std::size_t>& cycle) const {
    std::int64_t excess = 0;
    std::string text;
    for (const std::size_t d : cycle) {
      excess += all[d].weight;
      const int from = node_of(all[d].from);
      const int to = node_of(all[d].to);
      if (from == to) continue;
      const bool read = all[d].to == last_use(to);
      text += fmt::format("{}{} {} {}", text.empty() ? "" : ", ", name(from),
                          read                                                   ? "still reads"
                          : all[d].to == issue(to) && all[d].from == issue(from) ? "before"
                                                                                 : "->",
                          name(to));
    }
    return fmt::format("at II {}, a result register keeps a value for {} cycle{}, {} too few in all for: {}", ii, ii,
                       ii == 1 ? "" : "s", excess, text);
  }

  /// The values that can only be computed on `pes` (all of them, if registers may take them elsewhere).
  bool too_much(int ii, const std::vector<Difference>& all, const std::vector<std::int64_t>& earliest, const PeSet& pes,
                Bound& bound) const {
    std::vector<Chain> pairs;
    std::int64_t there = 0;
    std::int64_t as_early = 0;
    for (const auto pe : pes) there += static_cast<std::int64_t>(ii) * (1 + problem_.cgra.pe_class(pe).registers);
    for (int u = 0; std::cmp_less(u, capability_.size()); ++u) {
      const auto n = static_cast<std::size_t>(u);
      if (dfg::is_store(problem_.graph.nodes[n].op) || !within(capability_[n].pes, pes)) continue;
      pairs.push_back({arrival(u), last_use(u), 0});
      as_early += earliest[static_cast<std::size_t>(last_use(u))] - earliest[static_cast<std::size_t>(arrival(u))] + 1;
    }
    const auto values = static_cast<std::int64_t>(pairs.size());
    if (as_early <= there) return false;
    Chains least = least_spans(all, pairs, earliest, there - values);
    if (least.sum + values <= there) return false;
    bound = {ii + 1, "", {}};
    std::ranges::stable_sort(least.chains, std::greater{}, &Chain::weight);
    bound.witness = fmt::format(
        "at II {}, {} values need {} cycles of storage, and {} of the {} PEs{} have {}; one each, and between arrival "
        "and "
        "last use at least {}",
        ii, values, values + least.sum, results_only_ ? "result registers" : "result registers and registers",
        pes.size(), results_only_ ? " that compute them" : "", there, waits(least.chains));
    for (const Chain& chain : least.chains)
      if (chain.weight > 0) bound.nodes.emplace_back(node_of(chain.from));
    return true;
  }

  /// "3 of 'a', 2 of 'b', ..."; where the schedule may trade one value's wait for another's, the arrival of one and the
  /// last use of the other are what it fixes.
  [[nodiscard]] std::string waits(const std::vector<Chain>& chains) const {
    constexpr std::size_t kMost = 8;
    std::string text;
    std::size_t count = 0;
    for (const Chain& chain : chains) {
      if (chain.weight == 0 || ++count > kMost) continue;
      text += fmt::format("{}{} ", text.empty() ? "" : ", ", chain.weight);
      const int from = node_of(chain.from);
      const int to = node_of(chain.to);
      text += from == to ? "of " + name(from) : "from " + name(from) + " to the last use of " + name(to);
    }
    if (count > kMost) text += fmt::format(" and {} more", count - kMost);
    return text.empty() ? "0" : text;
  }

  const Problem& problem_;
  const std::vector<Capability>& capability_;
  bool results_only_;
  std::vector<dfg::ValueEdge> edges_;
  std::vector<int> travel_;
  std::vector<int> slowest_;  ///< by node: latency where it is largest
};

/// By node: those that it gives a value to or takes one from.
std::vector<std::vector<int>> neighbours(const dfg::Graph& graph) {
  std::vector<std::vector<int>> all(graph.nodes.size());
  for (const auto& edge : dfg::value_edges(graph)) {
    if (edge.from == edge.to) continue;
    all[edge.from.index()].push_back(edge.to.value);
    all[edge.to.index()].push_back(edge.from.value);
  }
  return all;
}

/// By PE: those that a value can come from or go to within a cycle, and itself (a superset where turns are limited).
std::vector<std::vector<int>> near_pes(const arch::Cgra& cgra) {
  const std::size_t pes = cgra.pes.size();
  std::vector<std::vector<int>> all(pes);
  for (std::size_t p = 0; p < pes; ++p) {
    const auto away = distances(cgra, {arch::PeId(static_cast<std::int64_t>(p))});
    for (std::size_t q = 0; q < pes; ++q) {
      if (q == p || away[q] > std::max(1, cgra.bypass.hop_limit)) continue;
      all[p].push_back(static_cast<int>(q));
      all[q].push_back(static_cast<int>(p));
    }
  }
  return all;
}

/// What is at most 0, 1, 2, ... steps away from `start`, nearest first; `until[k]` of them are at most k steps away.
struct Balls {
  std::vector<int> items, until;
};
Balls balls(const std::vector<std::vector<int>>& neighbours, int start) {
  Balls grown{{start}, {1}};
  std::vector<char> seen(neighbours.size(), 0);
  seen[static_cast<std::size_t>(start)] = 1;
  for (std::size_t head = 0; head < grown.items.size();) {
    for (const std::size_t end = grown.items.size(); head < end; ++head)
      for (const int next : neighbours[static_cast<std::size_t>(grown.items[head])])
        if (std::exchange(seen[static_cast<std::size_t>(next)], 1) == 0) grown.items.push_back(next);
    grown.until.push_back(static_cast<int>(grown.items.size()));
  }
  return grown;
}

}  // namespace

void raise_by_storage(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds) {
  if (std::cmp_greater(capability.size(), kMostForLifetimes) || may_be_under_way(problem)) return;
  const Lifetimes lifetimes(problem, capability);
  for (int ii = bounds.mii(); ii <= problem.cgra.config_depth && lifetimes.refute(ii, bounds.reg); ++ii) {
  }
}

void raise_by_neighbourhoods(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds) {
  if (!stays_at_home(problem)) return;
  const auto near = near_pes(problem.cgra);
  std::vector<Balls> around;
  for (std::size_t p = 0; p < near.size(); ++p) around.push_back(balls(near, static_cast<int>(p)));
  const auto uses = neighbours(problem.graph);
  for (std::size_t n = 0; n < capability.size(); ++n) {
    const Balls wanted = balls(uses, static_cast<int>(n));
    for (std::size_t k = 1; k < wanted.until.size(); ++k) {
      int most = 1;
      for (const auto pe : capability[n].pes) {
        const auto& until = around[pe.index()].until;
        most = std::max(most, until[std::min(k, until.size() - 1)]);
      }
      const int value = (wanted.until[k] + most - 1) / most;
      if (value <= bounds.reg.value) continue;
      const dfg::NodeId id(static_cast<std::int64_t>(n));
      bounds.reg = {value,
                    fmt::format("without registers the {} operations within {} use{} of {} must be on PEs within {} "
                                "links of its own, of which there are at most {}",
                                wanted.until[k], k, k == 1 ? "" : "s", describe(problem.graph, id),
                                k * static_cast<std::size_t>(std::max(1, problem.cgra.bypass.hop_limit)), most),
                    {}};
      for (int i = 0; i < wanted.until[k]; ++i)
        bounds.reg.nodes.emplace_back(wanted.items[static_cast<std::size_t>(i)]);
    }
  }
}

Status check_reach(const Problem& problem, const std::vector<Capability>& capability) {
  if (!stays_at_home(problem)) return {};
  const auto travel = least_travel(problem, capability);
  const auto edges = dfg::value_edges(problem.graph);
  for (std::size_t e = 0; e < edges.size(); ++e)
    if (travel[e] > 0)
      return fail(ErrorCode::kInfeasible,
                  fmt::format("{} cannot read {}: no PE of one is within {} links of a PE of the other, and the array "
                              "has no registers to stop in",
                              describe(problem.graph, edges[e].to), describe(problem.graph, edges[e].from),
                              std::max(1, problem.cgra.bypass.hop_limit)),
                  problem.graph.node(edges[e].to).where);
  return {};
}

}  // namespace heddle::mapper
