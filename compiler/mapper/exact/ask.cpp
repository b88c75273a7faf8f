#include "compiler/mapper/exact/ask.h"

#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/mapper/exact/decode.h"

namespace heddle::mapper::exact {
namespace {

/// Passing a unit costs an operation: what soon is found without is better.
constexpr std::int64_t kConflictsWithoutPasses = 2000;

}  // namespace

Reply ask(Model& model, const Question& question, const Problem& problem, const std::vector<int>& banks,
          const Limits& limits) {
  for (;;) {
    Verdict verdict = model.solve_without_passes(limits.stop, kConflictsWithoutPasses);
    if (verdict != Verdict::kSatisfiable) verdict = model.solve(limits.stop, limits.conflicts);
    if (verdict != Verdict::kSatisfiable) return {verdict, {}};
    auto decoded = decode(model, question, problem, banks);
    if (auto* mapping = std::get_if<Mapping>(&decoded)) return {verdict, std::move(*mapping)};
    const int pe = std::get<FullFile>(decoded).pe;
    HEDDLE_CHECK(!model.has_named_registers(pe), "exact: registers that the formula chose do not work out");
    model.name_registers(pe);
  }
}

double estimated_bytes(const Question& question) {
  const search::Task& task = question.task;
  const int slack = question.horizon - question.schedule.length;
  const int cycles = (question.max_stages + 1) * question.ii - 1;
  const auto last_issue = [&](int n) {
    return std::min(question.schedule.latest[static_cast<std::size_t>(n)] + slack, cycles);
  };
  double files = 0, counters = 0;  // a counter up to k has k variables for each that is counted (Sat::at_most)
  for (const arch::PeId pe : question.fabric.pe_ids) {
    const auto& kind = question.cgra.pe_class(pe);
    if (kind.registers == 0) continue;
    files += 1;
    counters += kind.registers + kind.rf_read_ports + 2.0 * kind.rf_write_ports;
  }
  const double links = question.fabric.links * (question.fabric.hop_limit > 1 ? 1.0 + question.fabric.hop_limit : 1.0);
  double passed = 0;  // PEs that a value may pass, and be in RES of
  for (const int latency : question.fabric.pass_latency) passed += latency > 0 ? 1 : 0;
  double variables = 0;
  for (int u = 0; u < task.nodes; ++u) {
    const int first = question.schedule.earliest[static_cast<std::size_t>(u)];
    const auto able = static_cast<double>(task.able.end(u) - task.able.begin(u));
    variables += able * std::max(0, last_issue(u) - first + 1);
    int last = last_issue(u) + 1;
    const bool used = task.out_edges.begin(u) != task.out_edges.end(u);
    for (const int* e = task.out_edges.begin(u); e != task.out_edges.end(u); ++e) {
      const search::Edge& edge = task.edges[static_cast<std::size_t>(*e)];
      last = std::max(last, last_issue(edge.to) + edge.distance * question.ii);
    }
    const double cycles_there = std::max(0, last - first);
    variables += cycles_there * (2 * able + (used ? 4 * files + counters + 2 * links + 3 * passed : 0));
  }
  return variables * kBytesAVariable;
}

}  // namespace heddle::mapper::exact
