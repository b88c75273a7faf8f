// A candidate is a new graph, made by dropping one or two operations and putting selects in front of the one that is
// left. Selects read what the dropped operations read, in the same iteration, so distances and initial values stay.
// Where the new order of operations contradicts an order edge, the candidate does not verify and is dropped.
#include "compiler/dfg/share_branches.h"

#include <algorithm>
#include <optional>

#include "compiler/dfg/verify.h"

namespace heddle::dfg {
namespace {

/// One operation in place of two.
struct Merge {
  std::size_t keep = 0;           ///< stands where this one stood
  std::vector<std::size_t> drop;  ///< gone
  Node node;                      ///< the new operation; the ports in `choices` are filled in later
  Operand condition;              ///< of the choices
  struct Choice {
    std::size_t port = 0;
    Operand yes, no;
  };
  std::vector<Choice> choices;
};

/// The graph with `merge` done; ids of the nodes behind move.
Graph merged(const Graph& graph, const Merge& merge) {
  Graph result = graph;
  result.nodes.clear();
  std::vector<NodeId> place(graph.nodes.size());
  const auto is_dropped = [&](std::size_t i) { return std::ranges::find(merge.drop, i) != merge.drop.end(); };
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (is_dropped(i)) continue;
    if (i != merge.keep) {
      place[i] = result.add(graph.nodes[i]);
      continue;
    }
    Node shared = merge.node;
    for (const Merge::Choice& choice : merge.choices) {
      Node select;
      select.op = Opcode::kSelect;
      select.operands = {choice.yes, choice.no, merge.condition};
      select.name = "either";
      select.where = shared.where;
      shared.operands[choice.port] = Operand::of(result.add(select), 0);
    }
    place[i] = result.add(shared);
  }
  for (const std::size_t each : merge.drop) place[each] = place[merge.keep];
  // The operands of the new operation that name new selects have new ids already.
  const std::size_t fresh = merge.choices.size();
  const std::size_t at = place[merge.keep].index();
  for (std::size_t i = 0; i < result.nodes.size(); ++i)
    for (std::size_t port = 0; port < kPorts; ++port) {
      Operand& operand = result.nodes[i].operands[port];
      const bool is_new = i == at && std::ranges::any_of(merge.choices, [&](const auto& c) { return c.port == port; });
      if (operand.is_node() && !(fresh > 0 && is_new)) operand.node = place[operand.node.index()];
    }
  for (OrderEdge& edge : result.order) {
    edge.from = place[edge.from.index()];
    edge.to = place[edge.to.index()];
  }
  std::erase_if(result.order, [](const OrderEdge& edge) { return edge.from == edge.to; });
  std::vector<OrderEdge> once;
  for (const OrderEdge& edge : result.order)
    if (std::ranges::find(once, edge) == once.end()) once.push_back(edge);
  result.order = std::move(once);
  return result;
}

/// Ports in which the operations differ; nothing if they are not of one kind or one of them lacks an operand there.
std::optional<std::vector<std::size_t>> differing(const Node& x, const Node& y) {
  if (x.step || y.step) return {};  // an address generator serves one operation
  if (x.gate != y.gate) return {};
  if (x.op != y.op || x.array != y.array || x.offset != y.offset || x.shift != y.shift) return {};
  std::vector<std::size_t> ports;
  for (std::size_t port = 0; port < kPorts; ++port) {
    if (x.operands[port] == y.operands[port]) continue;
    if (!x.operands[port].present() || !y.operands[port].present()) return {};
    ports.push_back(port);
  }
  return ports;
}

/// The only reader of node i is `reader`, once, in the same iteration.
bool serves_only(const std::vector<ValueEdge>& edges, std::size_t i, std::size_t reader) {
  int uses = 0;
  for (const ValueEdge& edge : edges) {
    if (edge.from.index() != i) continue;
    if (edge.to.index() != reader || edge.distance != 0) return false;
    ++uses;
  }
  return uses == 1;
}

std::optional<Merge> of_select(const Graph& graph, const std::vector<ValueEdge>& edges, std::size_t at) {
  const Node& select = graph.nodes[at];
  if (select.op != Opcode::kSelect || !select.port(Port::kA).is_node() || !select.port(Port::kB).is_node()) return {};
  const std::size_t x = select.port(Port::kA).node.index();
  const std::size_t y = select.port(Port::kB).node.index();
  if (x == y || !serves_only(edges, x, at) || !serves_only(edges, y, at)) return {};
  Node first = graph.nodes[x];
  const Node& second = graph.nodes[y];
  if (first.live_out || second.live_out) return {};
  auto ports = differing(first, second);
  if (ports && ports->size() == 2 && info(first.op).commutative) {
    Node turned = first;
    std::swap(turned.operands[0], turned.operands[1]);
    const auto others = differing(turned, second);
    if (others && others->size() < 2) {
      first = turned;
      ports = others;
    }
  }
  if (!ports || ports->size() != 1) return {};
  Merge merge{at, {x, y}, first, select.port(Port::kC), {}};
  merge.node.live_out = select.live_out;
  const std::size_t port = ports->front();
  merge.choices.push_back({port, first.operands[port], second.operands[port]});
  return merge;
}

/// Operand b is `a == 0`, computed in the same iteration.
bool is_negation(const Graph& graph, const Operand& a, const Operand& b) {
  if (!a.is_node() || !b.is_node() || a.distance != 0 || b.distance != 0) return false;
  const Node& test = graph.node(b.node);
  const Operand zero = Operand::of(Immediate::constant(0));
  return test.op == Opcode::kEq &&
         ((test.operands[0] == a && test.operands[1] == zero) || (test.operands[1] == a && test.operands[0] == zero));
}

std::optional<Merge> of_stores(const Graph& graph, const std::vector<ValueEdge>& edges, std::size_t x, std::size_t y) {
  const Node& first = graph.nodes[x];
  const Node& second = graph.nodes[y];
  const Operand p = first.port(Port::kC);
  const Operand q = second.port(Port::kC);
  const bool is_second = is_negation(graph, p, q);
  if (!is_second && !is_negation(graph, q, p)) return {};
  const auto ports = differing(first, second);
  if (!ports) return {};
  const Node& yes = is_second ? first : second;
  const Node& no = is_second ? second : first;
  Merge merge{y, {x}, second, is_second ? p : q, {}};
  merge.node.port(Port::kC) = Operand::absent();
  for (const std::size_t port : *ports)
    if (port != static_cast<std::size_t>(Port::kC))
      merge.choices.push_back({port, yes.operands[port], no.operands[port]});
  const std::size_t test = no.port(Port::kC).node.index();
  const auto readers = std::ranges::count_if(edges, [&](const ValueEdge& edge) { return edge.from.index() == test; });
  if (readers == 1 && !graph.nodes[test].live_out) merge.drop.push_back(test);
  return merge;
}

/// All merges of the moment.
std::vector<Merge> merges(const Graph& graph) {
  const auto edges = value_edges(graph);
  std::vector<Merge> found;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (auto merge = of_select(graph, edges, i)) found.push_back(std::move(*merge));
    if (!is_store(graph.nodes[i].op)) continue;
    for (std::size_t x = 0; x < i; ++x)
      if (graph.nodes[x].op == graph.nodes[i].op)
        if (auto merge = of_stores(graph, edges, x, i)) found.push_back(std::move(*merge));
  }
  return found;
}

}  // namespace

Graph share_branches(const Graph& graph, const Accept& accept) {
  Graph result = graph;
  for (bool changed = true; changed;) {
    changed = false;
    for (const Merge& merge : merges(result)) {
      Graph next = merged(result, merge);
      if (!verify(next, Purpose::kExecution) || !accept(result, next)) continue;
      result = std::move(next);
      changed = true;
      break;
    }
  }
  return result;
}

}  // namespace heddle::dfg
