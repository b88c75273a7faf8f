// Idea: an operand that costs a node a constant field (an immediate, or an initial value) can be computed by a `mov` of
// its own, which needs one field and has one distance. Per node the cheapest set of operands to move out is found by
// trying all (at most 8) sets.
//
// Costs: a mov takes an issue slot. Moving an initial value out of a dependence cycle also adds the mov's latency to
// that cycle, which hurts the more the smaller the distance; immediates never do. Equal moves share one mov.
//
// The movs come first in the graph: they read nothing, or values of earlier iterations, so this is a topological order.
#include "compiler/dfg/legalize.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "compiler/base/check.h"
#include "compiler/dfg/components.h"
#include "compiler/dfg/verify.h"

namespace heddle::dfg {
namespace {

constexpr int kMovCost = 4;
constexpr int kCycleCost = 64;

bool needs_field(const Operand& operand) {
  return operand.kind == Operand::Kind::kImmediate || operand.initial.has_value();
}

/// One distance for all operands with initial values: they share the init_stage field.
bool one_distance(const Node& node) {
  int distance = 0;
  for (const Operand& operand : node.operands) {
    if (!operand.is_node() || !operand.initial || operand.edge) continue;
    if (distance != 0 && distance != operand.distance) return false;
    distance = operand.distance;
  }
  return true;
}

/// `node` without the operands of `moved` (a bit per port), as far as constant fields are concerned.
Node without(Node node, unsigned moved) {
  for (std::size_t port = 0; port < kPorts; ++port)
    if ((moved >> port) & 1U) node.operands[port] = Operand::absent();
  return node;
}

class Legalizer {
 public:
  Legalizer(const Graph& graph, int constants, int memory_constants)
      : graph_(graph),
        constants_(constants),
        memory_constants_(memory_constants < 0 ? constants : memory_constants),
        component_(strongly_connected_components(graph)) {}

  Result<Graph> run() {
    std::vector<unsigned> moved;
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      HEDDLE_ASSIGN(const unsigned ports, choose(i));
      moved.push_back(ports);
      for (std::size_t port = 0; port < kPorts; ++port)
        if ((ports >> port) & 1U) mov_for(i, port);
    }
    return assemble(moved);
  }

 private:
  struct Move {
    Operand operand;
    std::size_t first_consumer;
  };

  [[nodiscard]] int fields_of(const Node& node) const { return is_memory(node.op) ? memory_constants_ : constants_; }

  [[nodiscard]] bool fits(const Node& node) const {
    return static_cast<int>(constant_fields(node).size()) <= fields_of(node) && one_distance(node);
  }

  [[nodiscard]] int cost(std::size_t consumer, const Operand& operand) const {
    const bool exists =
        std::any_of(moves_.begin(), moves_.end(), [&](const Move& move) { return move.operand == operand; });
    const int mov = exists ? 0 : kMovCost;
    if (!operand.is_node() || component_[operand.node.index()] != component_[consumer]) return mov;
    return mov + std::max(1, kCycleCost / operand.distance);
  }

  /// The cheapest set of ports to move, as bits; the first one on a tie.
  Result<unsigned> choose(std::size_t index) const {
    const Node& node = graph_.nodes[index];
    if (fits(node)) return 0U;
    int best_cost = 0;
    unsigned best = 0;
    for (unsigned moved = 1; moved < (1U << kPorts); ++moved) {
      int total = 0;
      bool movable = true;
      for (std::size_t port = 0; port < kPorts; ++port) {
        if (((moved >> port) & 1U) == 0) continue;
        movable = movable && needs_field(node.operands[port]);
        if (movable) total += cost(index, node.operands[port]);
      }
      if (!movable || !fits(without(node, moved)) || (best != 0 && total >= best_cost)) continue;
      best = moved;
      best_cost = total;
    }
    if (best != 0 && constants_ >= 1) return best;
    return fail(ErrorCode::kInfeasible,
                fmt::format("{} needs a constant field, and a processing element has {}",
                            describe(graph_, NodeId(static_cast<std::int64_t>(index))), fields_of(node)),
                node.where);
  }

  std::size_t mov_for(std::size_t consumer, std::size_t port) {
    const Operand& operand = graph_.nodes[consumer].operands[port];
    const auto found =
        std::find_if(moves_.begin(), moves_.end(), [&](const Move& move) { return move.operand == operand; });
    if (found == moves_.end()) {
      moves_.push_back({operand, consumer});
      return moves_.size() - 1;
    }
    return static_cast<std::size_t>(found - moves_.begin());
  }

  /// Old nodes stand behind the movs.
  [[nodiscard]] NodeId renumbered(NodeId id) const {
    return NodeId(id.value + static_cast<std::int64_t>(moves_.size()));
  }

  [[nodiscard]] Operand renumbered(Operand operand) const {
    if (operand.is_node()) operand.node = renumbered(operand.node);
    return operand;
  }

  [[nodiscard]] Node mov(const Move& move) const {
    Node node;
    node.op = Opcode::kMov;
    node.operands[0] = renumbered(move.operand);
    node.where = graph_.nodes[move.first_consumer].where;
    if (move.operand.is_node())
      node.name = fmt::format("{}@{}", graph_.node(move.operand.node).name, move.operand.distance);
    return node;
  }

  [[nodiscard]] Graph assemble(const std::vector<unsigned>& moved) {
    Graph result = graph_;
    result.nodes.clear();
    for (const Move& move : moves_) result.add(mov(move));
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      Node node = graph_.nodes[i];
      for (std::size_t port = 0; port < kPorts; ++port)
        node.operands[port] = ((moved[i] >> port) & 1U) != 0
                                  ? Operand::of(NodeId(static_cast<std::int64_t>(mov_for(i, port))))
                                  : renumbered(node.operands[port]);
      HEDDLE_CHECK(fits(node),
                   "legalised, but does not fit: " + describe(graph_, NodeId(static_cast<std::int64_t>(i))));
      result.add(std::move(node));
    }
    for (OrderEdge& edge : result.order) edge = {renumbered(edge.from), renumbered(edge.to), edge.distance};
    return result;
  }

  const Graph& graph_;
  int constants_;
  int memory_constants_;
  std::vector<int> component_;
  std::vector<Move> moves_;
};

}  // namespace

Result<Graph> legalize(const Graph& graph, int constants, int memory_constants) {
  return Legalizer(graph, constants, memory_constants).run();
}

}  // namespace heddle::dfg
