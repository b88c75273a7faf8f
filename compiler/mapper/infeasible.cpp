#include "compiler/mapper/infeasible.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/mapper/capability.h"
#include "compiler/mapper/exact/solver.h"
#include "compiler/mapper/thread_time.h"

namespace heddle::mapper {
namespace {

using exact::Group;
using exact::Verdict;

std::string limit_text(Group::Kind kind) {
  switch (kind) {
    case Group::Kind::kIssue: return "one operation in each PE and slot";
    case Group::Kind::kResults: return "one value in each RES and slot";
    case Group::Kind::kLinks: return "one value on each link and slot";
    case Group::Kind::kRegisters: return "the number of registers of each PE";
    case Group::Kind::kReadPorts: return "the read ports of register files";
    case Group::Kind::kWritePorts: return "the write ports of register files";
    case Group::Kind::kLiveOuts: return "the live-out registers of each PE";
    case Group::Kind::kBanks: return "the ports of memory banks";
    case Group::Kind::kValue:
    case Group::Kind::kOrder: break;
  }
  return "";
}

std::string need_text(const Problem& problem, const Group& group) {
  if (group.kind == Group::Kind::kOrder) {
    const auto& edge = problem.graph.order[static_cast<std::size_t>(group.index)];
    return fmt::format("{} issues after {} (distance {})", describe(problem.graph, edge.to),
                       describe(problem.graph, edge.from), edge.distance);
  }
  const auto edge = dfg::value_edges(problem.graph)[static_cast<std::size_t>(group.index)];
  return fmt::format("{} reads {} (distance {})", describe(problem.graph, edge.to), describe(problem.graph, edge.from),
                     edge.distance);
}

std::vector<exact::Literal> literals_of(const std::vector<Group>& groups) {
  std::vector<exact::Literal> all;
  all.reserve(groups.size());
  for (const Group& group : groups) all.push_back(group.literal);
  return all;
}

/// Leaves out one group after the other; false if time was over before all were tried.
bool shrink(exact::Sat& sat, std::vector<Group>& core, const std::function<bool()>& stop) {
  const auto keep_failed = [&] { std::erase_if(core, [&](const Group& g) { return !sat.failed(g.literal); }); };
  keep_failed();
  std::vector<Group> needed;
  while (!core.empty()) {
    const Group tried = core.back();
    core.pop_back();
    std::vector<Group> rest = core;
    rest.insert(rest.end(), needed.begin(), needed.end());
    const Verdict verdict = sat.solve_assuming(literals_of(rest), stop);
    if (verdict == Verdict::kUnsatisfiable) {
      keep_failed();
      continue;
    }
    needed.push_back(tried);
    if (verdict == Verdict::kSatisfiable) continue;
    core.insert(core.end(), needed.begin(), needed.end());
    return false;
  }
  core = std::move(needed);
  return true;
}

}  // namespace

Result<Core> infeasible_core(const Problem& problem, int ii, const Options& options, const Context& context) {
  HEDDLE_ASSIGN(const Bounds lower, bounds(problem));
  Core core;
  core.ii = ii;
  if (ii < lower.mii()) {
    core.witness = tightest(lower).witness;
    return core;
  }
  HEDDLE_ASSIGN(const auto capability, capabilities(problem));
  const exact::Instance instance(problem, capability, lower.banks);
  const search::Schedule schedule(instance.task(), ii);
  const auto question = instance.question(schedule, ii, instance.longest_horizon(ii));
  if (exact::estimated_bytes(question) > exact::kMostBytes)
    return fail(ErrorCode::kUnsupported, fmt::format("the formula of II {} would take too much memory", ii));
  const double start = thread_seconds();
  const auto stop = [&] { return context.cancelled() || thread_seconds() - start > options.seconds; };
  exact::Model model(question, "", true);
  std::vector<Group> groups = model.groups();
  const Verdict verdict = model.sat().solve_assuming(literals_of(groups), stop);
  if (context.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
  if (verdict == Verdict::kUnknown)
    return fail(ErrorCode::kUnsupported, fmt::format("II {} was not refuted in time", ii), {}, "give more with --time");
  if (verdict == Verdict::kSatisfiable)
    return fail(ErrorCode::kInfeasible, fmt::format("II {} is not impossible by what the formula counts", ii));
  core.minimal = shrink(model.sat(), groups, stop);
  std::sort(groups.begin(), groups.end(),
            [](const Group& a, const Group& b) { return std::pair(a.kind, a.index) < std::pair(b.kind, b.index); });
  for (const Group& group : groups) {
    const std::string limit = limit_text(group.kind);
    (limit.empty() ? core.needs : core.limits).push_back(limit.empty() ? need_text(problem, group) : limit);
  }
  return core;
}

std::string Core::text() const {
  if (!witness.empty()) return fmt::format("II {} is impossible: {}", ii, witness);
  return fmt::format("II {} is impossible, whatever the schedule, because of {}{}{}; {}", ii, fmt::join(limits, ", "),
                     limits.empty() || needs.empty() ? "" : ", together with: ", fmt::join(needs, "; "),
                     minimal ? "without any one of these it could be" : "time was over before all of these were tried");
}

Json Core::to_json() const {
  return {{"ii", ii}, {"minimal", minimal}, {"witness", witness}, {"limits", limits}, {"needs", needs}};
}

}  // namespace heddle::mapper
