// When the launches of a run happen, if copies overlap with the array: an analytic model over exact counts
// (docs/system.md). The cycles of each part are those of the models and the RTL; when they begin is this model's.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/arch/system.h"

namespace heddle::session {

/// Host memory [begin, end).
struct MemoryRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// A launch, or work of the host that waits for everything before it.
struct Step {
  std::uint64_t host = 0;       ///< cycles of the host, in the array's clock; a launch has 0
  std::uint64_t setup = 0;      ///< configuration, live-ins, and the live-outs of the launch: the array is idle
  std::uint64_t port_in = 0;    ///< cycles of the host port
  std::uint64_t port_out = 0;   ///< cycles of the host port
  std::uint64_t run = 0;        ///< stalls included
  std::int64_t scratchpad = 0;  ///< bytes it occupies
  std::vector<MemoryRange> reads;
  std::vector<MemoryRange> writes;
};

struct StepTime {
  std::uint64_t begin = 0;  ///< of its first copy, or of the host's work
  std::uint64_t end = 0;    ///< of its last copy
  std::uint64_t copy = 0;   ///< cycles of both copies, memory included
  bool copy_bound = false;  ///< its copies take longer than its run
};

struct Timeline {
  std::vector<StepTime> steps;
  std::uint64_t serial = 0;      ///< cycles if nothing overlaps
  std::uint64_t overlapped = 0;  ///< cycles with two halves of the scratchpad in turn
  std::uint64_t host = 0;        ///< of these, of the host
  std::int64_t bytes_read = 0;   ///< from memory, whole bursts
  std::int64_t bytes_written = 0;
};

/// Cycles of a copy of these pieces, in the array's clock: one latency, then the slower of port and memory.
std::uint64_t copy_cycles(const arch::System& system, const std::vector<MemoryRange>& pieces, std::uint64_t port);

/// Bytes of the pieces in whole bursts.
std::int64_t burst_bytes(const arch::System& system, const std::vector<MemoryRange>& pieces);

/// One launch runs while the results of the one before are copied out and then the data of the one behind are copied
/// in, if both fit `capacity` (bytes of the scratchpad) and it does not read what the running one writes. Setup needs
/// the port: it waits for copies, and they for it.
Timeline timeline(const std::vector<Step>& steps, const arch::System& system, std::int64_t capacity);

}  // namespace heddle::session
