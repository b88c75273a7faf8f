// Bank assignment: makespan scheduling of arrays (weight: accesses an iteration) on banks, with sizes as a capacity.
// Longest first is usually optimal for the handful of arrays of a loop; where it misses the trivial bound, a bounded
// branch and bound tries to do better.
#include <algorithm>
#include <climits>
#include <numeric>
#include <tuple>
#include <vector>

#include "compiler/mapper/bounds.h"

namespace heddle::mapper {
namespace {

constexpr int kSearchSteps = 20000;

struct Item {
  std::size_t array = 0;
  int accesses = 0;
  std::int64_t bytes = 0;  // 0 where unknown
};

class Spreader {
 public:
  Spreader(const arch::Scratchpad& pad, std::vector<Item> items, std::vector<std::int64_t> used)
      : pad_(pad), items_(std::move(items)), load_(static_cast<std::size_t>(pad.banks), 0), used_(std::move(used)) {
    choice_.assign(items_.size(), 0);
  }

  std::vector<int> run() {
    greedy();
    best_ = choice_;
    best_load_ = *std::max_element(load_.begin(), load_.end());
    const int total = std::accumulate(load_.begin(), load_.end(), 0);
    int floor = (total + pad_.banks - 1) / pad_.banks;
    for (const auto& item : items_) floor = std::max(floor, item.accesses);
    if (best_load_ > floor) {
      for (std::size_t i = 0; i < items_.size(); ++i) move(i, choice_[i], -1);
      search(0, 0, floor);
    }
    return best_;
  }

 private:
  void move(std::size_t item, int bank, int sign) {
    load_[static_cast<std::size_t>(bank)] += sign * items_[item].accesses;
    used_[static_cast<std::size_t>(bank)] += sign * items_[item].bytes;
  }

  /// Fewest accesses first; a bank without room only if none has any.
  void greedy() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      int chosen = 0;
      auto rank = [&](int bank) {
        const auto b = static_cast<std::size_t>(bank);
        const auto over = std::max<std::int64_t>(0, used_[b] + items_[i].bytes - pad_.bank_bytes);
        return std::tuple(over, load_[b], used_[b], bank);
      };
      for (int bank = 1; bank < pad_.banks; ++bank)
        if (rank(bank) < rank(chosen)) chosen = bank;
      choice_[i] = chosen;
      move(i, chosen, +1);
    }
  }

  void search(std::size_t item, int worst, int floor) {
    if (worst >= best_load_ || best_load_ <= floor || ++steps_ > kSearchSteps) return;
    if (item == items_.size()) {
      best_ = choice_;
      best_load_ = worst;
      return;
    }
    for (int bank = 0; bank < pad_.banks; ++bank) {
      const auto b = static_cast<std::size_t>(bank);
      if (used_[b] + items_[item].bytes > pad_.bank_bytes) continue;
      choice_[item] = bank;
      move(item, bank, +1);
      search(item + 1, std::max(worst, load_[b]), floor);
      move(item, bank, -1);
    }
  }

  const arch::Scratchpad& pad_;
  std::vector<Item> items_;
  std::vector<int> load_;
  std::vector<std::int64_t> used_;
  std::vector<int> choice_, best_;
  int best_load_ = 0;
  int steps_ = 0;
};

}  // namespace

std::vector<int> assign_banks(const Problem& problem) {
  const auto& pad = problem.cgra.scratchpad;
  const auto& arrays = problem.graph.arrays;
  std::vector<int> banks(arrays.size(), -1);
  if (pad.interleaved || arrays.empty() || pad.banks < 1) return banks;
  std::vector<int> accesses(arrays.size(), 0);
  for (const auto& node : problem.graph.nodes)
    if (dfg::is_memory(node.op)) ++accesses[node.array.index()];
  // Arrays that fit no bank come first, from the first bank up; their accesses have no known bank.
  std::vector<std::int64_t> used(static_cast<std::size_t>(pad.banks), 0);
  std::vector<Item> items;
  int next = 0;
  for (std::size_t a = 0; a < arrays.size(); ++a) {
    const auto bytes = arrays[a].bytes.value_or(0);
    if (bytes <= pad.bank_bytes) {
      items.push_back({a, accesses[a], bytes});
      continue;
    }
    banks[a] = std::min(next, pad.banks - 1);
    for (auto rest = bytes; rest > 0 && next < pad.banks; rest -= pad.bank_bytes, ++next)
      used[static_cast<std::size_t>(next)] = std::min(rest, pad.bank_bytes);
  }
  std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return std::pair(a.accesses, a.bytes) > std::pair(b.accesses, b.bytes);
  });
  const auto order = items;
  const auto chosen = Spreader(pad, std::move(items), std::move(used)).run();
  for (std::size_t i = 0; i < order.size(); ++i) banks[order[i].array] = chosen[i];
  return banks;
}

FreeArrays free_arrays(const Problem& problem) {
  const auto& pad = problem.cgra.scratchpad;
  FreeArrays free;
  free.room.assign(static_cast<std::size_t>(pad.banks), pad.bank_bytes);
  std::size_t next = 0;
  for (std::size_t a = 0; a < problem.graph.arrays.size(); ++a) {
    const auto bytes = problem.graph.arrays[a].bytes.value_or(0);
    if (bytes <= pad.bank_bytes) {
      free.arrays.push_back(a);
      free.bytes.push_back(bytes);
    }
    // As assign_banks lays them: from the first bank up.
    for (auto rest = bytes; bytes > pad.bank_bytes && rest > 0 && next < free.room.size(); rest -= pad.bank_bytes)
      free.room[next++] -= std::min(rest, pad.bank_bytes);
  }
  return free;
}

bool banks_are_free(const Problem& problem) {
  const auto& pad = problem.cgra.scratchpad;
  if (!problem.free_banks || pad.interleaved || pad.banks < 2) return false;
  const auto free = free_arrays(problem);
  if (free.arrays.size() < 2 || free.arrays.size() > kMostFreeArrays) return false;
  const auto assigned = assign_banks(problem);
  auto room = free.room;
  for (std::size_t k = 0; k < free.arrays.size(); ++k)
    room[static_cast<std::size_t>(assigned[free.arrays[k]])] -= free.bytes[k];
  return std::all_of(room.begin(), room.end(), [](std::int64_t left) { return left >= 0; });
}

}  // namespace heddle::mapper
