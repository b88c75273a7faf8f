// One launch, planned, and the engines that can carry it out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/arch/cgra.h"
#include "compiler/base/context.h"
#include "compiler/codegen/activity.h"
#include "compiler/codegen/device.h"
#include "compiler/codegen/image.h"
#include "compiler/dfg/graph.h"
#include "compiler/mapper/mapping.h"

namespace heddle::session {

/// A region as compiled for one architecture.
struct CompiledRegion {
  std::string name;
  dfg::Graph graph;  ///< legalised: what the mapping is of
  mapper::Mapping mapping;
  codegen::Image image;
  std::string host_reason;  ///< why it is not launched although it is mapped; else empty
};

/// Bytes between host memory and the scratchpad. Not necessarily word-aligned.
struct Transfer {
  char* host = nullptr;
  std::uint32_t scratchpad = 0;
  std::int64_t bytes = 0;
  bool operator==(const Transfer&) const = default;
};

/// Scratchpad addresses [begin, end).
struct ScratchpadRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool may_be_skipped = false;  ///< an access that the program skips may lie outside
};

struct LaunchPlan {
  const CompiledRegion* region = nullptr;
  std::uint64_t trip_count = 1;
  std::vector<std::uint64_t> live_ins;
  std::vector<std::uint64_t> array_bases;     ///< scratchpad addresses (modulo 2^32), by array
  std::vector<ScratchpadRange> array_ranges;  ///< what each array may touch, by array
  std::vector<Transfer> in;
  std::vector<Transfer> out;
  std::vector<Transfer> kept;  ///< constants that an earlier launch on the same array has left in the scratchpad
};

/// The same launch on an array that nobody has used: what is kept is copied in.
LaunchPlan on_fresh_array(LaunchPlan plan);

/// Clock cycles by what they were spent on.
struct LaunchCycles {
  std::uint64_t configuration = 0;
  std::uint64_t live_in = 0;  ///< patches, loop control and start
  std::uint64_t dma_in = 0;
  std::uint64_t run = 0;  ///< stalls included
  std::uint64_t stall = 0;
  std::uint64_t dma_out = 0;
  std::uint64_t live_out = 0;

  [[nodiscard]] std::uint64_t total() const { return configuration + live_in + dma_in + run + dma_out + live_out; }
  LaunchCycles& operator+=(const LaunchCycles& other);
  bool operator==(const LaunchCycles&) const = default;
};

/// Who computed the values of a launch.
enum class HowRun {
  kModelled,     ///< the backend
  kInterpreted,  ///< the DFG interpreter, in place of the native loop
  kNatively      ///< nobody yet: the program's own loop is to follow
};

struct LaunchResult {
  std::vector<std::uint64_t> live_outs;
  LaunchCycles cycles;
  std::optional<codegen::Activity> activity;  ///< of this launch, if the device counts it
  std::string backend;                        ///< which part of a mixed backend ran it; empty: there are no parts
  HowRun how = HowRun::kModelled;             ///< kNatively: no host memory was written, and there are no live-outs
};

class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  virtual Result<LaunchResult> launch(const LaunchPlan& plan, const Context& context) = 0;
  /// Another backend has used the array meanwhile: the next launch configures it again.
  virtual void forget_configuration() {}
};

/// Executes the DFG on a byte array; cycles from the analytic formula (stalls from the interpreted addresses, by the
/// rule of section 6).
std::unique_ptr<Backend> make_interpreter_backend(const arch::Cgra& cgra);

/// Values by the program's own native loop, cycles from the same formula, for every launch whose arrays' banks rule out
/// stalls; the others are interpreted.
std::unique_ptr<Backend> make_fast_backend(const arch::Cgra& cgra);

/// Like the fast one, but takes every launch for free of stalls: nothing is interpreted.
std::unique_ptr<Backend> make_estimate_backend(const arch::Cgra& cgra);

/// Drives a device through its host port. The device must outlive the backend.
std::unique_ptr<Backend> make_device_backend(const arch::Cgra& cgra, codegen::Device& device, std::string name);

/// One backend for some launches.
struct LaunchChoice {
  std::string region;                   ///< its name; `*` stands for any characters
  std::optional<std::uint64_t> launch;  ///< only this launch of the region, counted from 0 in all runs of the backend
  Backend* backend = nullptr;           ///< must outlive the mixed backend
};

/// The first choice that fits a launch runs it, `rest` (which must outlive it, too) everything else. Cycles are those
/// of one array: whoever is next after another configures again.
std::unique_ptr<Backend> make_mixed_backend(Backend& rest, std::vector<LaunchChoice> choices);

/// Whether a name is the pattern, in which `*` stands for any characters.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace heddle::session
