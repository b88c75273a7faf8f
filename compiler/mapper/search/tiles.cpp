#include "compiler/mapper/search/tiles.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace heddle::mapper::search {
namespace {

constexpr int kLeastCopies = 4;
constexpr int kLeastSize = 3;
constexpr int kMostSize = 64;
constexpr int kRounds = 2;        // of colouring: operations look alike if they do up to so many edges away
constexpr int kMostClasses = 16;  // of each round that copies are grown from

/// Numbers for what looks alike, by node.
std::vector<int> number(const std::vector<std::vector<int>>& looks) {
  std::map<std::vector<int>, int> numbers;
  std::vector<int> colours;
  for (const auto& look : looks)
    colours.push_back(numbers.try_emplace(look, static_cast<int>(numbers.size())).first->second);
  return colours;
}

std::vector<int> first_colours(const Task& task) {
  std::vector<std::vector<int>> looks;
  for (std::size_t n = 0; n < task.opcode.size(); ++n)
    looks.push_back({task.opcode[n], task.live_out[n], task.stepped[n]});
  return number(looks);
}

/// Colours that also tell neighbours apart (Weisfeiler and Leman 1968).
std::vector<int> refined(const Task& task, const std::vector<int>& colours) {
  std::vector<std::vector<int>> looks;
  for (int n = 0; n < task.nodes; ++n) {
    std::vector<std::tuple<int, int, int>> around;
    const auto look = [&](const Lists& lists, int Edge::* end, int direction) {
      for (const int* e = lists.begin(n); e != lists.end(n); ++e) {
        const Edge& edge = task.edges[static_cast<std::size_t>(*e)];
        around.emplace_back(direction, edge.distance, colours[static_cast<std::size_t>(edge.*end)]);
      }
    };
    look(task.in_edges, &Edge::from, 0);
    look(task.out_edges, &Edge::to, 1);
    std::sort(around.begin(), around.end());
    looks.push_back({colours[static_cast<std::size_t>(n)]});
    for (const auto& [direction, distance, colour] : around)
      looks.back().insert(looks.back().end(), {direction, distance, colour});
  }
  return number(looks);
}

class Growth {
 public:
  Growth(const Task& task, const std::vector<int>& kinds, const std::vector<int>& seeds)
      : task_(task), kinds_(kinds), taken_(static_cast<std::size_t>(task.nodes), 0) {
    for (const int seed : seeds) {
      tiles_.copies.push_back({seed});
      taken_[static_cast<std::size_t>(seed)] = 1;
    }
  }

  Tiles run() {
    for (int t = 0; t < tiles_.size(); ++t) {
      extend(t, task_.in_edges, &Edge::from);
      extend(t, task_.out_edges, &Edge::to);
    }
    return std::move(tiles_);
  }

 private:
  /// For each edge of the first copy's operation: the like of it in every copy, if all have one and they differ.
  void extend(int t, const Lists& lists, int Edge::* end) {
    const int first = tiles_.copies.front()[static_cast<std::size_t>(t)];
    for (const int* e = lists.begin(first); e != lists.end(first) && tiles_.size() < kMostSize; ++e) {
      const auto rank = e - lists.begin(first);
      const Edge& edge = task_.edges[static_cast<std::size_t>(*e)];
      if (taken_[static_cast<std::size_t>(edge.*end)] != 0) continue;
      std::vector<int> picks;
      for (const auto& copy : tiles_.copies) {
        const int pick = like(edge, edge.*end, rank, copy[static_cast<std::size_t>(t)], lists, end);
        if (pick < 0) break;
        taken_[static_cast<std::size_t>(pick)] = 1;
        picks.push_back(pick);
      }
      if (picks.size() == tiles_.copies.size())
        for (std::size_t i = 0; i < picks.size(); ++i) tiles_.copies[i].push_back(picks[i]);
      else
        for (const int pick : picks) taken_[static_cast<std::size_t>(pick)] = 0;
    }
  }

  /// The neighbour of `node` that is free and of the same kind, best by an edge of the same rank; or -1.
  [[nodiscard]] int like(const Edge& model, int neighbour, std::ptrdiff_t rank, int node, const Lists& lists,
                         int Edge::* end) const {
    int found = -1;
    for (const int* e = lists.begin(node); e != lists.end(node); ++e) {
      const Edge& edge = task_.edges[static_cast<std::size_t>(*e)];
      const auto other = static_cast<std::size_t>(edge.*end);
      if (taken_[other] != 0 || edge.distance != model.distance) continue;
      if (kinds_[other] != kinds_[static_cast<std::size_t>(neighbour)]) continue;
      if (e - lists.begin(node) == rank) return edge.*end;
      if (found < 0) found = edge.*end;
    }
    return found;
  }

  const Task& task_;
  const std::vector<int>& kinds_;
  std::vector<char> taken_;
  Tiles tiles_;
};

}  // namespace

Tiles find_tiles(const Task& task) {
  const std::vector<int> kinds = first_colours(task);
  std::vector<int> colours = kinds;
  Tiles best;
  for (int round = 0; round <= kRounds; ++round) {
    if (round > 0) colours = refined(task, colours);
    std::map<int, std::vector<int>> classes;
    for (int n = 0; n < task.nodes; ++n) classes[colours[static_cast<std::size_t>(n)]].push_back(n);
    std::vector<std::vector<int>> large;
    for (auto& [colour, nodes] : classes)
      if (nodes.size() >= kLeastCopies) large.push_back(std::move(nodes));
    std::stable_sort(large.begin(), large.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
    for (std::size_t c = 0; c < large.size() && c < kMostClasses; ++c) {
      Tiles grown = Growth(task, kinds, large[c]).run();
      if (grown.size() < kLeastSize) continue;
      if (grown.copies.size() * static_cast<std::size_t>(grown.size()) >
          best.copies.size() * static_cast<std::size_t>(best.size()))
        best = std::move(grown);
    }
  }
  if (2 * best.copies.size() * static_cast<std::size_t>(best.size()) < static_cast<std::size_t>(task.nodes)) return {};
  return best;
}

}  // namespace heddle::mapper::search
