#include "compiler/mapper/exact/instance.h"

#include <algorithm>

#include "compiler/mapper/exact/lifetimes.h"
#include "compiler/mapper/exact/symmetry.h"

namespace heddle::mapper::exact {
namespace {

std::vector<arch::PeId> all_pes(const arch::Cgra& cgra) {
  std::vector<arch::PeId> pes;
  for (std::size_t p = 0; p < cgra.pes.size(); ++p) pes.emplace_back(static_cast<std::int64_t>(p));
  return pes;
}

}  // namespace

Instance::Instance(const Problem& problem, const std::vector<Capability>& capability, const std::vector<int>& banks)
    : cgra_(problem.cgra),
      fabric_(problem, all_pes(problem.cgra)),
      task_(problem, fabric_, capability, search::node_banks(problem, banks)),
      representatives_(orbit_representatives(problem.cgra)) {
  if (banks_are_free(problem)) banks_.emplace(problem);
  for (int n = 1; n < task_.nodes; ++n)
    if (degree(n) > degree(pinned_)) pinned_ = n;
}

int Instance::degree(int node) const {
  return static_cast<int>((task_.in_edges.end(node) - task_.in_edges.begin(node)) +
                          (task_.out_edges.end(node) - task_.out_edges.begin(node)));
}

int Instance::longest_horizon(int ii) const {
  const int slowest = std::max(*std::max_element(task_.latency.begin(), task_.latency.end()),
                               *std::max_element(fabric_.pass_latency.begin(), fabric_.pass_latency.end()));
  const int in_stages = (cgra_.max_stages + 1) * ii + slowest;
  return lives_in_results_only(fabric_) ? std::min(in_stages, longest_needed(task_, ii)) : in_stages;
}

Question Instance::question(const search::Schedule& schedule, int ii, int horizon) const {
  return {cgra_,   fabric_,          task_,   schedule,         ii,
          horizon, cgra_.max_stages, pinned_, representatives_, banks_ ? &*banks_ : nullptr};
}

}  // namespace heddle::mapper::exact
