// Lower bounds from links: how many values must cross into a part of the array, and how long their way is.
#include "compiler/mapper/route_bound.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <ranges>
#include <utility>

#include "compiler/mapper/pe_sets.h"
#include "compiler/mapper/rec_bound.h"

namespace heddle::mapper {
namespace {

int ceil_div(int a, int b) { return (a + b - 1) / b; }

/// What must be done on one part of the array, and what it has to do with the rest.
struct Part {
  std::vector<dfg::NodeId> bound;    ///< operations that can be done nowhere else
  int slots = 0;                     ///< issue slots that they take
  std::vector<dfg::NodeId> givers;   ///< values from others that they read; first those that cannot come from the part
  int foreign = 0;                   ///< how many cannot
  std::vector<dfg::NodeId> leaving;  ///< of theirs: values that others read
  std::vector<int> readers;          ///< by `leaving`: others that read it; 0: one of these cannot be in the part
  std::vector<int> reads;            ///< by operation that others may do on the part: values of `leaving` it reads
  int pes = 0, links_in = 0, links_out = 0;

  /// Slots that others can have.
  [[nodiscard]] int spare(int ii) const { return std::max(0, pes * ii - slots); }
  /// Values that come in at least.
  [[nodiscard]] int entering(int ii) const {
    return foreign + std::max(0, static_cast<int>(givers.size()) - foreign - spare(ii));
  }
  /// Values that go out at least: one stays only if all its readers do, and each of these takes a slot.
  [[nodiscard]] int going_out(int ii) const {
    int covered = 0;
    for (std::size_t k = 0; k < reads.size() && std::cmp_less(k, spare(ii)); ++k) covered += reads[k];
    std::vector<int> needs;
    for (const int count : readers)
      if (count > 0) needs.push_back(count);
    std::ranges::sort(needs);
    std::size_t stay = 0;
    for (; stay < needs.size() && needs[stay] <= covered; ++stay) covered -= needs[stay];
    return static_cast<int>(readers.size() - stay);
  }
};

class Cuts {
 public:
  Cuts(const Problem& problem, const std::vector<Capability>& capability)
      : problem_(problem), capability_(capability), edges_(dfg::value_edges(problem.graph)) {}

  void raise(const PeSet& pes, Bound& bound) const {
    const Part part = cut(pes);
    if (part.bound.empty()) return;
    for (int ii = std::max(bound.value, ceil_div(part.slots, part.pes)); ii <= problem_.cgra.config_depth; ++ii) {
      const int in = part.entering(ii);
      const int out = part.going_out(ii);
      if (in > part.links_in * ii) {
        set(bound, part, ii, in, true);
      } else if (out > part.links_out * ii) {
        set(bound, part, ii, out, false);
      } else {
        return;
      }
    }
  }

 private:
  [[nodiscard]] bool inside(dfg::NodeId node, const PeSet& pes) const {
    return within(capability_[node.index()].pes, pes);
  }

  [[nodiscard]] Part cut(const PeSet& pes) const {
    Part part;
    part.pes = static_cast<int>(pes.size());
    for (const auto& link : problem_.cgra.links) {
      const bool from = std::ranges::binary_search(pes, link.from);
      const bool to = std::ranges::binary_search(pes, link.to);
      part.links_in += static_cast<int>(to && !from);
      part.links_out += static_cast<int>(from && !to);
    }
    for (std::size_t n = 0; n < capability_.size(); ++n) {
      const dfg::NodeId id(static_cast<std::int64_t>(n));
      if (!inside(id, pes)) continue;
      part.bound.push_back(id);
      part.slots += capability_[n].interval;
    }
    add_givers(part, pes);
    add_leaving(part, pes);
    return part;
  }

  void add_givers(Part& part, const PeSet& pes) const {
    std::set<std::pair<bool, dfg::NodeId>> givers;  // those from outside first
    for (const auto& edge : edges_)
      if (inside(edge.to, pes) && !inside(edge.from, pes))
        givers.insert({!disjoint(capability_[edge.from.index()].pes, pes), edge.from});
    for (const auto& [possible, node] : givers) {
      part.givers.push_back(node);
      part.foreign += static_cast<int>(!possible);
    }
  }

  void add_leaving(Part& part, const PeSet& pes) const {
    std::map<dfg::NodeId, std::set<dfg::NodeId>> readers, read;
    for (const auto& edge : edges_)
      if (inside(edge.from, pes) && !inside(edge.to, pes)) {
        readers[edge.from].insert(edge.to);
        read[edge.to].insert(edge.from);
      }
    for (const auto& [value, by] : readers) {
      const bool surely =
          std::ranges::any_of(by, [&](const auto node) { return disjoint(capability_[node.index()].pes, pes); });
      part.leaving.push_back(value);
      part.readers.push_back(surely ? 0 : static_cast<int>(by.size()));
    }
    for (const auto& [node, values] : read)
      if (!disjoint(capability_[node.index()].pes, pes)) part.reads.push_back(static_cast<int>(values.size()));
    std::ranges::sort(part.reads, std::greater{});
  }

  void set(Bound& bound, const Part& part, int ii, int crossing, bool in) const {
    const auto& values = in ? part.givers : part.leaving;
    const int links = in ? part.links_in : part.links_out;
    bound.value = ii + 1;
    bound.witness = fmt::format(
        "at II {}, {} operations ({}) that only {} PE{} can do leave {} of {} issue slots there for others; so of the "
        "{} "
        "values that they {} at least {} {} over links, and the {} link{} there carr{} {}",
        ii, part.bound.size(), census(problem_.graph, part.bound), part.pes, part.pes == 1 ? "" : "s", part.spare(ii),
        part.pes * ii, values.size(), in ? "take" : "give", crossing, in ? "come in" : "go out", links,
        links == 1 ? "" : "s", links == 1 ? "ies" : "y", links * ii);
    bound.nodes = values;
  }

  const Problem& problem_;
  const std::vector<Capability>& capability_;
  std::vector<dfg::ValueEdge> edges_;
};

/// Dependences between operations that are never near, whatever lies between them.
class Ways {
 public:
  Ways(const Problem& problem, const std::vector<Capability>& capability)
      : problem_(problem), edges_(dependences(problem, capability)) {
    for (const auto& edge : dfg::value_edges(problem.graph))
      values_.push_back({edge.from.value, edge.to.value, capability[edge.from.index()].latency - 1, edge.distance});
    std::vector<PeSet> kinds;
    for (const Capability& each : capability) {
      const auto known = std::ranges::find(kinds, each.pes);
      kind_.push_back(static_cast<int>(known - kinds.begin()));
      if (known == kinds.end()) kinds.push_back(each.pes);
    }
    for (const PeSet& from : kinds) {
      const auto away = distances(problem.cgra, from);
      auto& row = apart_.emplace_back();
      for (const PeSet& to : kinds) {
        int nearest = static_cast<int>(away.size());
        for (const auto pe : to) nearest = std::min(nearest, away[pe.index()]);
        row.push_back(nearest);
      }
    }
  }

  /// Else every two operations can be near.
  [[nodiscard]] bool any() const {
    return std::ranges::any_of(
        apart_, [&](const auto& row) { return std::ranges::any_of(row, [&](int d) { return d > hops_; }); });
  }

  bool refute(int ii, Bound& bound) const {
    const int nodes = static_cast<int>(kind_.size());
    auto all = differences(edges_, ii);
    const std::size_t plain = all.size();
    const LongestPaths direct(nodes, all);
    const LongestPaths crossing(nodes, differences(values_, ii));
    for (int u = 0; u < nodes; ++u)
      for (int v = 0; v < nodes; ++v) {
        if (u == v || links(u, v) <= hops_ || crossing.between(u, v) == LongestPaths::kNone) continue;
        const int cycles = crossing.between(u, v) + ceil_div(links(u, v), hops_);
        if (cycles > direct.between(u, v)) all.push_back({u, v, cycles});
      }
    if (all.size() == plain) return false;
    std::vector<std::int64_t> time(kind_.size(), 0);
    const auto cycle = positive_cycle(all, time);
    if (cycle.empty()) return false;
    std::int64_t excess = 0;
    std::string text, far;
    bound.nodes.clear();
    for (const std::size_t d : cycle) {
      const auto [from, to, weight] = all[d];
      excess += weight;
      const auto path = d < plain ? std::vector<int>{from, to} : crossing.path(from, to);
      for (std::size_t k = 0; k + 1 < path.size(); ++k) {
        bound.nodes.emplace_back(path[k]);
        text += name(path[k]) + " -> ";
      }
      if (d >= plain)
        far += fmt::format("; {} and {} are at least {} links apart, {} value{} between them cross{} {} in passing",
                           name(from), name(to), links(from, to), path.size() - 1, path.size() == 2 ? "" : "s",
                           path.size() == 2 ? "es" : "", (static_cast<int>(path.size()) - 1) * hops_);
    }
    bound.value = ii + 1;
    bound.witness = fmt::format("at II {}, a dependence cycle takes {} cycle{} too many with the way counted: {}{}{}",
                                ii, excess, excess == 1 ? "" : "s", text, name(all[cycle.front()].from), far);
    return true;
  }

 private:
  [[nodiscard]] std::string name(int node) const { return describe(problem_.graph, dfg::NodeId(node)); }
  [[nodiscard]] int links(int u, int v) const {
    return apart_[static_cast<std::size_t>(kind_[static_cast<std::size_t>(u)])]
                 [static_cast<std::size_t>(kind_[static_cast<std::size_t>(v)])];
  }

  const Problem& problem_;
  int hops_ = std::max(1, problem_.cgra.bypass.hop_limit);
  std::vector<Dependence> edges_;
  std::vector<Dependence> values_;       ///< without travel, less the cycle in which a value crosses links in passing
  std::vector<int> kind_;                ///< by node: which set of PEs can do it
  std::vector<std::vector<int>> apart_;  ///< by kind of producer and of consumer: links between their nearest PEs
};

}  // namespace

void raise_by_cuts(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds) {
  std::set<PeSet> sets;
  for (const Capability& each : capability)
    if (each.pes.size() < problem.cgra.pes.size()) sets.insert(each.pes);
  if (sets.empty()) return;
  const Cuts cuts(problem, capability);
  for (const PeSet& pes : unions_of(sets) | std::views::take(kMostParts))
    if (pes.size() < problem.cgra.pes.size()) cuts.raise(pes, bounds.route);
}

void raise_by_ways(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds) {
  if (std::cmp_greater(capability.size(), kMostForPaths)) return;
  const Ways ways(problem, capability);
  if (!ways.any()) return;
  for (int ii = std::max(bounds.rec.value, bounds.route.value);
       ii <= problem.cgra.config_depth && ways.refute(ii, bounds.route); ++ii) {
  }
}

}  // namespace heddle::mapper
