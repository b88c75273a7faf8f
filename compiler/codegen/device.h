// What a simulated array looks like to the host: a port of 32-bit words (docs/execution_model.md, section 7), a clock,
// and probes. The SystemC model and the verilated RTL both implement it; the runtime drives either.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "compiler/base/result.h"
#include "compiler/codegen/activity.h"

namespace heddle::codegen {

namespace host_map {
inline constexpr std::uint32_t kControl = 0x00;
inline constexpr std::uint32_t kStatus = 0x04;
inline constexpr std::uint32_t kIiMinus1 = 0x08;
inline constexpr std::uint32_t kTripCount = 0x0C;
inline constexpr std::uint32_t kLastIt = 0x10;
inline constexpr std::uint32_t kLastSlot = 0x14;
inline constexpr std::uint32_t kLastItHigh = 0x18;
inline constexpr std::uint32_t kRunCycles = 0x1C;
inline constexpr std::uint32_t kStallCycles = 0x20;
inline constexpr std::uint32_t kLoops = 0x24;  ///< last count of inner loop l at kLoops + 4 * l
inline constexpr std::uint32_t kConfiguration = 0x1000'0000;
inline constexpr std::uint32_t kLiveOuts = 0x2000'0000;
inline constexpr std::uint32_t kScratchpad = 0x4000'0000;
constexpr std::uint32_t configuration(int pe, int slot, int chunk) {
  return kConfiguration + (static_cast<std::uint32_t>(pe) << 16U) + (static_cast<std::uint32_t>(slot) << 8U) +
         (static_cast<std::uint32_t>(chunk) << 2U);
}
constexpr std::uint32_t live_out(int pe, int index) {
  return kLiveOuts + (static_cast<std::uint32_t>(pe) << 8U) + (static_cast<std::uint32_t>(index) << 3U);
}
}  // namespace host_map

/// RES of every PE after an array cycle of a run.
struct ProbeSample {
  std::uint64_t array_cycle = 0;           ///< 0-based; RES as it is at the *start* of this array cycle, i.e. during it
  std::span<const std::uint64_t> results;  ///< by PE
};

class Device {
 public:
  virtual ~Device() = default;

  /// One word a clock cycle, to consecutive addresses (step 4).
  virtual void write(std::uint32_t address, std::span<const std::uint32_t> words) = 0;
  /// A pipelined block read: words.size() + 1 clock cycles.
  virtual void read(std::uint32_t address, std::span<std::uint32_t> words) = 0;
  /// Writes CONTROL = 1 and clocks until done is seen. Fails if `cycle_limit` clock cycles pass first (a hang), or when
  /// cancelled.
  virtual Status start_and_wait(std::uint64_t cycle_limit) = 0;
  /// Clock cycles since creation.
  [[nodiscard]] virtual std::uint64_t clock_cycles() const = 0;
  /// What the array did since creation; nullopt if this device does not count it.
  [[nodiscard]] virtual std::optional<Activity> activity() const { return std::nullopt; }
  /// Called for every array cycle of later runs, and once after the last (array_cycle = their number) with what that
  /// one left behind; pass {} to stop. Slows the run down.
  virtual void set_probe(std::function<void(const ProbeSample&)> probe) = 0;
  /// Starts a waveform (FST or VCD by the file's suffix) of everything from now on; fails if this model was built
  /// without it.
  virtual Status open_trace(const std::string& path) = 0;
  virtual void close_trace() = 0;
};

}  // namespace heddle::codegen
