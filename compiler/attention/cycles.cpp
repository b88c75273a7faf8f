// Events instead of clocks: what happens in a clock depends only on what earlier clocks left in registers, so clocks in
// which nothing can happen are skipped. rtl/swat says when each thing happens; tests/swat compares.
#include "compiler/attention/cycles.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "compiler/attention/streams.h"

namespace heddle::attention {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// A run of a group, and when it was taken from its queue.
struct TimedRun {
  std::int64_t count = 0;
  std::int64_t need = 0;
  std::int64_t task = 0;
  bool first = false;
  bool last = false;
  std::int64_t beats_before = 0;
  std::int64_t pushed = kNever;
  std::int64_t start = kNever;  ///< of its first beat
};

struct Group {
  std::vector<TimedRun> runs;
  std::int64_t pushed = 0;            ///< runs
  std::int64_t taken = 0;             ///< runs
  std::int64_t boundary = 0;          ///< the first clock in which the next run can be taken
  std::vector<std::int64_t> ended;    ///< of each task: the clock from which its drain may begin
  std::vector<std::int64_t> drained;  ///< of each task: the clock from which that is known
  std::int64_t row = 0;               ///< rows drained
  std::int64_t word = 0;              ///< words of the row that have left
  std::int64_t word_valid = kNever;   ///< the clock from which the next word is offered
  std::int64_t idle = 0;              ///< the clock from which the drain can begin a row
};

class Machine {
 public:
  Machine(const Program& program, const arch::Swat& array)
      : program_(program),
        dim_(program.head_dim),
        rows_(array.rows),
        words_(program.head_dim / array.stream_elements),
        lanes_(array.stream_elements),
        depth_(array.run_queue),
        commands_(run_commands(program)),
        groups_(program.groups.size()) {
    for (std::size_t g = 0; g < groups_.size(); ++g) fill(program.groups[g], groups_[g]);
    load_done_.reserve(program.loads.size());
  }

  Result<Cycles> run() {
    for (std::int64_t clock = 0; clock != kNever;) {
      std::int64_t next = step_loads(clock);
      next = std::min(next, step_stream(clock));
      for (Group& group : groups_) next = std::min(next, step_runs(group, clock));
      next = std::min(next, step_drains(clock));
      clock = next;
    }
    for (std::size_t g = 0; g < groups_.size(); ++g)
      if (groups_[g].taken < static_cast<std::int64_t>(groups_[g].runs.size())) return stopped(g);
    if (load_done_.size() < program_.loads.size())
      return fail(ErrorCode::kInfeasible, fmt::format("load {} waits for beats that no group has", load_done_.size()));
    result_.load_words = words_ * static_cast<std::int64_t>(program_.loads.size());
    return result_;
  }

 private:
  void fill(const std::vector<Task>& tasks, Group& group) {
    std::int64_t beat = 0;
    for (std::size_t t = 0; t < tasks.size(); ++t)
      for (const Run& run : tasks[t].runs) {
        TimedRun timed;
        timed.count = run.count;
        timed.need = run.need;
        timed.task = static_cast<std::int64_t>(t);
        timed.first = run.first;
        timed.last = run.last;
        timed.beats_before = beat;
        group.runs.push_back(timed);
        beat += run.count;
      }
    result_.beats = std::max(result_.beats, beat);
  }

  tl::unexpected<Error> stopped(std::size_t g) const {
    const Group& group = groups_[g];
    const TimedRun& run = group.runs[at(group.taken)];
    return fail(ErrorCode::kInfeasible,
                fmt::format("group {}, task {}: run {} of the group waits for load {} of {}, and {} loads can be done",
                            g, run.task, group.taken, run.need, program_.loads.size(), load_done_.size()));
  }

  /// The clock from which `beats` beats of a group are known to be over; kNever if the last has not begun.
  [[nodiscard]] std::int64_t over(const Group& group, std::int64_t beats) const {
    if (beats <= 0) return 0;
    const auto end = group.runs.begin() + group.taken;
    const auto behind =
        std::upper_bound(group.runs.begin(), end, beats - 1,
                         [](std::int64_t beat, const TimedRun& run) { return beat < run.beats_before; });
    if (behind == group.runs.begin()) return kNever;
    const TimedRun& run = *(behind - 1);
    const std::int64_t place = beats - 1 - run.beats_before;
    return place < run.count ? run.start + place * dim_ + 2 * dim_ + kLatency : kNever;
  }

  /// A load's words follow each other; the first waits for the groups.
  std::int64_t step_loads(std::int64_t clock) {
    if (load_done_.size() == program_.loads.size()) return kNever;
    if (clock < load_free_) return load_free_;
    const Load& load = program_.loads[load_done_.size()];
    std::int64_t free = load_free_;
    for (; load_group_ < load.groups.size(); ++load_group_) {
      const std::int64_t since = over(groups_[at(load.groups[load_group_])], load.after);
      if (since > clock) return since;
      free = std::max(free, since);
    }
    load_group_ = 0;
    load_free_ = clock + words_;
    load_done_.push_back(load_free_);
    return load_free_;
  }

  /// A run a clock goes to its group's queue; one that finds it full holds up the rest.
  std::int64_t step_stream(std::int64_t clock) {
    if (command_ == commands_.size()) return kNever;
    Group& group = groups_[at(commands_[command_].group)];
    if (group.pushed - group.taken == depth_) return kNever;
    if (clock < stream_free_) return stream_free_;
    group.runs[at(group.pushed++)].pushed = clock;
    stream_free_ = clock + 1;
    ++command_;
    return clock + 1;
  }

  std::int64_t step_runs(Group& group, std::int64_t clock) {
    if (at(group.taken) == group.runs.size()) return kNever;
    if (clock < group.boundary) return group.boundary;
    TimedRun& run = group.runs[at(group.taken)];
    if (run.pushed == kNever) return kNever;
    const std::int64_t queued = run.pushed + 1;
    if (run.need > static_cast<std::int64_t>(load_done_.size())) return kNever;
    const std::int64_t loaded = run.need > 0 ? load_done_[at(run.need - 1)] : 0;
    const bool banked = run.first && run.task >= 2;
    if (banked && static_cast<std::int64_t>(group.drained.size()) < run.task - 1) return kNever;
    const std::int64_t drained = banked ? group.drained[at(run.task - 2)] : 0;
    const std::int64_t ready = std::max({queued, loaded, drained});
    if (ready > clock) return ready;
    if (group.taken > 0) {
      std::int64_t& waits = loaded == ready    ? result_.load_waits
                            : drained == ready ? result_.drain_waits
                                               : result_.run_waits;
      waits += clock - group.boundary;
    }
    run.start = clock + 1;
    group.boundary = clock + run.count * dim_;
    ++group.taken;
    if (run.last) group.ended.push_back(group.boundary + dim_ + kLatency + rows_ + kTaskTail);
    // The stream of runs may go on, a load may be free to start: in the next clock.
    return clock + 1;
  }

  std::int64_t step_drains(std::int64_t clock) {
    std::int64_t next = kNever;
    std::size_t chosen = groups_.size();
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const std::size_t g = (i + turn_) % groups_.size();
      Group& group = groups_[g];
      begin_row(group);
      if (group.word_valid > clock) {
        next = std::min(next, group.word_valid);
      } else if (chosen == groups_.size()) {
        chosen = g;
      } else {
        next = std::min(next, clock + 1);
      }
    }
    if (chosen == groups_.size()) return next;
    serve(groups_[chosen], clock);
    turn_ = (chosen + 1) % groups_.size();
    return std::min(next, clock + 1);
  }

  /// Once it is known when the next row's division begins.
  void begin_row(Group& group) const {
    if (group.word_valid != kNever || at(group.row / rows_) >= group.ended.size()) return;
    group.word_valid = std::max(group.idle, group.ended[at(group.row / rows_)]) + kDivision + lanes_;
  }

  void serve(Group& group, std::int64_t clock) {
    ++result_.output_words;
    result_.cycles = clock + 2;  // a register behind the groups
    group.word_valid = clock + lanes_;
    if (++group.word < words_) return;
    group.word = 0;
    group.word_valid = kNever;
    group.idle = clock + 1;
    if (++group.row % rows_ == 0) group.drained.push_back(clock + 1);
  }

  const Program& program_;
  std::int64_t dim_, rows_, words_, lanes_, depth_;
  std::vector<RunCommand> commands_;
  std::vector<Group> groups_;
  std::vector<std::int64_t> load_done_;  ///< of each load that has begun: the clock from which it counts
  std::int64_t load_free_ = 0;
  std::size_t load_group_ = 0;  ///< those before it are free for the next load
  std::size_t command_ = 0;
  std::int64_t stream_free_ = 0;
  std::size_t turn_ = 0;
  Cycles result_;
};

}  // namespace

Result<Cycles> count_cycles(const Program& program, const arch::Swat& array) { return Machine(program, array).run(); }

double utilisation(std::int64_t pairs, const Program& program, const arch::Swat& array, std::int64_t cycles) {
  return 2.0 * static_cast<double>(pairs) * program.head_dim / (static_cast<double>(cycles) * arch::multipliers(array));
}

}  // namespace heddle::attention
