#include "compiler/attention/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "compiler/attention/streams.h"
#include "compiler/attention/tasks.h"

namespace heddle::attention {
namespace {

constexpr std::int32_t kRunBeats = 64;  ///< a run waits for all of its keys

/// A use of a slot by a run: the run, and which of its keys.
struct Use {
  std::int64_t begin = 0;  ///< beats of the run
  std::int64_t end = 0;
  std::int32_t kv_head = 0;
  std::int32_t key = -1;
};

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

  /// Each task to the group that has least to do.
  void deal() {
    std::vector<std::int64_t> busy(groups_, 0);
    const std::int32_t longest = std::max(1, std::min(kRunBeats, ring_ / 4));
    for (std::int32_t kv = 0; kv < mask_.workload().kv_heads; ++kv)
      for (Task& task : make_tasks(mask_, kv, array_.rows, longest)) {
        finish(task);
        const auto group = std::ranges::min_element(busy) - busy.begin();
        busy[at(group)] += beats(task);
        program_.groups[at(group)].push_back(std::move(task));
      }
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
    uses_.assign(groups_, std::vector<std::vector<Use>>(at(ring_)));
    next_.assign(groups_, std::vector<std::size_t>(at(ring_), 0));
    for (std::size_t g = 0; g < groups_; ++g) {
      std::int64_t beat = 0;
      for (const Task& task : program_.groups[g])
        for (const Run& run : task.runs) {
          for (std::int32_t i = 0; !run.rows.empty() && i < run.count; ++i)
            uses_[g][at((run.slot + i) % ring_)].push_back(
                {beat, beat + run.count, task.kv_head, run.index + i * run.stride});
          beat += run.count;
        }
    }
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
    const Use& use = uses_[group][slot][next];
    return use.kv_head == kv_head && use.key == key;
  }

  const Mask& mask_;
  const arch::Swat& array_;
  std::int32_t ring_;
  std::size_t groups_;
  Program program_;
  std::vector<std::vector<std::vector<Use>>> uses_;  ///< by group and slot
  std::vector<std::vector<std::size_t>> next_;       ///< the first use that is not loaded yet
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
