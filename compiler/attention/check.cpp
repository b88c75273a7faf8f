#include "compiler/attention/check.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "compiler/attention/streams.h"

namespace heddle::attention {
namespace {

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(ErrorCode::kMismatch, "the program of the attention array is wrong: " + what);
}

std::string where(std::size_t group, std::size_t task, std::size_t run) {
  return fmt::format("group {}, task {}, run {}", group, task, run);
}

/// Tasks and runs by themselves.
Status check_shapes(const Program& program, const arch::Swat& array) {
  if (program.groups.size() != static_cast<std::size_t>(array.groups)) return wrong("it has other groups");
  for (std::size_t g = 0; g < program.groups.size(); ++g)
    for (std::size_t t = 0; t < program.groups[g].size(); ++t) {
      const Task& task = program.groups[g][t];
      if (task.rows.size() != static_cast<std::size_t>(array.rows) || task.runs.empty() || beats(task) < kMinTaskBeats)
        return wrong(where(g, t, 0) + ": too few beats, or other rows than the array's");
      for (std::size_t r = 0; r < task.runs.size(); ++r) {
        const Run& run = task.runs[r];
        const bool rows_fit = run.rows.empty() || run.rows.size() == task.rows.size();
        if (!rows_fit || run.count < 1 || run.count > 65535 || run.slot < 0 || run.slot >= array.slots ||
            run.count > array.slots || run.first != (r == 0) || run.last != (r + 1 == task.runs.size()))
          return wrong(where(g, t, r) + ": malformed");
        for (const Interval& seen : run.rows)
          if (seen.first < 0 || seen.last < seen.first || seen.last > run.count)
            return wrong(where(g, t, r) + ": malformed");
      }
    }
  return {};
}

/// Each pair once.
Status check_pairs(const Program& program, const Mask& mask) {
  const Workload& workload = mask.workload();
  const std::int64_t offset = workload.sequence - workload.rows;
  const std::int64_t shared = workload.heads / workload.kv_heads;
  std::set<std::pair<std::int32_t, std::int32_t>> rows;
  for (std::size_t g = 0; g < program.groups.size(); ++g)
    for (std::size_t t = 0; t < program.groups[g].size(); ++t) {
      const Task& task = program.groups[g][t];
      for (std::size_t core = 0; core < task.rows.size(); ++core) {
        const RowOf& row = task.rows[core];
        std::vector<std::int64_t> keys;
        for (const Run& run : task.runs)
          for (std::int32_t i = run.rows.empty() ? 0 : run.rows[core].first;
               !run.rows.empty() && i < run.rows[core].last; ++i)
            keys.push_back(run.index + static_cast<std::int64_t>(i) * run.stride);
        if (row.head < 0) {
          if (!keys.empty()) return wrong(where(g, t, 0) + fmt::format(": core {} has keys and no row", core));
          continue;
        }
        if (row.head / shared != task.kv_head || !rows.insert({row.head, row.row}).second)
          return wrong(where(g, t, 0) + fmt::format(": row {} of head {} is not its", row.row, row.head));
        std::ranges::sort(keys);
        std::vector<std::int64_t> expected;
        for (std::int64_t key = 0; key < workload.sequence; ++key)
          if (mask.sees(row.head, offset + row.row, key)) expected.push_back(key);
        if (keys != expected)
          return wrong(where(g, t, 0) + fmt::format(": row {} of head {} sees {} keys, of which the mask has {}",
                                                    row.row, row.head, keys.size(), expected.size()));
      }
    }
  if (rows.size() != static_cast<std::size_t>(workload.heads * workload.rows)) return wrong("rows are missing");
  return {};
}

/// What a place of a group holds, over time.
struct Held {
  std::int32_t head = -1;
  std::int32_t index = -1;
  std::int64_t load = 0;   ///< number, from 1
  std::int64_t until = 0;  ///< end of its last use
};
struct Place {
  LoadKind kind = LoadKind::kKey;
  std::int32_t group = 0;
  std::int32_t slot = 0;
  std::int32_t bank = 0;
  auto operator<=>(const Place&) const = default;
};

/// Loads and runs in the order of the program's time: a load may be done as soon as every beat before its `after` is.
class Replay {
 public:
  Replay(const Program& program, std::int32_t slots)
      : program_(program), slots_(slots), beats_(program.groups.size(), 0), needed_(program.groups.size(), 0) {}

  Status run() {
    for (const RunCommand& command : run_commands(program_)) HEDDLE_TRY(step(command));
    return {};
  }

 private:
  Status step(const RunCommand& command) {
    const auto g = static_cast<std::size_t>(command.group);
    const Task& task = program_.groups[g][static_cast<std::size_t>(command.task)];
    const Run& run = task.runs[static_cast<std::size_t>(command.run)];
    const std::string place = where(g, static_cast<std::size_t>(command.task), static_cast<std::size_t>(command.run));
    const std::int64_t begin = beats_[g];
    const std::int64_t end = begin + run.count;
    if (run.need > static_cast<std::int64_t>(program_.loads.size()))
      return wrong(place + ": needs loads that are not there");
    for (; loaded_ < run.need; ++loaded_) HEDDLE_TRY(load(program_.loads[static_cast<std::size_t>(loaded_)], begin));
    const std::int64_t need = needed_[g] = std::max(needed_[g], run.need);
    for (std::size_t core = 0; core < task.rows.size(); ++core)
      if (task.rows[core].head >= 0)
        HEDDLE_TRY(use({LoadKind::kQuery, command.group, static_cast<std::int32_t>(core), command.task % 2},
                       task.rows[core].head, task.rows[core].row, need, end, place));
    for (std::int32_t i = 0; !run.rows.empty() && i < run.count; ++i)
      for (const LoadKind kind : {LoadKind::kKey, LoadKind::kValue})
        HEDDLE_TRY(use({kind, command.group, slot_of(run, i), 0}, task.kv_head, run.index + i * run.stride, run.need,
                       end, place));
    beats_[g] = end;
    return {};
  }

  [[nodiscard]] std::int32_t slot_of(const Run& run, std::int32_t i) const { return (run.slot + i) % slots_; }

  /// `begin`: the first beat of the run that is the first to need it.
  Status load(const Load& load, std::int64_t begin) {
    const std::string name = fmt::format("load {}", loaded_);
    if (load.after > begin) return wrong(name + " waits for beats that need it");
    if (load.groups.empty()) return wrong(name + " has no group");
    for (const std::int32_t group : load.groups) {
      Held& held = held_[{load.kind, group, load.slot, load.bank}];
      if (held.until > load.after) return wrong(fmt::format("{} overwrites what group {} still uses", name, group));
      held = {load.head, load.index, loaded_ + 1, held.until};
    }
    return {};
  }

  Status use(const Place& place, std::int32_t head, std::int32_t index, std::int64_t need, std::int64_t end,
             const std::string& text) {
    const auto found = held_.find(place);
    if (found == held_.end() || found->second.head != head || found->second.index != index || found->second.load > need)
      return wrong(fmt::format("{}: slot {} does not hold row {} of head {}", text, place.slot, index, head));
    found->second.until = end;
    return {};
  }

  const Program& program_;
  std::int32_t slots_;
  std::vector<std::int64_t> beats_;
  std::vector<std::int64_t> needed_;  ///< loads that a group has waited for
  std::int64_t loaded_ = 0;
  std::map<Place, Held> held_;
};

}  // namespace

Status check(const Program& program, const Mask& mask, const arch::Swat& array) {
  HEDDLE_TRY(check_shapes(program, array));
  HEDDLE_TRY(check_pairs(program, mask));
  return Replay(program, array.slots).run();
}

}  // namespace heddle::attention
