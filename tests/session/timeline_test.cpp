// The model of overlapping copies, against cases worked out by hand and against a machine that is stepped cycle by
// cycle.
#include "runtime/session/timeline.h"

#include <gtest/gtest.h>
// rapidcheck's header needs gtest's first.
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>

namespace heddle::session {
namespace {

/// 1 GHz, memory as fast as it likes: copies take latency and the port's cycles.
arch::System quick_system(int channels, double latency_ns = 0) {
  arch::System system;
  system.name = "quick";
  system.array_mhz = 1000;
  system.dram = {1e13, 1, latency_ns};
  system.dma_channels = channels;
  return system;
}

Step launch(std::uint64_t setup, std::uint64_t in, std::uint64_t run, std::uint64_t out, std::uint64_t address) {
  Step step{0, setup, in, out, run, 100, {}, {}};
  if (in > 0) step.reads = {{address, address + 4 * in}};
  if (out > 0) step.writes = {{address + 1000, address + 1000 + 4 * out}};
  return step;
}

Step host(std::uint64_t cycles) {
  Step step;
  step.host = cycles;
  return step;
}

TEST(Timeline, CopiesHideBehindRuns) {
  const std::vector<Step> steps{launch(1, 10, 50, 5, 0), launch(1, 10, 50, 5, 10000), launch(1, 10, 50, 5, 20000)};
  const Timeline times = timeline(steps, quick_system(1), 1000);
  EXPECT_EQ(times.serial, 3 * 66U);
  EXPECT_EQ(times.overlapped, 10 + 3 * 51 + 5U);  // the first copy in, the last copy out
  EXPECT_EQ(times.steps[1].begin, 11U);           // right after the first setup
  EXPECT_FALSE(times.steps[1].copy_bound);
}

TEST(Timeline, TwoChannelsCopyBothWays) {
  const std::vector<Step> steps{launch(0, 10, 12, 10, 0), launch(0, 10, 12, 10, 10000), launch(0, 10, 12, 10, 20000)};
  // One channel: 10 in, 12 beside 10 in, then 20 of copies beside each run but the last, whose own copy is left.
  EXPECT_EQ(timeline(steps, quick_system(1), 1000).overlapped, 10 + 12 + 20 + 12 + 10U);
  EXPECT_EQ(timeline(steps, quick_system(2), 1000).overlapped, 10 + 3 * 12 + 10U);
}

TEST(Timeline, WhatIsReadMustHaveBeenWrittenAndEverythingMustFit) {
  std::vector<Step> steps{launch(0, 10, 50, 5, 0), launch(0, 10, 50, 5, 10000)};
  EXPECT_EQ(timeline(steps, quick_system(2), 199).overlapped, 130U);  // both do not fit: one after the other
  steps[1].reads = steps[0].writes;
  EXPECT_EQ(timeline(steps, quick_system(2), 1000).overlapped, 10 + 50 + 5 + 10 + 50 + 5U);
  EXPECT_EQ(timeline({steps[0], host(7), launch(0, 10, 50, 5, 10000)}, quick_system(2), 1000).overlapped, 137U);
}

TEST(Timeline, MemoryHasLatencyBurstsAndBandwidth) {
  arch::System system = quick_system(1);
  system.array_mhz = 100;
  system.dram = {200e6, 16, 95};                           // 2 bytes a cycle; 10 cycles of latency
  EXPECT_EQ(copy_cycles(system, {{4, 20}}, 4), 10 + 16U);  // two bursts
  EXPECT_EQ(copy_cycles(system, {{0, 16}, {32, 48}}, 100), 10 + 100U);
  EXPECT_EQ(copy_cycles(system, {}, 0), 0U);
  EXPECT_EQ(burst_bytes(system, {{4, 20}, {32, 33}}), 48);
}

/// The same machine, a cycle at a time.
class Stepped {
 public:
  Stepped(const arch::System& system, std::int64_t capacity)
      : system_(system), capacity_(capacity), queues_(static_cast<std::size_t>(system.dma_channels)) {}

  std::uint64_t run(const std::vector<Step>& steps) {
    bool loaded = false;
    for (std::size_t k = 0; k < steps.size(); ++k) {
      if (steps[k].host > 0) {
        time_ += steps[k].host;
        continue;
      }
      if (!loaded) enqueue(0, copy_cycles(system_, steps[k].reads, steps[k].port_in));
      while (copying()) tick();
      time_ += steps[k].setup;
      if (k > 0 && loaded) enqueue(1, copy_cycles(system_, steps[k - 1].writes, steps[k - 1].port_out));
      loaded = k + 1 < steps.size() && steps[k + 1].host == 0 &&
               steps[k].scratchpad + steps[k + 1].scratchpad <= capacity_ && !reads_what(steps[k], steps[k + 1]);
      if (loaded) enqueue(0, copy_cycles(system_, steps[k + 1].reads, steps[k + 1].port_in));
      for (std::uint64_t cycle = 0; cycle < steps[k].run; ++cycle) tick();
      if (loaded) continue;
      enqueue(1, copy_cycles(system_, steps[k].writes, steps[k].port_out));
      while (copying()) tick();
    }
    return time_;
  }

 private:
  static bool reads_what(const Step& writer, const Step& reader) {
    return std::any_of(writer.writes.begin(), writer.writes.end(), [&](const MemoryRange& a) {
      return std::any_of(reader.reads.begin(), reader.reads.end(),
                         [&](const MemoryRange& b) { return std::max(a.begin, b.begin) < std::min(a.end, b.end); });
    });
  }
  void enqueue(std::size_t direction, std::uint64_t cycles) {
    if (cycles > 0) queues_[direction % queues_.size()].push_back(cycles);
  }
  [[nodiscard]] bool copying() const {
    return std::any_of(queues_.begin(), queues_.end(), [](const auto& queue) { return !queue.empty(); });
  }
  void tick() {
    ++time_;
    for (auto& queue : queues_)
      if (!queue.empty() && --queue.front() == 0) queue.pop_front();
  }

  const arch::System& system_;
  std::int64_t capacity_;
  std::vector<std::deque<std::uint64_t>> queues_;
  std::uint64_t time_ = 0;
};

RC_GTEST_PROP(Timeline, EqualsTheSteppedMachine, ()) {
  const arch::System system = quick_system(*rc::gen::inRange(1, 3), *rc::gen::inRange(0, 4));
  const std::int64_t capacity = *rc::gen::inRange(50, 250);
  std::vector<Step> steps;
  const int count = *rc::gen::inRange(0, 12);
  for (int k = 0; k < count; ++k) {
    if (*rc::gen::inRange(0, 5) == 0) {
      steps.push_back(host(static_cast<std::uint64_t>(*rc::gen::inRange(1, 30))));
      continue;
    }
    const auto cycles = [](int most) { return static_cast<std::uint64_t>(*rc::gen::inRange(0, most)); };
    steps.push_back(launch(cycles(5), cycles(20), cycles(40), cycles(20), 100 * cycles(40)));
    steps.back().scratchpad = *rc::gen::inRange(10, 150);
  }
  const Timeline times = timeline(steps, system, capacity);
  RC_ASSERT(times.overlapped == Stepped(system, capacity).run(steps));
  std::uint64_t busy = times.host;
  std::uint64_t copies = 0;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    busy += steps[k].setup + steps[k].run;
    copies += times.steps[k].copy;
  }
  RC_ASSERT(times.overlapped <= times.serial);
  RC_ASSERT(times.overlapped >= busy);
  RC_ASSERT(system.dma_channels == 2 || times.overlapped >= copies);
}

}  // namespace
}  // namespace heddle::session
