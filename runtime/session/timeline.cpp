#include "runtime/session/timeline.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace heddle::session {
namespace {

bool overlap(const std::vector<MemoryRange>& a, const std::vector<MemoryRange>& b) {
  for (const MemoryRange& x : a)
    for (const MemoryRange& y : b)
      if (x.begin < y.end && y.begin < x.end) return true;
  return false;
}

/// The engine's channels: with one, reads and writes share it.
class Channels {
 public:
  explicit Channels(int count) : shared_(count == 1) {}
  std::uint64_t in(std::uint64_t earliest, std::uint64_t cycles) { return take(0, earliest, cycles); }
  std::uint64_t out(std::uint64_t earliest, std::uint64_t cycles) { return take(shared_ ? 0 : 1, earliest, cycles); }
  [[nodiscard]] std::uint64_t idle_from() const { return std::max(free_[0], free_[1]); }
  void block_until(std::uint64_t time) {
    for (std::uint64_t& each : free_) each = std::max(each, time);
  }

 private:
  /// The end of a copy that begins at `earliest` or when the channel is free.
  std::uint64_t take(std::size_t channel, std::uint64_t earliest, std::uint64_t cycles) {
    if (cycles == 0) return earliest;
    return free_[channel] = std::max(free_[channel], earliest) + cycles;
  }

  bool shared_;
  std::uint64_t free_[2] = {0, 0};
};

/// Follows the steps in order. Of a launch, everything up to its copy in is done when the one before it starts to run.
class Scheduler {
 public:
  Scheduler(const std::vector<Step>& steps, const arch::System& system, std::int64_t capacity, Timeline& result)
      : steps_(steps), system_(system), capacity_(capacity), channels_(system.dma_channels), result_(result) {}

  std::uint64_t run() {
    for (std::size_t k = 0; k < steps_.size(); ++k) {
      if (steps_[k].host > 0) {
        host(k);
        continue;
      }
      if (!loaded_) load(k, now_);
      const std::uint64_t start = std::max({array_free_, in_end_, channels_.idle_from()}) + steps_[k].setup;
      channels_.block_until(start);
      array_free_ = start + steps_[k].run;
      const std::uint64_t started = start;
      if (pending_) store(*pending_, started);
      pending_ = k;
      loaded_ = false;
      if (k + 1 < steps_.size() && may_load_early(k)) load(k + 1, started);
      if (!loaded_) flush();
    }
    flush();
    return now_;
  }

 private:
  void load(std::size_t k, std::uint64_t earliest) {
    const std::uint64_t cycles = copy_cycles(system_, steps_[k].reads, steps_[k].port_in);
    in_end_ = channels_.in(earliest, cycles);
    result_.steps[k].begin = in_end_ - cycles;
    loaded_ = true;
  }

  /// The results of a launch, not before `earliest`.
  void store(std::size_t k, std::uint64_t earliest) {
    result_.steps[k].end = channels_.out(earliest, copy_cycles(system_, steps_[k].writes, steps_[k].port_out));
    now_ = std::max(now_, result_.steps[k].end);
  }

  /// The array and all copies come to rest.
  void flush() {
    if (pending_) store(*pending_, array_free_);
    pending_.reset();
    now_ = std::max({now_, array_free_, channels_.idle_from()});
  }

  void host(std::size_t k) {
    flush();
    result_.steps[k].begin = now_;
    now_ = result_.steps[k].end = now_ + steps_[k].host;
    array_free_ = now_;
    channels_.block_until(now_);
  }

  [[nodiscard]] bool may_load_early(std::size_t running) const {
    const Step& next = steps_[running + 1];
    return next.host == 0 && steps_[running].scratchpad + next.scratchpad <= capacity_ &&
           !overlap(steps_[running].writes, next.reads);
  }

  const std::vector<Step>& steps_;
  const arch::System& system_;
  std::int64_t capacity_;
  Channels channels_;
  Timeline& result_;
  std::uint64_t now_ = 0;         ///< when everything known so far is over
  std::uint64_t array_free_ = 0;  ///< end of the last run
  std::uint64_t in_end_ = 0;      ///< of the launch whose data are loaded
  bool loaded_ = false;
  std::optional<std::size_t> pending_;  ///< the launch whose results are not copied out yet
};

}  // namespace

std::int64_t burst_bytes(const arch::System& system, const std::vector<MemoryRange>& pieces) {
  const auto burst = static_cast<std::uint64_t>(system.dram.burst_bytes);
  std::uint64_t bytes = 0;
  for (const MemoryRange& piece : pieces)
    bytes += (piece.end + burst - 1) / burst * burst - piece.begin / burst * burst;
  return static_cast<std::int64_t>(bytes);
}

std::uint64_t copy_cycles(const arch::System& system, const std::vector<MemoryRange>& pieces, std::uint64_t port) {
  if (pieces.empty()) return 0;
  const double hertz = system.array_mhz * 1e6;
  const double latency = std::ceil(system.dram.latency_ns * 1e-9 * hertz);
  const double memory =
      std::ceil(static_cast<double>(burst_bytes(system, pieces)) / system.dram.bytes_per_second * hertz);
  return static_cast<std::uint64_t>(latency) + std::max(port, static_cast<std::uint64_t>(memory));
}

Timeline timeline(const std::vector<Step>& steps, const arch::System& system, std::int64_t capacity) {
  Timeline result;
  result.steps.resize(steps.size());
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const Step& step = steps[k];
    StepTime& time = result.steps[k];
    time.copy = copy_cycles(system, step.reads, step.port_in) + copy_cycles(system, step.writes, step.port_out);
    time.copy_bound = step.host == 0 && time.copy > step.run;
    result.serial += step.host + step.setup + step.run + time.copy;
    result.host += step.host;
    result.bytes_read += burst_bytes(system, step.reads);
    result.bytes_written += burst_bytes(system, step.writes);
  }
  result.overlapped = Scheduler(steps, system, capacity, result).run();
  return result;
}

}  // namespace heddle::session
