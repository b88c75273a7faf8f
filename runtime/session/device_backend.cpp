// Drives a simulated array through its host port, as a driver on a processor would.
#include <fmt/format.h>

#include <optional>

#include "compiler/codegen/device.h"
#include "runtime/session/host_script.h"

namespace heddle::session {
namespace {

class DeviceBackend final : public Backend {
 public:
  DeviceBackend(const arch::Cgra& cgra, codegen::Device& device, std::string name)
      : cgra_(cgra), script_(cgra_), device_(device), name_(std::move(name)) {}

  [[nodiscard]] std::string name() const override { return name_; }

  Result<LaunchResult> launch(const LaunchPlan& plan, const Context& context) override {
    if (context.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
    const CompiledRegion& region = *plan.region;
    LaunchResult result;
    const std::optional<codegen::Activity> before = device_.activity();
    result.cycles.configuration = clocked([&] { configure(region); });
    result.cycles.live_in = clocked([&] { write(script_.parameters(plan)); });
    result.cycles.dma_in = clocked([&] { copy_in(plan); });
    Status status;
    const std::uint64_t run = clocked([&] { status = device_.start_and_wait(cycle_limit(plan)); });
    HEDDLE_TRY(status);
    result.cycles.live_in += kStartAndDoneCycles;
    result.cycles.dma_out = clocked([&] { copy_out(plan); });
    result.cycles.live_out = clocked([&] {
      read_counters(result.cycles);
      read_live_outs(region, result.live_outs);
    });
    HEDDLE_TRY(check_clock(run, result.cycles.run));
    result.activity = device_.activity();
    if (result.activity && before) *result.activity -= *before;
    return result;
  }

  void forget_configuration() override { loaded_.reset(); }

 private:
  /// Clock cycles that `action` took.
  template <class Action>
  std::uint64_t clocked(const Action& action) {
    const std::uint64_t before = device_.clock_cycles();
    action();
    return device_.clock_cycles() - before;
  }

  void write(const std::vector<HostWrite>& writes) {
    for (const HostWrite& item : writes) device_.write(item.address, item.words);
  }

  std::vector<std::uint32_t> read(const HostRead& item) {
    std::vector<std::uint32_t> words(item.words);
    device_.read(item.address, words);
    return words;
  }

  void configure(const CompiledRegion& region) {
    if (loaded_ && same_configuration(region.image, *loaded_)) return;
    write(script_.configuration(region));
    loaded_ = region.image;
  }

  void copy_in(const LaunchPlan& plan) {
    for (const Transfer& transfer : plan.in) {
      const HostWrite item = write_of(transfer);
      device_.write(item.address, item.words);
    }
  }

  void copy_out(const LaunchPlan& plan) {
    for (const Transfer& transfer : plan.out) store_to_host(transfer, read(read_of(transfer)));
  }

  void read_counters(LaunchCycles& cycles) {
    const auto words = read(HostScript::counters());
    cycles.run = words[0];
    cycles.stall = words[1];
  }

  void read_live_outs(const CompiledRegion& region, std::vector<std::uint64_t>& live_outs) {
    live_outs.assign(region.graph.live_outs.size(), 0);
    for (const codegen::LiveOutPlace& place : region.image.live_outs) {
      const auto words = read(script_.live_out(place));
      std::uint64_t& value = live_outs[static_cast<std::size_t>(place.number)];
      value = words[0];
      if (words.size() > 1) value |= std::uint64_t{words[1]} << 32U;
    }
  }

  /// No run is longer than one where every memory PE waits for the same bank in every cycle.
  [[nodiscard]] std::uint64_t cycle_limit(const LaunchPlan& plan) const {
    return array_cycles(*plan.region, plan.trip_count) * (cgra_.memory_pes.size() + 1) + 1000;
  }

  /// The device's own counter against its clock: an independent check of RUN_CYCLES (modulo 2^32).
  [[nodiscard]] Status check_clock(std::uint64_t clock, std::uint64_t counted) const {
    const std::uint64_t expected = counted + kStartAndDoneCycles;
    if (static_cast<std::uint32_t>(clock) == static_cast<std::uint32_t>(expected)) return {};
    return fail(ErrorCode::kMismatch,
                fmt::format("{}: the run took {} clock cycles with start and done, but RUN_CYCLES says {}", name_,
                            clock, counted));
  }

  arch::Cgra cgra_;
  HostScript script_;
  codegen::Device& device_;
  std::string name_;
  std::optional<codegen::Image> loaded_;  ///< configuration in the array, before patches
};

}  // namespace

std::unique_ptr<Backend> make_device_backend(const arch::Cgra& cgra, codegen::Device& device, std::string name) {
  return std::make_unique<DeviceBackend>(cgra, device, std::move(name));
}

}  // namespace heddle::session
