#include "compiler/mapper/bounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/mapper/capability.h"
#include "compiler/mapper/pe_sets.h"
#include "compiler/mapper/rec_bound.h"
#include "compiler/mapper/reg_bound.h"
#include "compiler/mapper/route_bound.h"

namespace heddle::mapper {
namespace {

int ceil_div(int a, int b) { return (a + b - 1) / b; }

/// Hall's condition: for each union of capability sets, the operations that can go nowhere else must share its issue
/// slots.
Bound issue_bound(const Problem& problem, const std::vector<Capability>& capability, bool memory_only) {
  std::set<PeSet> sets;
  const bool has_memory =
      std::ranges::any_of(problem.graph.nodes, [](const auto& node) { return dfg::is_memory(node.op); });
  const char* const loose = !memory_only ? "one issue slot is enough"
                            : has_memory ? "one slot of the memory ports is enough"
                                         : "no memory operation";
  Bound bound{1, loose, {}};
  for (std::size_t n = 0; n < capability.size(); ++n) {
    const dfg::NodeId id(static_cast<std::int64_t>(n));
    if (memory_only && !dfg::is_memory(problem.graph.node(id).op)) continue;
    sets.insert(capability[n].pes);
    if (capability[n].interval > bound.value)
      bound = {capability[n].interval,
               fmt::format("{} occupies its unit for {} cycles", describe(problem.graph, id), capability[n].interval),
               {id}};
  }
  for (const auto& pes : unions_of(sets)) {
    std::vector<dfg::NodeId> nodes;
    int slots = 0;
    for (std::size_t n = 0; n < capability.size(); ++n) {
      const dfg::NodeId id(static_cast<std::int64_t>(n));
      if ((memory_only && !dfg::is_memory(problem.graph.node(id).op)) || !within(capability[n].pes, pes)) continue;
      nodes.push_back(id);
      slots += capability[n].interval;
    }
    if (pes.empty() || ceil_div(slots, static_cast<int>(pes.size())) <= bound.value) continue;
    bound.value = ceil_div(slots, static_cast<int>(pes.size()));
    bound.witness = fmt::format("{} operations ({}) need {} issue slots on the {} PE{} that can do them", nodes.size(),
                                census(problem.graph, nodes), slots, pes.size(), pes.size() == 1 ? "" : "s");
    bound.nodes = std::move(nodes);
  }
  return bound;
}

/// Things of a PE that a node keeps for the whole run do not depend on II: a shortage is final.
template <class Needs, class Count>
Status check_kept(const Problem& problem, const std::vector<Capability>& capability, const Needs& needs,
                  const Count& count, const char* text) {
  std::set<PeSet> sets;
  for (std::size_t n = 0; n < capability.size(); ++n)
    if (needs(problem.graph.nodes[n])) sets.insert(capability[n].pes);
  for (const auto& pes : unions_of(sets)) {
    int wanted = 0;
    int held = 0;
    for (std::size_t n = 0; n < capability.size(); ++n)
      if (needs(problem.graph.nodes[n]) && within(capability[n].pes, pes)) ++wanted;
    for (const auto pe : pes) held += count(problem.cgra.pe_class(pe));
    if (wanted > held)
      return fail(ErrorCode::kInfeasible, fmt::format(fmt::runtime(text), wanted, pes.size(), held, wanted - held));
  }
  return {};
}

Status check_live_outs(const Problem& problem, const std::vector<Capability>& capability) {
  return check_kept(
      problem, capability, [](const dfg::Node& node) { return node.live_out.has_value(); },
      [](const arch::PeClass& kind) { return kind.live_outs; },
      "{} live-outs need a register each, the {} PEs that can hold them have {}: {} short");
}

Status check_generators(const Problem& problem, const std::vector<Capability>& capability) {
  return check_kept(
      problem, capability, [](const dfg::Node& node) { return node.step.has_value(); },
      [](const arch::PeClass& kind) { return kind.address_generators; },
      "{} accesses need an address generator each, the {} PEs that can do them have {}: {} short");
}

/// Whatever the banks are: all accesses of one array meet in one bank, and all accesses share all banks.
void raise_by_free_banks(const Problem& problem, Bounds& bounds) {
  const auto& pad = problem.cgra.scratchpad;
  const auto raise = [&](std::vector<dfg::NodeId> nodes, int ports, const std::string& where) {
    const int count = static_cast<int>(nodes.size());
    if (ceil_div(count, ports) <= bounds.mem.value) return;
    bounds.mem = {ceil_div(count, ports),
                  fmt::format("{} accesses to {} with {} port{}", count, where, ports, ports == 1 ? "" : "s"),
                  std::move(nodes)};
  };
  std::vector<dfg::NodeId> all;
  for (const std::size_t a : free_arrays(problem).arrays) {
    std::vector<dfg::NodeId> nodes;
    for (std::size_t n = 0; n < problem.graph.nodes.size(); ++n)
      if (dfg::is_memory(problem.graph.nodes[n].op) && problem.graph.nodes[n].array.index() == a)
        nodes.emplace_back(static_cast<std::int64_t>(n));
    all.insert(all.end(), nodes.begin(), nodes.end());
    raise(std::move(nodes), pad.ports, fmt::format("'{}' share whatever bank it is in,", problem.graph.arrays[a].name));
  }
  raise(std::move(all), pad.ports * pad.banks, fmt::format("all arrays share {} banks", pad.banks));
}

/// Accesses to arrays of a known bank: max over banks of accesses / ports.
void raise_by_banks(const Problem& problem, Bounds& bounds) {
  if (banks_are_free(problem)) return raise_by_free_banks(problem, bounds);
  const auto& pad = problem.cgra.scratchpad;
  std::map<int, std::vector<dfg::NodeId>> accesses;
  for (std::size_t n = 0; n < problem.graph.nodes.size(); ++n) {
    const auto& node = problem.graph.nodes[n];
    if (!dfg::is_memory(node.op)) continue;
    const int bank = bounds.banks[node.array.index()];
    const bool known = bank >= 0 && problem.graph.arrays[node.array.index()].bytes.value_or(0) <= pad.bank_bytes;
    if (known) accesses[bank].emplace_back(static_cast<std::int64_t>(n));
  }
  for (auto& [bank, nodes] : accesses) {
    const int count = static_cast<int>(nodes.size());
    if (ceil_div(count, pad.ports) <= bounds.mem.value) continue;
    bounds.mem.value = ceil_div(count, pad.ports);
    std::set<std::string> names;
    for (const auto id : nodes) names.insert(problem.graph.arrays[problem.graph.node(id).array.index()].name);
    bounds.mem.witness = fmt::format("{} accesses to {} share bank {}, which has {} port{}", count,
                                     fmt::join(names, ", "), bank, pad.ports, pad.ports == 1 ? "" : "s");
    bounds.mem.nodes = std::move(nodes);
  }
}

}  // namespace

int Bounds::mii() const { return std::max({rec.value, res.value, mem.value, route.value, reg.value}); }

const Bound& tightest(const Bounds& bounds) {
  const int mii = bounds.mii();
  for (const BoundPart& part : kBoundParts)
    if ((bounds.*part.bound).value == mii) return bounds.*part.bound;
  return bounds.rec;
}

Result<Bounds> bounds(const Problem& problem) {
  HEDDLE_ASSIGN(const auto capability, capabilities(problem));
  HEDDLE_TRY(check_live_outs(problem, capability));
  HEDDLE_TRY(check_generators(problem, capability));
  HEDDLE_TRY(check_reach(problem, capability));
  Bounds all;
  HEDDLE_ASSIGN(all.rec, recurrence_bound(problem, capability));
  all.res = issue_bound(problem, capability, false);
  all.mem = issue_bound(problem, capability, true);
  all.banks = assign_banks(problem);
  raise_by_banks(problem, all);
  raise_by_fixed_slots(problem, capability, all);
  raise_by_completions(problem, capability, all);
  raise_by_cuts(problem, capability, all);
  raise_by_ways(problem, capability, all);
  raise_by_neighbourhoods(problem, capability, all);
  raise_by_storage(problem, capability, all);
  return all;
}

}  // namespace heddle::mapper
