#include "compiler/mapper/difference.h"

#include <algorithm>
#include <utility>

namespace heddle::mapper {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

/// A node on a cycle of `parent` (each node's difference that raised it last, or -1); -1 if there is none.
int node_on_cycle(const std::vector<Difference>& all, const std::vector<int>& parent, std::vector<int>& seen) {
  std::fill(seen.begin(), seen.end(), -1);
  for (int start = 0; start < static_cast<int>(parent.size()); ++start) {
    int node = start;
    while (node >= 0 && seen[at(node)] < 0) {
      seen[at(node)] = start;
      node = parent[at(node)] < 0 ? -1 : all[at(parent[at(node)])].from;
    }
    if (node >= 0 && seen[at(node)] == start) return node;
  }
  return -1;
}

}  // namespace

std::vector<std::size_t> positive_cycle(const std::vector<Difference>& all, std::vector<std::int64_t>& x) {
  std::vector<int> parent(x.size(), -1), seen(x.size());
  for (;;) {
    bool moved = false;
    for (std::size_t d = 0; d < all.size(); ++d) {
      const auto reach = x[at(all[d].from)] + all[d].weight;
      if (reach <= x[at(all[d].to)]) continue;
      x[at(all[d].to)] = reach;
      parent[at(all[d].to)] = static_cast<int>(d);
      moved = true;
    }
    if (!moved) return {};
    // The difference that closed a cycle of parents raised a value above itself: the cycle's weight is positive.
    const int end = node_on_cycle(all, parent, seen);
    if (end < 0) continue;
    std::vector<std::size_t> cycle;
    int node = end;
    do {
      cycle.push_back(at(parent[at(node)]));
      node = all[cycle.back()].from;
    } while (node != end);
    std::reverse(cycle.begin(), cycle.end());
    return cycle;
  }
}

namespace {

/// One unit of flow from each start to some end, along differences; augmented around cycles that gain weight.
class UnitFlow {
 public:
  UnitFlow(std::vector<Difference> all, const std::vector<Chain>& pairs, std::size_t nodes)
      : all_(std::move(all)), wanted_(nodes, 0) {
    flow_.assign(all_.size(), 0);
    for (const Chain& pair : pairs) {
      all_.push_back({pair.from, pair.to, 0});
      flow_.push_back(1);
      ++wanted_[at(pair.to)];
    }
  }

  [[nodiscard]] std::int64_t sum() const { return sum_; }

  /// False: the flow is the best there is.
  bool improve(std::vector<std::int64_t>& x) {
    std::vector<Difference> residual = all_;
    std::vector<std::size_t> undone;
    for (std::size_t d = 0; d < all_.size(); ++d) {
      if (flow_[d] == 0) continue;
      residual.push_back({all_[d].to, all_[d].from, -all_[d].weight});
      undone.push_back(d);
    }
    const auto cycle = positive_cycle(residual, x);
    if (cycle.empty()) return false;
    std::int64_t gain = 0;
    int units = 1 << 20;
    for (const std::size_t d : cycle) {
      gain += residual[d].weight;
      if (d >= all_.size()) units = std::min(units, flow_[undone[d - all_.size()]]);
    }
    for (const std::size_t d : cycle) {
      if (d < all_.size()) flow_[d] += units;
      if (d >= all_.size()) flow_[undone[d - all_.size()]] -= units;
    }
    sum_ += gain * units;
    return true;
  }

  [[nodiscard]] std::vector<Chain> chains(const std::vector<Chain>& pairs) const {
    auto flow = flow_;
    auto wanted = wanted_;
    std::vector<std::vector<std::size_t>> out(wanted_.size());
    for (std::size_t d = 0; d < all_.size(); ++d)
      if (flow[d] > 0) out[at(all_[d].from)].push_back(d);
    std::vector<Chain> found;
    for (const Chain& pair : pairs) {
      Chain chain{pair.from, pair.from, 0};
      while (wanted[at(chain.to)] == 0) {
        auto& choices = out[at(chain.to)];
        const std::size_t d = choices.back();
        if (--flow[d] == 0) choices.pop_back();
        chain.to = all_[d].to;
        chain.weight += all_[d].weight;
      }
      --wanted[at(chain.to)];
      found.push_back(chain);
    }
    return found;
  }

 private:
  std::vector<Difference> all_;
  std::vector<int> flow_;
  std::vector<int> wanted_;  ///< by node: units that end there
  std::int64_t sum_ = 0;
};

}  // namespace

Chains least_spans(std::vector<Difference> all, const std::vector<Chain>& pairs, std::vector<std::int64_t> x,
                   std::int64_t enough) {
  UnitFlow flow(std::move(all), pairs, x.size());
  while (flow.sum() <= enough && flow.improve(x)) {
  }
  return {flow.sum(), flow.chains(pairs)};
}

LongestPaths::LongestPaths(int nodes, const std::vector<Difference>& all)
    : nodes_(nodes), length_(at(nodes) * at(nodes), kNone), next_(length_.size(), -1) {
  for (int v = 0; v < nodes; ++v) length_[index(v, v)] = 0;
  for (const Difference& d : all)
    if (d.weight > length_[index(d.from, d.to)]) {
      length_[index(d.from, d.to)] = static_cast<int>(d.weight);
      next_[index(d.from, d.to)] = d.to;
    }
  for (int k = 0; k < nodes; ++k)
    for (int i = 0; i < nodes; ++i) {
      const int head = between(i, k);
      if (head == kNone) continue;
      for (int j = 0; j < nodes; ++j) {
        const int tail = length_[index(k, j)];
        if (tail == kNone || head + tail <= length_[index(i, j)]) continue;
        length_[index(i, j)] = head + tail;
        next_[index(i, j)] = next_[index(i, k)];
      }
    }
}

std::vector<int> LongestPaths::path(int from, int to) const {
  std::vector<int> nodes{from};
  while (nodes.back() != to && std::cmp_less(nodes.size(), nodes_)) nodes.push_back(next_[index(nodes.back(), to)]);
  return nodes;
}

}  // namespace heddle::mapper
