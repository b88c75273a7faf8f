// Why it is sound. Say load(i) reads address x. If store(i - 1) went to x, the select takes its data, and what the load
// read does not matter. If not, the last store to x was that of iteration i - 2 or before, which the load still waits
// for; stores of later iterations wait for the load as they did. Two indices are equal exactly if the addresses are:
// the shift keeps different indices at least one access apart, and indices of one array do not differ by so much that
// addresses wrap. Iteration 0 has no store before it: the initial index is the most negative word, which no access of
// an array has at an offset below 2^30.
#include "compiler/dfg/forward_stores.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <optional>
#include <vector>

#include "compiler/dfg/verify.h"

namespace heddle::dfg {
namespace {

constexpr std::int64_t kMostOffset = std::int64_t{1} << 30;

/// A load, and the store of the iteration before that it waits for.
struct Pair {
  std::size_t load = 0;
  std::size_t store = 0;
};

bool is_plain_access(const Node& node) {
  return !node.step && !node.gate && !node.port(Port::kC).present() && node.port(Port::kA).is_node();
}

/// The operand can be read one iteration later by raising its distance.
bool is_of_this_iteration(const Operand& operand) {
  return operand.is_node() && operand.distance == 0 && !operand.edge;
}

bool can_forward(const Graph& graph, const Pair& pair) {
  const Node& load = graph.nodes[pair.load];
  const Node& store = graph.nodes[pair.store];
  if (!is_load(load.op) || !is_store(store.op) || !is_plain_access(load) || !is_plain_access(store)) return false;
  const int bytes = info(load.op).access_bytes;
  if (bytes != info(store.op).access_bytes || bytes * 8 != graph.word_bits) return false;
  if (load.array != store.array || load.offset != store.offset || load.shift != store.shift) return false;
  if ((1 << load.shift) < bytes || std::abs(load.offset) >= kMostOffset) return false;
  if (!is_of_this_iteration(store.port(Port::kB))) return false;
  return std::ranges::all_of(graph.order, [&](const OrderEdge& edge) {
    if (edge.to.index() != pair.load || !is_store(graph.node(edge.from).op)) return true;
    return edge.from.index() == pair.store && edge.distance > 0;
  });
}

std::vector<Pair> pairs(const Graph& graph) {
  std::vector<Pair> found;
  for (const OrderEdge& edge : graph.order) {
    const Pair pair{edge.to.index(), edge.from.index()};
    if (edge.distance == 1 && can_forward(graph, pair)) found.push_back(pair);
  }
  return found;
}

/// `operand` as read one iteration later.
Operand before(const Operand& operand, std::int64_t initial) {
  return Operand::of(operand.node, 1, Immediate::constant(initial));
}

/// The most negative word.
std::int64_t no_index(int word_bits) {
  return word_bits == 64 ? std::numeric_limits<std::int64_t>::min() : -(std::int64_t{1} << (word_bits - 1));
}

/// The graph with the pair's value handed on; ids of the nodes behind the load move.
Graph forwarded(const Graph& graph, const Pair& pair) {
  Graph result = graph;
  const bool copy = !is_of_this_iteration(graph.nodes[pair.store].port(Port::kA));
  const std::size_t added = copy ? 3 : 2;
  const auto moved = [&](NodeId id) {
    return id.index() > pair.load ? NodeId(id.value + static_cast<std::int64_t>(added)) : id;
  };
  const auto at = [&](std::size_t k) { return NodeId(static_cast<std::int64_t>(pair.load + k)); };
  const NodeId select_id = at(added);
  for (Node& node : result.nodes)
    for (Operand& operand : node.operands) {
      if (!operand.is_node()) continue;
      operand.node = operand.node.index() == pair.load ? select_id : moved(operand.node);
    }
  for (OrderEdge& edge : result.order) {
    if (edge.from.index() == pair.store && edge.to.index() == pair.load && edge.distance == 1) edge.distance = 2;
    edge = {moved(edge.from), moved(edge.to), edge.distance};
  }
  Node& load = result.nodes[pair.load];
  const Node& moved_store = result.nodes[pair.store];  // the new nodes are not in yet
  std::vector<Node> fresh;
  const auto add = [&](Opcode op, const char* name, std::array<Operand, kPorts> operands) {
    Node node;
    node.op = op;
    node.name = name;
    node.where = load.where;
    node.operands = std::move(operands);
    fresh.push_back(std::move(node));
  };
  Operand last = moved_store.port(Port::kA);
  if (copy) {
    add(Opcode::kMov, "stored_at", {last, Operand::absent(), Operand::absent()});
    last = Operand::of(at(1));
  }
  add(Opcode::kEq, "same", {load.port(Port::kA), before(last, no_index(graph.word_bits)), Operand::absent()});
  add(Opcode::kSelect, "forwarded",
      {before(moved_store.port(Port::kB), 0), Operand::of(at(0)), Operand::of(at(added - 1))});
  std::swap(fresh.back().live_out, load.live_out);
  result.nodes.insert(result.nodes.begin() + static_cast<std::ptrdiff_t>(pair.load) + 1, fresh.begin(), fresh.end());
  return result;
}

/// One pair after the other, each for itself; true: something was taken.
bool forward_one(Graph& graph, const Accept& accept) {
  for (const Pair& pair : pairs(graph)) {
    Graph next = forwarded(graph, pair);
    if (!verify(next, Purpose::kExecution) || !accept(graph, next)) continue;
    graph = std::move(next);
    return true;
  }
  return false;
}

}  // namespace

Graph forward_stores(const Graph& graph, const Accept& accept) {
  Graph result = graph;
  while (forward_one(result, accept)) {
  }
  std::vector<Pair> left = pairs(result);
  if (left.size() < 2) return result;
  Graph all = result;
  for (; !left.empty(); left = pairs(all)) all = forwarded(all, left.front());
  return verify(all, Purpose::kExecution) && accept(result, all) ? all : result;
}

}  // namespace heddle::dfg
