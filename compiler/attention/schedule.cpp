#include "compiler/attention/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "compiler/attention/streams.h"
#include "compiler/attention/tasks.h"

namespace heddle::attention {
namespace {

/// A run waits for all of its keys: short ones begin early, long ones are few.
constexpr std::int64_t kRunsOfTask = 16;
constexpr std::int64_t kShortestRun = 8;
constexpr std::int64_t kLongestRun = 64;

class Scheduler {
 public:
  Scheduler(const Mask& mask, const arch::Swat& array)
      : mask_(mask), array_(array), ring_(array.slots), groups_(static_cast<std::size_t>(array.groups)) {}

  Program run() {
    program_.head_dim = static_cast<std::int32_t>(mask_.workload().head_dim);
    program_.scale = 1 / std::sqrt(static_cast<double>(program_.head_dim));
    program_.groups.resize(groups_);
    deal();
    place();
    load();
    return std::move(program_);
  }

 private:
  static std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

  /// Each task to the group that has least to do, head after head; but those of rows that see all are long, and begin
  /// in time to end with the rest.
  void deal() {
    const std::int64_t keys = count_pairs(mask_.workload()).row_keys;
    const std::int64_t longest = std::clamp(keys / kRunsOfTask, kShortestRun, kLongestRun);
    std::vector<std::vector<Task>> heads;
    std::int64_t sum = 0;
    for (std::int32_t kv = 0; kv < mask_.workload().kv_heads; ++kv) {
      heads.push_back(
          make_tasks(mask_, kv, array_.rows,
                     static_cast<std::int32_t>(std::max<std::int64_t>(1, std::min<std::int64_t>(longest, ring_ / 4)))));
      for (const Task& task : heads.back()) sum += beats(task);
    }
    const std::int64_t end = sum / static_cast<std::int64_t>(groups_);
    busy_.assign(groups_, 0);
    for (std::size_t kv = 0; kv < heads.size(); ++kv)
      for (std::size_t first = 0; first < heads[kv].size(); first += groups_) {
        for (std::size_t later = kv + 1; later < heads.size(); ++later) hurry(heads[later], end);
        deal_round(std::span(heads[kv]).subspan(first, std::min(groups_, heads[kv].size() - first)), longest);
      }
  }

  /// Tasks for as many groups. Of windows without global rows the longest come first, so that groups end together; and
  /// a group that would be too far ahead for the others' stores to take its keys waits.
  void deal_round(std::span<Task> tasks, std::int64_t longest) {
    const Workload& workload = mask_.workload();
    const bool together = std::holds_alternative<WindowPattern>(workload.pattern) && workload.global_tokens == 0;
    if (together) std::ranges::stable_sort(tasks, std::ranges::greater{}, beats);
    const std::int64_t lead = std::max<std::int64_t>(0, ring_ - 2 * longest - 8);
    const std::int64_t slowest = together ? least_place(tasks) : 0;
    for (Task& task : tasks) {
      if (together) wait(task, place_of(task, *std::ranges::min_element(busy_)) - slowest - lead);
      give(task);
    }
  }

  /// Which key a group is at, at beat 0 if it had begun then: equal for groups that pass the same keys.
  static std::int64_t place_of(const Task& task, std::int64_t begin) {
    return task.runs[0].index / task.runs[0].stride - begin;
  }
  [[nodiscard]] std::int64_t least_place(std::span<const Task> tasks) const {
    std::vector<std::int64_t> free = busy_;
    std::ranges::sort(free);
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i < tasks.size(); ++i) least = std::min(least, place_of(tasks[i], free[i]));
    return least;
  }

  /// Beats before the task, if any.
  void wait(Task& task, std::int64_t count) const {
    for (; count > 0; count -= ring_) {
      Run idle;
      idle.count = static_cast<std::int32_t>(std::min<std::int64_t>(count, ring_));
      task.runs.insert(task.runs.begin(), std::move(idle));
    }
  }

  /// Gives away the tasks at the head's begin that could not end with the rest if they waited for their turn.
  void hurry(std::vector<Task>& tasks, std::int64_t end) {
    for (Task& task : tasks) {
      if (task.rows.empty()) continue;
      if (!sees_all(task) || *std::ranges::min_element(busy_) + beats(task) < end) return;
      give(task);
    }
  }
  [[nodiscard]] bool sees_all(const Task& task) const {
    const Workload& workload = mask_.workload();
    return mask_.is_full(task.rows[0].row + workload.sequence - workload.rows);
  }

  /// Unless it was given away before.
  void give(Task& task) {
    if (task.rows.empty()) return;
    finish(task);
    const auto group = at(std::ranges::min_element(busy_) - busy_.begin());
    busy_[group] += beats(task);
    program_.groups[group].push_back(std::exchange(task, {}));
  }

  /// Slots of its runs, cut where they wrap past a key of their own; idle beats if it is short.
  void finish(Task& task) const {
    if (const std::int64_t sum = beats(task); sum < kMinTaskBeats) {
      Run idle;
      idle.count = kMinTaskBeats - static_cast<std::int32_t>(sum);
      task.runs.push_back(std::move(idle));
    }
    for (Run& run : task.runs) run.slot = run.rows.empty() ? 0 : (run.index / run.stride) % ring_;
    task.runs.front().first = true;
    task.runs.back().last = true;
  }

  /// The uses of every slot of every group, in the order of time.
  void place() {
    uses_.assign(groups_, std::vector<std::vector<std::int64_t>>(at(ring_)));
    next_.assign(groups_, std::vector<std::size_t>(at(ring_), 0));
    for (std::size_t g = 0; g < groups_; ++g)
      for (const Task& task : program_.groups[g])
        for (const Run& run : task.runs)
          for (std::int32_t i = 0; !run.rows.empty() && i < run.count; ++i)
            uses_[g][at((run.slot + i) % ring_)].push_back(number_of(task.kv_head, run.index + i * run.stride));
  }
  /// Of a key of a head.
  [[nodiscard]] std::int64_t number_of(std::int32_t kv_head, std::int32_t key) const {
    return kv_head * mask_.workload().sequence + key;
  }

  /// Loads in the order in which runs need them.
  void load() {
    struct Content {
      std::int32_t kv_head = -1;
      std::int32_t key = -1;
      std::int64_t done = 0;   ///< loads up to and with its own
      std::int64_t until = 0;  ///< end of its last use
    };
    std::vector<std::vector<Content>> contents(groups_, std::vector<Content>(at(ring_)));
    std::vector<std::int64_t> beat(groups_, 0);
    std::vector<std::vector<std::int64_t>> ends(groups_);  // of tasks
    for (const RunCommand& command : run_commands(program_)) {
      const auto g = at(command.group);
      Task& task = program_.groups[g][at(command.task)];
      Run& run = task.runs[at(command.run)];
      const std::int64_t begin = beat[g];
      beat[g] += run.count;
      if (run.first) {
        for (std::size_t r = 0; r < task.rows.size(); ++r)
          if (task.rows[r].head >= 0)
            program_.loads.push_back({LoadKind::kQuery,
                                      task.rows[r].head,
                                      task.rows[r].row,
                                      static_cast<std::int32_t>(r),
                                      command.task % 2,
                                      {command.group},
                                      command.task < 2 ? 0 : ends[g][at(command.task - 2)]});
        run.need = static_cast<std::int64_t>(program_.loads.size());
      }
      if (run.last) ends[g].push_back(beat[g]);
      for (std::int32_t i = 0; !run.rows.empty() && i < run.count; ++i) {
        const std::size_t slot = at((run.slot + i) % ring_);
        const std::int32_t key = run.index + i * run.stride;
        Content& content = contents[g][slot];
        if (content.kv_head != task.kv_head || content.key != key) {
          Load made{LoadKind::kKey, task.kv_head, key, static_cast<std::int32_t>(slot), 0, {}, 0};
          for (std::size_t other = 0; other < groups_; ++other) {
            Content& there = contents[other][slot];
            if (other != g && !wants(other, slot, task.kv_head, key, there.kv_head == task.kv_head && there.key == key,
                                     there.until, begin))
              continue;
            made.groups.push_back(static_cast<std::int32_t>(other));
            made.after = std::max(made.after, there.until);
            there.kv_head = task.kv_head;
            there.key = key;
            there.done = static_cast<std::int64_t>(program_.loads.size()) + 2;
          }
          program_.loads.push_back(made);
          made.kind = LoadKind::kValue;
          program_.loads.push_back(std::move(made));
        }
        run.need = std::max(run.need, content.done);
        content.until = beat[g];
        ++next_[g][slot];
      }
    }
  }

  /// Whether another group's next use of the slot is of this key, which it has not, and its slot is free by `begin`.
  [[nodiscard]] bool wants(std::size_t group, std::size_t slot, std::int32_t kv_head, std::int32_t key, bool has,
                           std::int64_t until, std::int64_t begin) const {
    const std::size_t next = next_[group][slot];
    if (has || next >= uses_[group][slot].size() || until > begin) return false;
    return uses_[group][slot][next] == number_of(kv_head, key);
  }

  const Mask& mask_;
  const arch::Swat& array_;
  std::int32_t ring_;
  std::size_t groups_;
  Program program_;
  std::vector<std::int64_t> busy_;                            ///< beats of each group
  std::vector<std::vector<std::vector<std::int64_t>>> uses_;  ///< by group and slot: keys
  std::vector<std::vector<std::size_t>> next_;                ///< the first use that is not loaded yet
};

}  // namespace

Result<Program> schedule(const Mask& mask, const arch::Swat& array) {
  const Workload& workload = mask.workload();
  const auto dim = static_cast<std::uint64_t>(workload.head_dim);
  const std::int64_t least = std::max<std::int64_t>({16, array.rows, array.stream_elements});
  if (!std::has_single_bit(dim) || workload.head_dim < least || workload.head_dim > array.head_dim)
    return fail(ErrorCode::kBadInput,
                fmt::format("'{}' has no heads of {} elements: expected a power of two of {} to {}", array.name,
                            workload.head_dim, least, array.head_dim));
  if (workload.sequence > std::numeric_limits<std::int32_t>::max() / 2)
    return fail(ErrorCode::kBadInput, fmt::format("a sequence of {} tokens is too long", workload.sequence));
  return Scheduler(mask, array).run();
}

}  // namespace heddle::attention
