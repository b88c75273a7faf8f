#include "compiler/mapper/pe_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace heddle::mapper {

std::set<PeSet> unions_of(const std::set<PeSet>& sets) {
  std::set<PeSet> all;
  PeSet everything;
  for (const auto& set : sets) {
    PeSet joined;
    std::set_union(everything.begin(), everything.end(), set.begin(), set.end(), std::back_inserter(joined));
    everything = std::move(joined);
    all.insert(set);
  }
  all.insert(everything);
  for (const auto& set : sets) {
    const std::vector<PeSet> before(all.begin(), all.end());
    for (const auto& other : before) {
      if (all.size() >= kMaxUnions) return all;
      PeSet joined;
      std::set_union(set.begin(), set.end(), other.begin(), other.end(), std::back_inserter(joined));
      all.insert(std::move(joined));
    }
  }
  return all;
}

bool within(const PeSet& inner, const PeSet& outer) {
  return std::includes(outer.begin(), outer.end(), inner.begin(), inner.end());
}

bool disjoint(const PeSet& one, const PeSet& other) {
  return std::ranges::none_of(one, [&](const auto pe) { return std::ranges::binary_search(other, pe); });
}

std::string census(const dfg::Graph& graph, const std::vector<dfg::NodeId>& nodes) {
  std::map<std::string, int> counts;
  for (const auto id : nodes) ++counts[std::string(dfg::name(graph.node(id).op))];
  std::vector<std::pair<int, std::string>> sorted;
  sorted.reserve(counts.size());
  for (const auto& [name, count] : counts) sorted.emplace_back(-count, name);
  std::sort(sorted.begin(), sorted.end());
  std::string text;
  for (const auto& [count, name] : sorted) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", -count, name);
  return text;
}

std::vector<int> distances(const arch::Cgra& cgra, const PeSet& sources) {
  std::vector<int> distance(cgra.pes.size(), static_cast<int>(cgra.pes.size()));
  std::vector<arch::PeId> queue = sources;
  for (const auto pe : sources) distance[pe.index()] = 0;
  for (std::size_t head = 0; head < queue.size(); ++head)
    for (const auto link : cgra.out_links[queue[head].index()]) {
      const auto to = cgra.link(link).to;
      if (std::cmp_less(distance[to.index()], cgra.pes.size())) continue;
      distance[to.index()] = distance[queue[head].index()] + 1;
      queue.push_back(to);
    }
  return distance;
}

}  // namespace heddle::mapper
