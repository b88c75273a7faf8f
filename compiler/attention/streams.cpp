#include "compiler/attention/streams.h"

#include <algorithm>
#include <utility>

namespace heddle::attention {

std::vector<RunCommand> run_commands(const Program& program) {
  std::vector<std::pair<std::int64_t, RunCommand>> timed;
  for (std::size_t group = 0; group < program.groups.size(); ++group) {
    std::int64_t beat = 0;
    const std::vector<Task>& tasks = program.groups[group];
    for (std::size_t task = 0; task < tasks.size(); ++task)
      for (std::size_t run = 0; run < tasks[task].runs.size(); ++run) {
        timed.push_back(
            {beat,
             {static_cast<std::int32_t>(group), static_cast<std::int32_t>(task), static_cast<std::int32_t>(run)}});
        beat += tasks[task].runs[run].count;
      }
  }
  std::stable_sort(timed.begin(), timed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<RunCommand> commands;
  commands.reserve(timed.size());
  for (const auto& [beat, command] : timed) commands.push_back(command);
  return commands;
}

Operand make_operand(std::int32_t heads, std::int32_t rows, std::int32_t width) {
  Operand operand{heads, rows, width, {}};
  operand.codes.assign(operand.offset(heads, 0), 0);
  return operand;
}

std::span<const numerics::Code> vector_of(const Inputs& inputs, const Load& load) {
  const Operand& operand = load.kind == LoadKind::kQuery ? inputs.queries
                           : load.kind == LoadKind::kKey ? inputs.keys
                                                         : inputs.values;
  return operand.row(load.head, load.index);
}

}  // namespace heddle::attention
