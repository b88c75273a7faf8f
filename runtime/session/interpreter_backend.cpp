// Runs launches on the DFG interpreter and counts cycles by the formulas of docs/execution_model.md, sections 3, 6
// and 7.
#include <cstring>
#include <optional>

#include "compiler/dfg/interpret.h"
#include "runtime/session/host_script.h"
#include "runtime/session/stalls.h"

namespace heddle::session {
namespace {

class InterpreterBackend final : public Backend {
 public:
  explicit InterpreterBackend(const arch::Cgra& cgra)
      : cgra_(cgra), script_(cgra_), scratchpad_(static_cast<std::size_t>(cgra.scratchpad.bytes()), 0) {}

  [[nodiscard]] std::string name() const override { return "interpreter"; }

  Result<LaunchResult> launch(const LaunchPlan& plan, const Context& context) override {
    if (context.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
    LaunchResult result;
    result.cycles.configuration = configure(*plan.region);
    result.cycles.live_in = cycles_of(script_.parameters(plan)) + kStartAndDoneCycles;
    for (const Transfer& transfer : plan.in) result.cycles.dma_in += copy_in(transfer);
    result.cycles.stall = run(plan, result.live_outs);
    result.cycles.run = array_cycles(*plan.region, plan.trip_count) + result.cycles.stall;
    for (const Transfer& transfer : plan.out) result.cycles.dma_out += copy_out(transfer);
    result.cycles.live_out = cycles_of(HostScript::counters());
    for (const auto& place : plan.region->image.live_outs) result.cycles.live_out += cycles_of(script_.live_out(place));
    return result;
  }

 private:
  std::uint64_t configure(const CompiledRegion& region) {
    if (loaded_ && same_configuration(region.image, *loaded_)) return 0;
    loaded_ = region.image;
    return cycles_of(script_.configuration(region));
  }

  std::uint64_t copy_in(const Transfer& transfer) {
    const HostWrite write = write_of(transfer);
    std::memcpy(scratchpad_.data() + (write.address - codegen::host_map::kScratchpad), write.words.data(),
                write.words.size() * 4);
    return write.words.size();
  }

  std::uint64_t copy_out(const Transfer& transfer) {
    std::memcpy(transfer.host, scratchpad_.data() + transfer.scratchpad, static_cast<std::size_t>(transfer.bytes));
    return cycles_of(read_of(transfer));
  }

  /// Returns the stall cycles.
  std::uint64_t run(const LaunchPlan& plan, std::vector<std::uint64_t>& live_outs) {
    const CompiledRegion& region = *plan.region;
    const auto ii = static_cast<std::uint64_t>(region.mapping.ii);
    StallCounter stalls(cgra_.scratchpad, cgra_.word_bits, region.image.schedule_length);
    const dfg::Launch launch{plan.trip_count, plan.live_ins, plan.array_bases};
    live_outs = dfg::interpret(
        region.graph, launch, scratchpad_,
        [&](dfg::NodeId node, std::uint64_t iteration, std::uint64_t, std::uint64_t address, bool accessed) {
          if (!accessed) return;
          stalls.advance_to(iteration * ii);
          const auto time = static_cast<std::uint64_t>(region.mapping.nodes[node.index()].time);
          stalls.access(time + iteration * ii, address);
        });
    return stalls.total();
  }

  arch::Cgra cgra_;
  HostScript script_;
  std::vector<std::uint8_t> scratchpad_;
  std::optional<codegen::Image> loaded_;  ///< configuration in the array, before patches
};

}  // namespace

std::unique_ptr<Backend> make_interpreter_backend(const arch::Cgra& cgra) {
  return std::make_unique<InterpreterBackend>(cgra);
}

}  // namespace heddle::session
