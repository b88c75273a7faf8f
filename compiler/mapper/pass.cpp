#include "compiler/mapper/pass.h"

#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "compiler/base/check.h"

namespace heddle::mapper {
namespace {

/// A unit in the cycle in which the value comes out of it. Ascending cycles: a pass stands behind those before it.
struct Pass {
  int cycle = 0;
  arch::PeId pe;
  auto operator<=>(const Pass&) const = default;
};

class Speller {
 public:
  Speller(const Problem& problem, const Mapping& mapping)
      : problem_(problem), mapping_(mapping), passes_(problem.graph.nodes.size()) {}

  Spelled run() {
    for (const Route& route : mapping_.routes) cut(route);
    number();
    Spelled spelled;
    spelled.graph = problem_.graph;
    spelled.graph.nodes.clear();
    spelled.mapping = mapping_;
    spelled.mapping.nodes.clear();
    for (std::size_t n = 0; n < passes_.size(); ++n) add_node(spelled, n);
    for (dfg::OrderEdge& edge : spelled.graph.order) edge = {new_id(edge.from), new_id(edge.to), edge.distance};
    spelled.mapping.routes.clear();
    for (const dfg::ValueEdge& edge : dfg::value_edges(spelled.graph))
      spelled.mapping.routes.push_back({edge, hops_.at({edge.to, edge.port})});
    spelled.moves = static_cast<int>(spelled.graph.nodes.size() - passes_.size());
    return spelled;
  }

 private:
  struct Piece {
    std::optional<Pass> from;  ///< empty: the producer itself
    std::vector<Hop> hops;     ///< to what the pass reads
  };

  /// Splits the route at its passes; pieces that lead to a pass are noted once.
  void cut(const Route& route) {
    Piece piece;
    auto& passes = passes_[route.edge.from.index()];
    for (std::size_t h = 0; h < route.hops.size(); ++h) {
      const Hop& hop = route.hops[h];
      if (h > 0 && is_pass(route.hops[h - 1], hop)) {
        const Pass pass{hop.cycle, hop.place.pe};
        const auto [known, fresh] = passes.try_emplace(pass, piece);
        HEDDLE_CHECK(fresh || (known->second.from == piece.from && known->second.hops == piece.hops),
                     "two ways of a value into one unit");
        piece = {pass, {}};
      }
      piece.hops.push_back(hop);
    }
    ends_.push_back(std::move(piece));
  }

  /// Movs of a value stand behind its producer.
  void number() {
    int next = 0;
    for (const auto& passes : passes_) {
      first_.push_back(next);
      next += 1 + static_cast<int>(passes.size());
    }
  }

  [[nodiscard]] dfg::NodeId new_id(dfg::NodeId old) const { return dfg::NodeId(first_[old.index()]); }
  [[nodiscard]] dfg::NodeId new_id(dfg::NodeId producer, const std::optional<Pass>& pass) const {
    if (!pass) return new_id(producer);
    const auto& passes = passes_[producer.index()];
    const auto behind = std::distance(passes.begin(), passes.find(*pass));
    return dfg::NodeId(first_[producer.index()] + 1 + static_cast<int>(behind));
  }

  void add_node(Spelled& spelled, std::size_t n) {
    const dfg::NodeId old(static_cast<std::int64_t>(n));
    dfg::Node node = problem_.graph.node(old);
    for (std::size_t port = 0; port < dfg::kPorts; ++port) {
      dfg::Operand& operand = node.operands[port];
      if (!operand.is_node()) continue;
      // Ends stand in the order of value edges: by consumer and port.
      Piece& end = ends_[next_end_++];
      operand.node = new_id(operand.node, end.from);
      hops_[{new_id(old), static_cast<dfg::Port>(port)}] = std::move(end.hops);
    }
    spelled.graph.add(std::move(node));
    spelled.mapping.nodes.push_back(mapping_.nodes[n]);
    for (auto& [pass, piece] : passes_[n]) add_mov(spelled, old, pass, piece);
  }

  void add_mov(Spelled& spelled, dfg::NodeId producer, const Pass& pass, Piece& piece) {
    dfg::Node mov;
    mov.op = dfg::Opcode::kMov;
    mov.operands[0] = dfg::Operand::of(new_id(producer, piece.from));
    mov.name = problem_.graph.node(producer).name;
    mov.where = problem_.graph.node(producer).where;
    const dfg::NodeId id = spelled.graph.add(std::move(mov));
    const auto timing = problem_.cgra.timing(pass.pe, dfg::Opcode::kMov);
    HEDDLE_CHECK(timing.has_value(), "a value passes a PE that cannot move");
    spelled.mapping.nodes.push_back({pass.pe, pass.cycle - timing->latency});
    hops_[{id, dfg::Port::kA}] = std::move(piece.hops);
  }

  const Problem& problem_;
  const Mapping& mapping_;
  std::vector<std::map<Pass, Piece>> passes_;  ///< by producer
  std::vector<Piece> ends_;                    ///< by value edge: the last piece of its route
  std::size_t next_end_ = 0;
  std::vector<int> first_;  ///< by old node: its number now
  std::map<std::pair<dfg::NodeId, dfg::Port>, std::vector<Hop>> hops_;
};

}  // namespace

bool is_pass(const Hop& before, const Hop& hop) {
  if (hop.place.kind != Place::Kind::kResult) return false;
  return before.place != hop.place || before.cycle + 1 != hop.cycle;
}

Spelled spell_out(const Problem& problem, const Mapping& mapping) { return Speller(problem, mapping).run(); }

}  // namespace heddle::mapper
