// A bound that neither recurrences nor resources give alone. On a recurrence that fills II exactly, all issue times are
// fixed relative to each other; so are those of all such recurrences that share an operation. Operations fixed to one
// slot must share it: if they are too many for a bank or for the PEs that can do them, no mapping of this II exists.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/base/check.h"
#include "compiler/mapper/rec_bound.h"

namespace heddle::mapper {
namespace {

class FixedSlots {
 public:
  FixedSlots(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds)
      : problem_(problem), capability_(capability), bounds_(bounds) {}

  /// True if operations that must share a slot at this II cannot; then a bound has been raised above it.
  bool raise(int ii, const LongestPaths& path) {
    const std::size_t n = capability_.size();
    for (std::size_t u = 0; u < n; ++u) {
      std::map<int, std::vector<dfg::NodeId>> by_slot;
      for (std::size_t v = 0; v < n; ++v) {
        const int there = path.between(static_cast<int>(u), static_cast<int>(v));
        const int back = path.between(static_cast<int>(v), static_cast<int>(u));
        if (there == LongestPaths::kNone || back == LongestPaths::kNone || there + back != 0) continue;
        by_slot[((there % ii) + ii) % ii].emplace_back(static_cast<std::int64_t>(v));
      }
      for (const auto& [slot, nodes] : by_slot)
        if (nodes.size() > 1 && (too_many_for_bank(ii, nodes) || too_many_for_pes(ii, nodes))) return true;
    }
    return false;
  }

 private:
  void set(Bound& bound, int ii, std::vector<dfg::NodeId> nodes, const std::string& shortage) const {
    std::string names;
    for (const auto id : nodes) names += (names.empty() ? "" : " and ") + describe(problem_.graph, id);
    bound.value = ii + 1;
    bound.witness = fmt::format("at II {} recurrences fix {} to the same slot, but {}", ii, names, shortage);
    bound.nodes = std::move(nodes);
  }

  bool too_many_for_bank(int ii, const std::vector<dfg::NodeId>& nodes) {
    std::map<int, std::vector<dfg::NodeId>> by_bank;
    for (const auto id : nodes) {
      const auto& node = problem_.graph.node(id);
      if (!dfg::is_memory(node.op)) continue;
      const bool known =
          problem_.graph.arrays[node.array.index()].bytes.value_or(0) <= problem_.cgra.scratchpad.bank_bytes;
      const int bank = bounds_.banks[node.array.index()];
      // Where banks are open, only accesses to the same array surely meet.
      if (known && bank >= 0) by_bank[free_banks_ ? node.array.value : bank].push_back(id);
    }
    const int ports = problem_.cgra.scratchpad.ports;
    for (auto& [bank, accesses] : by_bank)
      if (std::cmp_greater(accesses.size(), ports)) {
        set(bounds_.mem, ii, std::move(accesses),
            fmt::format("{} has {} port{}", free_banks_ ? "the bank of their array" : fmt::format("bank {}", bank),
                        ports, ports == 1 ? "" : "s"));
        return true;
      }
    return false;
  }

  bool too_many_for_pes(int ii, const std::vector<dfg::NodeId>& nodes) {
    std::map<std::vector<arch::PeId>, std::vector<dfg::NodeId>> by_pes;
    for (const auto id : nodes) by_pes[capability_[id.index()].pes].push_back(id);
    for (auto& [pes, alike] : by_pes)
      if (alike.size() > pes.size()) {
        set(bounds_.res, ii, std::move(alike), fmt::format("{} PEs can do them", pes.size()));
        return true;
      }
    return false;
  }

  const Problem& problem_;
  const std::vector<Capability>& capability_;
  Bounds& bounds_;
  bool free_banks_ = banks_are_free(problem_);
};

}  // namespace

namespace {

/// Where the operations fill every issue slot of all PEs, each PE maps its II issue slots one to one onto the II slots
/// in which results arrive. Then the latencies of a PE sum to a multiple of II, and so do all. Says so only if no store
/// (which brings no result) and no interval above 1 (which leaves arrivals free) is among them, and each operation has
/// one latency on all PEs.
bool completions_clash(const Problem& problem, const std::vector<Capability>& capability, int ii) {
  if (capability.size() != problem.cgra.pes.size() * static_cast<std::size_t>(ii)) return false;
  int sum = 0;
  for (std::size_t n = 0; n < capability.size(); ++n) {
    const auto op = problem.graph.nodes[n].op;
    if (dfg::is_store(op)) return false;
    for (const auto pe : capability[n].pes) {
      const auto timing = problem.cgra.timing(pe, op);
      HEDDLE_CHECK(timing.has_value(), "a PE that lacks the operation");
      if (timing->interval != 1 || timing->latency != capability[n].latency) return false;
    }
    sum += capability[n].latency;
  }
  return sum % ii != 0;
}

}  // namespace

void raise_by_completions(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds) {
  const int ii = bounds.mii();
  if (!completions_clash(problem, capability, ii)) return;
  bounds.res.value = ii + 1;
  bounds.res.witness = fmt::format(
      "{} operations of different latencies fill all {} issue slots of II {}, so that two results would arrive in one "
      "PE at once",
      capability.size(), capability.size(), ii);
  bounds.res.nodes.clear();
}

void raise_by_fixed_slots(const Problem& problem, const std::vector<Capability>& capability, Bounds& bounds) {
  if (std::cmp_greater(capability.size(), kMostForPaths)) return;
  const auto edges = dependences(problem, capability);
  FixedSlots fixed(problem, capability, bounds);
  for (int ii = bounds.mii();
       fixed.raise(ii, LongestPaths(static_cast<int>(capability.size()), differences(edges, ii))); ii = bounds.mii()) {
  }
}

}  // namespace heddle::mapper
