#include "compiler/mapper/search/homes.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace heddle::mapper::search {
namespace {

constexpr int kHomeArea = 6;    // PEs; smaller rectangles are not halved
constexpr int kStarts = 4;      // of each cut
constexpr int kMostPasses = 6;  // over one start
constexpr int kLooks = 24;      // operations tried for one step that keeps the balance

/// Operations that the same PEs can do; `within`: the groups whose PEs include all of these.
struct Group {
  std::vector<int> pes;
  std::vector<int> within;
};

struct Groups {
  explicit Groups(const Task& task) {
    std::map<std::vector<int>, int> numbers;
    for (int n = 0; n < task.nodes; ++n) {
      const std::vector<int> pes(task.able.begin(n), task.able.end(n));
      const auto [at, fresh] = numbers.try_emplace(pes, static_cast<int>(all.size()));
      if (fresh) all.push_back({pes, {}});
      of.push_back(at->second);
    }
    for (auto& group : all)
      for (std::size_t other = 0; other < all.size(); ++other)
        if (std::includes(all[other].pes.begin(), all[other].pes.end(), group.pes.begin(), group.pes.end()))
          group.within.push_back(static_cast<int>(other));
  }
  std::vector<Group> all;
  std::vector<int> of;  // by node
};

/// One cut of a set of operations (Fiduccia and Mattheyses 1982); values to operations outside pull towards the side
/// that is nearer to them (Dunlop and Kernighan 1985).
class Cut {
 public:
  using Sides = std::array<int, 2>;

  Cut(const Task& task, const Groups& groups, const std::vector<int>& nodes, std::vector<Sides> room, Sides area,
      std::vector<signed char> pull)
      : task_(task), groups_(groups), nodes_(nodes), room_(std::move(room)), pull_(std::move(pull)) {
    side_.assign(static_cast<std::size_t>(task.nodes), kOutside);
    gain_.assign(static_cast<std::size_t>(task.nodes), 0);
    const int total = static_cast<int>(nodes.size());
    for (int s = 0; s < 2; ++s) {
      const auto i = static_cast<std::size_t>(s);
      share_[i] = (total * area[i] + area[0] + area[1] - 1) / (area[0] + area[1]);
      share_[i] += std::max(1, share_[i] / 32);
    }
  }

  /// By node of the task: 0 or 1, or other for nodes that are not of the set.
  std::vector<signed char> run(Random& random) {
    std::vector<signed char> best;
    int best_cost = 0;
    for (int s = 0; s < kStarts; ++s) {
      grow(random, s % 2);
      for (int pass = 0; pass < kMostPasses && improve(); ++pass) {
      }
      const int now = cost();
      if (!best.empty() && now >= best_cost) continue;
      best = side_;
      best_cost = now;
    }
    return best;
  }

 private:
  static constexpr signed char kOutside = 2;

  template <class Action>
  void for_each_neighbour(int node, Action&& action) const {
    const auto look = [&](const Lists& lists, int Edge::* end) {
      for (const int* e = lists.begin(node); e != lists.end(node); ++e) {
        const int other = task_.edges[static_cast<std::size_t>(*e)].*end;
        if (other != node) action(other);
      }
    };
    look(task_.in_edges, &Edge::from);
    look(task_.out_edges, &Edge::to);
  }

  [[nodiscard]] signed char& side(int node) { return side_[static_cast<std::size_t>(node)]; }
  [[nodiscard]] int side(int node) const { return side_[static_cast<std::size_t>(node)]; }
  [[nodiscard]] const Group& group(int node) const {
    return groups_.all[static_cast<std::size_t>(groups_.of[static_cast<std::size_t>(node)])];
  }

  [[nodiscard]] bool fits(int node, int s) const {
    const auto i = static_cast<std::size_t>(s);
    if (count_[i] >= share_[i]) return false;
    const auto& within = group(node).within;
    return std::all_of(within.begin(), within.end(), [&](int g) {
      return load_[static_cast<std::size_t>(g)][i] < room_[static_cast<std::size_t>(g)][i];
    });
  }

  void put(int node, int s) {
    const auto change = [&](int at, int by) {
      count_[static_cast<std::size_t>(at)] += by;
      for (const int g : group(node).within) load_[static_cast<std::size_t>(g)][static_cast<std::size_t>(at)] += by;
    };
    if (side(node) < 2) change(side(node), -1);
    side(node) = static_cast<signed char>(s);
    change(s, 1);
  }

  /// Breadth first from random operations, until the first side has its share; operations that only one side can
  /// do are there before.
  void grow(Random& random, int first) {
    count_ = {0, 0};
    load_.assign(groups_.all.size(), {0, 0});
    for (const int n : nodes_) side(n) = kWaiting;
    for (const int n : nodes_)
      if (const int only = only_side(n); only >= 0) put(n, only);
    std::vector<int> seeds = nodes_;
    for (std::size_t i = seeds.size(); i > 1; --i) std::swap(seeds[i - 1], seeds[random.below(i)]);
    std::vector<int> queue;
    for (const int seed : seeds) {
      if (side(seed) != kWaiting) continue;
      queue.assign(1, seed);
      side(seed) = kQueued;
      for (std::size_t i = 0; i < queue.size(); ++i) {
        const int node = queue[i];
        const bool here = fits(node, first) || !fits(node, 1 - first);
        put(node, here ? first : 1 - first);
        for_each_neighbour(node, [&](int other) {
          if (side(other) != kWaiting) return;
          side(other) = kQueued;
          queue.push_back(other);
        });
      }
    }
  }

  /// The side that has all PEs for the operation, or -1.
  [[nodiscard]] int only_side(int node) const {
    const auto& room = room_[static_cast<std::size_t>(groups_.of[static_cast<std::size_t>(node)])];
    return room[0] == 0 ? 1 : room[1] == 0 ? 0 : -1;
  }

  [[nodiscard]] int gain_of(int node) const {
    int gain = 0;
    for_each_neighbour(node, [&](int other) {
      const int at = side(other) < 2 ? side(other) : pull_[static_cast<std::size_t>(other)];
      if (at >= 0) gain += at == side(node) ? -1 : 1;
    });
    return gain;
  }

  /// Values cut, those within the set counted twice.
  [[nodiscard]] int cost() const {
    int cost = 0;
    for (const int n : nodes_)
      for_each_neighbour(n, [&](int other) {
        const int at = side(other) < 2 ? side(other) : pull_[static_cast<std::size_t>(other)];
        if (at >= 0 && at != side(n)) ++cost;
      });
    return cost;
  }

  /// One pass: each operation changes sides once, the most gainful first; kept is the best moment. False: no gain.
  bool improve() {
    std::set<std::pair<int, int>> open;
    for (const int n : nodes_) {
      gain_[static_cast<std::size_t>(n)] = gain_of(n);
      open.emplace(-gain_[static_cast<std::size_t>(n)], n);
    }
    std::vector<int> moved;
    int sum = 0;
    int best_sum = 0;
    std::size_t best = 0;
    for (;;) {
      auto pick = open.begin();
      int looks = 0;
      while (pick != open.end() && looks++ < kLooks && !fits(pick->second, 1 - side(pick->second))) ++pick;
      if (pick == open.end() || looks > kLooks) break;
      const int node = pick->second;
      sum -= pick->first;
      open.erase(pick);
      put(node, 1 - side(node));
      moved.push_back(node);
      for_each_neighbour(node, [&](int other) {
        auto& gain = gain_[static_cast<std::size_t>(other)];
        const auto at = open.find({-gain, other});
        if (at == open.end()) return;
        open.erase(at);
        gain += side(other) == side(node) ? -2 : 2;
        open.emplace(-gain, other);
      });
      if (sum <= best_sum) continue;
      best_sum = sum;
      best = moved.size();
    }
    for (std::size_t i = moved.size(); i > best; --i) put(moved[i - 1], 1 - side(moved[i - 1]));
    return best_sum > 0;
  }

  static constexpr signed char kWaiting = 3, kQueued = 4;

  const Task& task_;
  const Groups& groups_;
  const std::vector<int>& nodes_;
  std::vector<Sides> room_;  // by group: issue slots of its PEs on each side
  std::vector<signed char> pull_;
  std::vector<signed char> side_;
  std::vector<int> gain_;
  std::vector<Sides> load_;
  Sides count_{}, share_{};
};

class Halving {
 public:
  Halving(const Fabric& fabric, const Task& task, int ii, Random& random)
      : fabric_(fabric), task_(task), ii_(ii), random_(random), groups_(task) {
    Area whole = fabric.area_of(0);
    for (int p = 1; p < fabric.pes; ++p) whole.include(fabric.area_of(p));
    homes_.assign(static_cast<std::size_t>(task.nodes), whole);
  }

  /// Level by level, so that at each cut all that is outside is known equally well.
  std::vector<Area> run() {
    std::vector<int> everything;
    for (int n = 0; n < task_.nodes; ++n) everything.push_back(n);
    std::vector<std::vector<int>> level{everything};
    while (!level.empty()) {
      std::vector<std::vector<int>> next;
      for (const auto& nodes : level) halve(nodes, next);
      level = std::move(next);
    }
    return homes_;
  }

 private:
  void halve(const std::vector<int>& nodes, std::vector<std::vector<int>>& next) {
    const Area area = homes_[static_cast<std::size_t>(nodes.front())];
    const int rows = area.bottom - area.top + 1;
    const int columns = area.right - area.left + 1;
    if (rows * columns <= kHomeArea) return;
    std::array<Area, 2> halves{area, area};
    if (rows > columns) {
      halves[0].bottom = area.top + rows / 2 - 1;
      halves[1].top = halves[0].bottom + 1;
    } else {
      halves[0].right = area.left + columns / 2 - 1;
      halves[1].left = halves[0].right + 1;
    }
    const auto sides = cut(nodes, halves);
    std::array<std::vector<int>, 2> parts;
    for (const int n : nodes) {
      const auto s = static_cast<std::size_t>(sides[static_cast<std::size_t>(n)]);
      homes_[static_cast<std::size_t>(n)] = halves[s];
      parts[s].push_back(n);
    }
    for (auto& part : parts)
      if (!part.empty()) next.push_back(std::move(part));
  }

  std::vector<signed char> cut(const std::vector<int>& nodes, const std::array<Area, 2>& halves) {
    std::vector<Cut::Sides> room(groups_.all.size(), Cut::Sides{});
    Cut::Sides pes{};
    for (std::size_t s = 0; s < 2; ++s) {
      for (std::size_t g = 0; g < room.size(); ++g)
        for (const int pe : groups_.all[g].pes) room[g][s] += fabric_.inside(halves[s], pe) ? ii_ : 0;
      for (int p = 0; p < fabric_.pes; ++p) pes[s] += static_cast<int>(fabric_.inside(halves[s], p));
    }
    std::vector<signed char> pull;
    for (const Area& home : homes_) {
      const int to_first = distance(home, halves[0]);
      const int to_second = distance(home, halves[1]);
      pull.push_back(static_cast<signed char>(to_first == to_second ? -1 : static_cast<int>(to_second < to_first)));
    }
    return Cut(task_, groups_, nodes, std::move(room), pes, std::move(pull)).run(random_);
  }

  /// Twice the distance of the centres.
  static int distance(const Area& a, const Area& b) {
    return std::abs(a.top + a.bottom - b.top - b.bottom) + std::abs(a.left + a.right - b.left - b.right);
  }

  const Fabric& fabric_;
  const Task& task_;
  int ii_;
  Random& random_;
  Groups groups_;
  std::vector<Area> homes_;
};

}  // namespace

std::vector<Area> homes(const Fabric& fabric, const Task& task, int ii, Random& random) {
  return Halving(fabric, task, ii, random).run();
}

}  // namespace heddle::mapper::search
