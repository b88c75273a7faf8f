// Tarjan 1972, with an explicit stack: graphs from files may be deep.
#include "compiler/dfg/components.h"

#include <algorithm>

namespace heddle::dfg {
namespace {

class Tarjan {
 public:
  explicit Tarjan(const Graph& graph)
      : successors_(graph.nodes.size()),
        order_(graph.nodes.size(), kUnseen),
        low_(graph.nodes.size()),
        component_(graph.nodes.size(), kUnseen) {
    for (const ValueEdge& edge : value_edges(graph)) successors_[edge.from.index()].push_back(edge.to.index());
    for (const OrderEdge& edge : graph.order) successors_[edge.from.index()].push_back(edge.to.index());
  }

  std::vector<int> run() {
    for (std::size_t node = 0; node < successors_.size(); ++node)
      if (order_[node] == kUnseen) visit(node);
    return std::move(component_);
  }

 private:
  struct Frame {
    std::size_t node;
    std::size_t next = 0;
  };
  static constexpr int kUnseen = -1;

  void enter(std::size_t node) {
    order_[node] = low_[node] = seen_++;
    open_.push_back(node);
    frames_.push_back({node});
  }

  void visit(std::size_t root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const std::size_t node = frame.node;
      if (frame.next < successors_[node].size()) {
        const std::size_t successor = successors_[node][frame.next++];
        if (order_[successor] == kUnseen) {
          enter(successor);
        } else if (component_[successor] == kUnseen) {
          low_[node] = std::min(low_[node], order_[successor]);
        }
      } else {
        leave(node);
      }
    }
  }

  void leave(std::size_t node) {
    frames_.pop_back();
    if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
    if (low_[node] != order_[node]) return;
    for (std::size_t member = open_.size(); component_[node] == kUnseen;) {
      component_[open_[--member]] = components_;
      open_.pop_back();
    }
    ++components_;
  }

  std::vector<std::vector<std::size_t>> successors_;
  std::vector<int> order_, low_, component_;
  std::vector<std::size_t> open_;
  std::vector<Frame> frames_;
  int seen_ = 0;
  int components_ = 0;
};

}  // namespace

std::vector<int> strongly_connected_components(const Graph& graph) { return Tarjan(graph).run(); }

}  // namespace heddle::dfg
