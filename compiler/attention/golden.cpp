#include "compiler/attention/golden.h"

#include <algorithm>

namespace heddle::attention {
namespace {

void run_row(const Task& task, std::size_t core, const Ports& ports, const LogitScale& scale,
             const LogitScale& output_scale, const Inputs& inputs, Operand& outputs) {
  const RowOf& row = task.rows[core];
  const auto query = inputs.queries.row(row.head, row.row);
  RowState state = empty_row(inputs.values.width);
  for (const Run& run : task.runs) {
    if (run.rows.empty()) continue;
    for (std::int32_t i = run.rows[core].first; i < run.rows[core].last; ++i) {
      const std::int32_t key = run.index + i * run.stride;
      see(ports, state, logit(ports, score(ports, query, inputs.keys.row(task.kv_head, key)), scale),
          inputs.values.row(task.kv_head, key));
    }
  }
  const std::vector<numerics::Code> codes = finish(ports, state, output_scale);
  std::copy(codes.begin(), codes.end(), outputs.row(row.head, row.row).begin());
}

}  // namespace

Operand run_golden(const Program& program, const Ports& ports, const LogitScale& scale, const LogitScale& output_scale,
                   const Inputs& inputs) {
  Operand outputs = make_operand(inputs.queries.heads, inputs.queries.rows, inputs.values.width);
  for (const std::vector<Task>& tasks : program.groups)
    for (const Task& task : tasks)
      for (std::size_t core = 0; core < task.rows.size(); ++core)
        if (task.rows[core].head >= 0) run_row(task, core, ports, scale, output_scale, inputs, outputs);
  return outputs;
}

}  // namespace heddle::attention
