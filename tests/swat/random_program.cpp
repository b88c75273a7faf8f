#include "tests/swat/random_program.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

namespace heddle::attention {
namespace {

std::int32_t below(Random& random, std::int32_t end) {
  return static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(end)));
}

class Maker {
 public:
  Maker(const RandomShape& shape, Random& random) : shape_(shape), random_(random) {}

  Program run() {
    Program program;
    program.head_dim = shape_.head_dim;
    program.groups.resize(static_cast<std::size_t>(shape_.groups));
    beats_.assign(program.groups.size(), 0);
    slot_.assign(program.groups.size(), 0);
    std::int32_t row = 0;
    for (std::int32_t t = 0; t < shape_.tasks; ++t)
      for (std::int32_t g = 0; g < shape_.groups; ++g) program.groups[at(g)].push_back(task(g, t, row));
    order_loads(program);
    return program;
  }

 private:
  static std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

  /// A load of the group's next run.
  void load(LoadKind kind, std::int32_t group, std::int32_t index, std::int32_t slot, std::int32_t bank,
            std::int64_t after) {
    loads_.push_back({{kind, 0, index, slot, bank, {group}, after}, beats_[at(group)]});
  }

  /// By the beat of their runs, as the runs come; otherwise a run could wait for a load that waits for one behind it.
  void order_loads(Program& program) {
    std::stable_sort(loads_.begin(), loads_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    std::map<std::pair<std::int32_t, std::int64_t>, std::int64_t> needs;
    for (const auto& [load, beat] : loads_) {
      program.loads.push_back(load);
      needs[{load.groups[0], beat}] = static_cast<std::int64_t>(program.loads.size());
    }
    for (std::size_t g = 0; g < program.groups.size(); ++g) {
      std::int64_t beat = 0;
      for (Task& task : program.groups[g])
        for (Run& run : task.runs) {
          run.need = needs.at({static_cast<std::int32_t>(g), beat});
          beat += run.count;
        }
    }
  }

  Task task(std::int32_t group, std::int32_t number, std::int32_t& row) {
    Task task;
    for (std::int32_t r = 0; r < shape_.rows; ++r) {
      const bool used = below(random_, 8) != 0;
      task.rows.push_back(used ? RowOf{0, row} : RowOf{});
      // A bank is free when the task before the last is over; the last one may still be under way.
      if (used)
        load(LoadKind::kQuery, group, row, r, number % 2,
             number < 2 ? 0 : ends_[at(group * shape_.tasks + number - 2)]);
      row += used ? 1 : 0;
    }
    const std::int32_t runs = 1 + below(random_, 3);
    std::int32_t beats = 0;
    for (std::int32_t i = 0; i < runs; ++i) {
      const std::int32_t least = i + 1 == runs ? std::max(1, kMinTaskBeats - beats) : 1;
      task.runs.push_back(run(group, least));
      beats += task.runs.back().count;
    }
    task.runs.front().first = true;
    task.runs.back().last = true;
    ends_.resize(std::max(ends_.size(), at(group * shape_.tasks + number) + 1));
    ends_[at(group * shape_.tasks + number)] = beats_[at(group)];
    return task;
  }

  Run run(std::int32_t group, std::int32_t least) {
    Run run;
    run.count = std::max(least, 1 + below(random_, std::min(shape_.most_keys, shape_.slots)));
    run.slot = slot_[at(group)];
    run.index = below(random_, 40);
    run.stride = 1 + below(random_, 2);
    used_.resize(at(shape_.groups * shape_.slots), 0);
    for (std::int32_t i = 0; i < run.count; ++i) {
      const std::int32_t slot = (run.slot + i) % shape_.slots;
      std::int64_t& end = used_[at(group * shape_.slots + slot)];
      load(LoadKind::kKey, group, run.index + i * run.stride, slot, 0, end);
      load(LoadKind::kValue, group, run.index + i * run.stride, slot, 0, end);
      end = beats_[at(group)] + i + 1;
    }
    slot_[at(group)] = (run.slot + run.count) % shape_.slots;
    for (std::int32_t r = 0; r < shape_.rows; ++r) {
      const std::int32_t first = below(random_, run.count + 1);
      run.rows.push_back({first, first + below(random_, run.count - first + 1)});
    }
    beats_[at(group)] += run.count;
    return run;
  }

  RandomShape shape_;
  Random& random_;
  std::vector<std::pair<Load, std::int64_t>> loads_;  ///< with the first beat of the run that needs it
  std::vector<std::int64_t> beats_, ends_, used_;
  std::vector<std::int32_t> slot_;
};

double gaussian(Random& random) {
  return std::sqrt(-2 * std::log(1 - random.unit())) * std::cos(2 * std::numbers::pi * random.unit());
}

Operand random_operand(std::int32_t rows, std::int32_t width, const numerics::ScalarFormat& format, double deviation,
                       Random& random) {
  Operand operand = make_operand(1, rows, width);
  for (numerics::Code& code : operand.codes)
    code = numerics::encode(format, numerics::from_double(deviation * gaussian(random)));
  return operand;
}

}  // namespace

RandomProgram random_program(const RandomShape& shape, const numerics::ScalarFormat& format, double deviation,
                             Random& random) {
  RandomProgram made;
  made.program = Maker(shape, random).run();
  const std::int32_t rows = shape.groups * shape.tasks * shape.rows;
  const std::int32_t keys = 40 + 2 * std::max(shape.most_keys, kMinTaskBeats);
  made.inputs.queries = random_operand(rows, shape.head_dim, format, deviation, random);
  made.inputs.keys = random_operand(keys, shape.head_dim, format, deviation, random);
  made.inputs.values = random_operand(keys, shape.head_dim, format, deviation, random);
  return made;
}

}  // namespace heddle::attention
