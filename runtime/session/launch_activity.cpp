// Every array cycle of a slot does the same, so counts are cycles of slots times what a slot does. A run of N
// iterations is in slot s once in each multiple of II up to its last array cycle; N of these are of valid iterations,
// the others fill and drain.
#include "runtime/session/launch_activity.h"

#include <algorithm>
#include <bit>

#include "runtime/session/host_script.h"

namespace heddle::session {
namespace {

using codegen::Activity;

/// Iterations of inner loops 0..`loop`, by their trip counts.
std::uint64_t iterations_within(const LaunchPlan& plan, std::size_t loop) {
  std::uint64_t iterations = 1;
  const auto& loops = plan.region->image.loops;
  for (std::size_t l = 0; l <= loop && l < loops.size(); ++l) {
    const dfg::Immediate& trips = loops[l];
    const std::uint64_t count = trips.kind == dfg::Immediate::Kind::kLiveIn ? plan.live_ins[trips.live_in.index()]
                                                                            : static_cast<std::uint64_t>(trips.value);
    iterations *= std::max<std::uint64_t>(1, count);
  }
  return iterations;
}

/// In how many iterations an access with this gate happens.
std::uint64_t gated(const LaunchPlan& plan, int gate) {
  if (gate == 0) return plan.trip_count;
  const std::uint64_t within = iterations_within(plan, static_cast<std::size_t>(gate - 1) / 2);
  const bool last = gate % 2 == 0;
  return last ? plan.trip_count / within : (plan.trip_count + within - 1) / within;
}

void add_host_words(const LaunchPlan& plan, const LaunchCycles& cycles, Activity& activity) {
  const std::size_t loops = plan.region->image.loops.size();
  constexpr std::uint64_t kControlWords = 5;  // and one to start
  const std::uint64_t others = kControlWords + loops;
  activity.configuration_words = cycles.configuration + cycles.live_in - kStartAndDoneCycles - others;
  for (const Transfer& transfer : plan.in) activity.scratchpad_words_in += word_count(transfer);
  for (const Transfer& transfer : plan.out) activity.scratchpad_words_out += word_count(transfer);
  // A read takes a cycle more than its words: of the counters, and of each live-out.
  activity.other_host_words = others + 1 + cycles.live_out - 1 - plan.region->image.live_outs.size();
}

}  // namespace

void ActivityModel::add_pe(const codegen::Image& image, std::size_t pe, std::vector<Slot>& slots) const {
  const arch::PeId id(static_cast<std::int64_t>(pe));
  const codegen::Layout layout = codegen::layout(codegen::layout_parameters(cgra_, id));
  for (std::size_t number = 0; number < image.words[pe].size() && number < slots.size(); ++number) {
    const codegen::PeWord word = codegen::decode(layout, image.words[pe][number]);
    Slot& slot = slots[number];
    const auto op = static_cast<dfg::Opcode>(word.op);
    if (word.op != 0 && cgra_.timing(id, op)) slot.operations.push_back({op, word.gate});
    slot.register_reads += codegen::register_reads(layout.parameters, word);
    for (const auto& write : word.rf_write) slot.register_writes += write.source != codegen::Layout::none() ? 1 : 0;
    for (const int source : word.link) slot.link_words += source != codegen::Layout::none() ? 1 : 0;
  }
}

const std::vector<ActivityModel::Slot>& ActivityModel::slots_of(const codegen::Image& image) {
  Region& region = regions_[image.region];
  if (region.words == image.words && !region.slots.empty()) return region.slots;
  region.words = image.words;
  region.slots.assign(static_cast<std::size_t>(image.ii), {});
  for (std::size_t pe = 0; pe < image.words.size(); ++pe) add_pe(image, pe, region.slots);
  return region.slots;
}

Activity ActivityModel::of(const LaunchPlan& plan, const LaunchCycles& cycles, const Accesses* accesses) {
  Activity activity;
  activity.array_cycles = cycles.run - cycles.stall;
  activity.stall_cycles = cycles.stall;
  add_host_words(plan, cycles, activity);
  const auto& slots = slots_of(plan.region->image);
  for (std::size_t number = 0; number < slots.size(); ++number) {
    const Slot& slot = slots[number];
    const std::uint64_t times = (activity.array_cycles + slots.size() - 1 - number) / slots.size();
    activity.register_reads += times * slot.register_reads;
    activity.register_writes += times * slot.register_writes;
    activity.link_words += times * slot.link_words;
    for (const Operation& operation : slot.operations) {
      const std::uint64_t valid = std::min(times, plan.trip_count);
      activity.operations[static_cast<std::size_t>(operation.op)] += valid;
      activity.idle_operations[static_cast<std::size_t>(operation.op)] += times - valid;
      if (!dfg::is_memory(operation.op)) continue;
      auto& counts = dfg::is_load(operation.op) ? activity.loads : activity.stores;
      const auto bytes = static_cast<unsigned>(dfg::info(operation.op).access_bytes);
      counts[static_cast<std::size_t>(std::countr_zero(bytes))] += gated(plan, operation.gate);
    }
  }
  if (accesses == nullptr) return activity;
  activity.loads = accesses->loads;
  activity.stores = accesses->stores;
  return activity;
}

}  // namespace heddle::session
