#include "runtime/session/launch_cycles.h"

namespace heddle::session {

LaunchCycles CycleModel::next(const LaunchPlan& plan) {
  const codegen::Image& image = plan.region->image;
  LaunchCycles cycles;
  if (!loaded_ || !same_configuration(image, *loaded_)) {
    loaded_ = image;
    cycles.configuration = cycles_of(script_.configuration(*plan.region));
  }
  cycles.live_in = cycles_of(script_.parameters(plan)) + kStartAndDoneCycles;
  for (const Transfer& transfer : plan.in) cycles.dma_in += word_count(transfer);
  cycles.run = array_cycles(*plan.region, plan.trip_count);
  for (const Transfer& transfer : plan.out) cycles.dma_out += cycles_of(read_of(transfer));
  cycles.live_out = cycles_of(HostScript::counters());
  for (const auto& place : image.live_outs) cycles.live_out += cycles_of(script_.live_out(place));
  return cycles;
}

}  // namespace heddle::session
