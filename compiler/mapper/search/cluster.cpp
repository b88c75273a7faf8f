// Moves of several operations at once. An operation between two placed neighbours without slack can go nowhere alone;
// taken up together with them it can (large-neighbourhood search: Shaw 1998).
#include <algorithm>

#include "compiler/mapper/search/search.h"

namespace heddle::mapper::search {

/// Grows from the node along value edges, at random.
void Search::gather_cluster(int node) {
  cluster_.assign(1, node);
  const auto size = 2 + random_.below(static_cast<std::uint64_t>(std::max(1, tuning_.cluster_size - 1)));
  for (int tries = 0; tries < 4 * tuning_.cluster_size && cluster_.size() < size; ++tries) {
    const int from = cluster_[random_.below(cluster_.size())];
    const auto ins = static_cast<std::uint64_t>(task_.in_edges.end(from) - task_.in_edges.begin(from));
    const auto outs = static_cast<std::uint64_t>(task_.out_edges.end(from) - task_.out_edges.begin(from));
    if (ins + outs == 0) return;
    const auto pick = random_.below(ins + outs);
    const int next = pick < ins ? task_.edges[static_cast<std::size_t>(task_.in_edges.begin(from)[pick])].from
                                : task_.edges[static_cast<std::size_t>(task_.out_edges.begin(from)[pick - ins])].to;
    if (std::find(cluster_.begin(), cluster_.end(), next) == cluster_.end()) cluster_.push_back(next);
  }
}

/// All of the cluster leave their places; then the one with the narrowest window comes back first.
bool Search::move_cluster(int node) {
  gather_cluster(node);
  for (const int each : cluster_) state_.unplace(each);
  made_ += static_cast<int>(cluster_.size()) - 1;
  while (!cluster_.empty()) {
    std::size_t first = 0;
    Window narrowest{0, kFar};
    for (std::size_t i = 0; i < cluster_.size(); ++i) {
      const Window window = construction_window(cluster_[i]);
      if (window.high - window.low >= narrowest.high - narrowest.low) continue;
      narrowest = window;
      first = i;
    }
    const int next = cluster_[first];
    cluster_.erase(cluster_.begin() + static_cast<std::ptrdiff_t>(first));
    stuck_ = !settle(next, clip({narrowest.low - tuning_.slack, narrowest.high + tuning_.slack}, next));
    if (stuck_) return false;
  }
  return true;
}

}  // namespace heddle::mapper::search
