#include "runtime/session/conflicts.h"

#include <algorithm>
#include <vector>

namespace heddle::session {
namespace {

/// By bank, whether some byte of the range is in it.
std::vector<bool> banks_of(const arch::Cgra& cgra, const ScratchpadRange& range) {
  const arch::Scratchpad& scratchpad = cgra.scratchpad;
  const std::int64_t granule = scratchpad.interleaved ? cgra.word_bits / 8 : scratchpad.bank_bytes;
  std::vector<bool> reached(static_cast<std::size_t>(scratchpad.banks), false);
  if (range.begin >= range.end) return reached;
  const std::int64_t first = range.begin / granule;
  const std::int64_t last = std::min((range.end - 1) / granule, first + scratchpad.banks - 1);
  for (std::int64_t unit = first; unit <= last; ++unit)
    reached[static_cast<std::size_t>(unit % scratchpad.banks)] = true;
  return reached;
}

/// A load that the array does although the program may skip it: its address may lie anywhere then.
bool is_speculative(const dfg::Node& node, const ScratchpadRange& range) {
  return range.may_be_skipped && !node.gate && !node.port(dfg::Port::kC).present();
}

}  // namespace

bool cannot_stall(const arch::Cgra& cgra, const LaunchPlan& plan) {
  const CompiledRegion& region = *plan.region;
  std::vector<std::vector<bool>> banks;
  banks.reserve(plan.array_ranges.size());
  for (const ScratchpadRange& range : plan.array_ranges) banks.push_back(banks_of(cgra, range));
  const auto width = static_cast<std::size_t>(cgra.scratchpad.banks);
  std::vector<int> requests(static_cast<std::size_t>(region.mapping.ii) * width, 0);  // [slot][bank]
  for (std::size_t k = 0; k < region.graph.nodes.size(); ++k) {
    const dfg::Node& node = region.graph.nodes[k];
    if (!dfg::is_memory(node.op)) continue;
    const auto slot = static_cast<std::size_t>(region.mapping.nodes[k].time % region.mapping.ii);
    const bool anywhere = is_speculative(node, plan.array_ranges[node.array.index()]);
    for (std::size_t bank = 0; bank < width; ++bank)
      if ((anywhere || banks[node.array.index()][bank]) && ++requests[slot * width + bank] > cgra.scratchpad.ports)
        return false;
  }
  return true;
}

}  // namespace heddle::session
