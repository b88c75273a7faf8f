// Difference constraints: what dependences, and registers that keep values for a time, say about cycles.
#pragma once

#include <cstdint>
#include <vector>

namespace heddle::mapper {

/// x(to) >= x(from) + weight.
struct Difference {
  int from = 0;
  int to = 0;
  std::int64_t weight = 0;
};

/// Which of them, in order, make a cycle of positive weight, so that no x satisfies all. Empty: `x` does, having risen
/// from the values given (from zeros: the least solution that is not negative).
std::vector<std::size_t> positive_cycle(const std::vector<Difference>& all, std::vector<std::int64_t>& x);

/// x(to) - x(from) >= weight follows from a chain of differences.
struct Chain {
  int from = 0;
  int to = 0;
  std::int64_t weight = 0;
};

/// A set of chains, each pair's start and each pair's end in one of them: since the x between cancel out, the sum of
/// x(end) - x(start) over all pairs is at least `sum`, the sum of the chains' weights.
struct Chains {
  std::int64_t sum = 0;
  std::vector<Chain> chains;
};

/// Finds the largest such sum, which is the least that the pairs can span together (the linear program is dual to a
/// flow of one unit a pair, and both have whole solutions), or the first one found above `enough`. `pairs`: start and
/// end, where end is never before start. `x` satisfies all differences.
Chains least_spans(std::vector<Difference> all, const std::vector<Chain>& pairs, std::vector<std::int64_t> x,
                   std::int64_t enough);

/// Longest paths between all pairs, with the first step of each.
struct LongestPaths {
  /// No cycle may have positive weight. Takes nodes^3 steps.
  LongestPaths(int nodes, const std::vector<Difference>& all);

  static constexpr int kNone = -(1 << 20);  ///< no path
  [[nodiscard]] int between(int from, int to) const { return length_[index(from, to)]; }
  /// Nodes of a longest path, both ends included.
  [[nodiscard]] std::vector<int> path(int from, int to) const;

 private:
  [[nodiscard]] std::size_t index(int from, int to) const {
    return static_cast<std::size_t>(from) * static_cast<std::size_t>(nodes_) + static_cast<std::size_t>(to);
  }

  int nodes_;
  std::vector<int> length_, next_;
};

}  // namespace heddle::mapper
