#include "compiler/dfg/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace heddle::dfg {
namespace {

using Finding = std::optional<Violation>;

NodeId node_id(std::size_t index) { return NodeId(static_cast<std::int64_t>(index)); }

template <class Tag, class T>
bool in_range(Id<Tag> id, const std::vector<T>& table) {
  return id.valid() && id.index() < table.size();
}

const char* port_name(std::size_t port) {
  static constexpr const char* kNames[] = {"a", "b", "c"};
  return kNames[port];
}

/// Checks one node apart from its place in the graph's order.
class NodeChecker {
 public:
  NodeChecker(const Graph& graph, Purpose purpose, NodeId id)
      : graph_(graph), purpose_(purpose), id_(id), node_(graph.node(id)) {}

  Finding check() const {
    if (auto finding = opcode()) return finding;
    for (std::size_t port = 0; port < kPorts; ++port)
      if (auto finding = operand(port)) return finding;
    if (is_memory(node_.op)) {
      if (auto finding = memory()) return finding;
    } else if (node_.step || !node_.outer_steps.empty()) {
      return found("only memory operations have an address generator");
    } else if (node_.gate) {
      return found("only accesses are tied to an edge of a loop");
    }
    if (node_.live_out && is_store(node_.op)) return found("a store has no result and cannot be a live-out");
    return {};
  }

 private:
  Finding found(const std::string& what) const {
    return Violation{fmt::format("{}: {}", describe(graph_, id_), what), id_};
  }

  Finding opcode() const {
    if (static_cast<int>(node_.op) >= (1 << kOpcodeBits) || info(node_.op).op == Opcode::kNop)
      return found(fmt::format("no such opcode: {}", static_cast<int>(node_.op)));
    const int needed = info(node_.op).word_bits;
    if (needed > graph_.word_bits)
      return found(
          fmt::format("{} needs words of {} bits, the graph has {}", name(node_.op), needed, graph_.word_bits));
    return {};
  }

  Finding operand(std::size_t port) const {
    const Operand& operand = node_.operands[port];
    const auto required = static_cast<std::size_t>(info(node_.op).operands);
    const bool optional =
        (is_memory(node_.op) || info(node_.op).optional_c) && port == static_cast<std::size_t>(Port::kC);
    const bool stepped_index = node_.step && port == static_cast<std::size_t>(Port::kA);
    if (!operand.present())
      return port < required && !stepped_index ? found(fmt::format("operand {} is missing", port_name(port)))
                                               : Finding{};
    if (port >= required && !optional)
      return found(fmt::format("{} has no operand {}", name(node_.op), port_name(port)));
    return operand.is_node() ? value(operand, port) : immediate(operand, port);
  }

  Finding value(const Operand& operand, std::size_t port) const {
    if (!in_range(operand.node, graph_.nodes))
      return found(fmt::format("operand {} reads node {}, which does not exist", port_name(port), operand.node.value));
    if (is_store(graph_.node(operand.node).op))
      return found(fmt::format("operand {} reads a store, which has no result", port_name(port)));
    if (operand.distance < 0 || operand.distance > kMaxDistance)
      return found(
          fmt::format("operand {} has distance {}, not in 0..{}", port_name(port), operand.distance, kMaxDistance));
    if (operand.initial && operand.distance == 0)
      return found(fmt::format("operand {} has an initial value, but distance 0", port_name(port)));
    // Iterations before the first have no value to read, and every loop begins with iteration 0.
    if (operand.edge && (operand.distance != 1 || operand.edge->last))
      return found(
          fmt::format("operand {} starts afresh: its distance must be 1, and the edge first", port_name(port)));
    if (auto finding = edge(operand, port)) return finding;
    if (!operand.initial && operand.distance > 0 && purpose_ == Purpose::kExecution)
      return found(fmt::format("operand {} has distance {}, but no initial value", port_name(port), operand.distance));
    return operand.initial ? reference(*operand.initial, port) : Finding{};
  }

  Finding immediate(const Operand& operand, std::size_t port) const {
    if ((operand.initial && !operand.edge) || operand.distance != 0)
      return found(fmt::format("operand {} is an immediate, but has a distance or an initial value", port_name(port)));
    if (auto finding = edge(operand, port)) return finding;
    if (auto finding = operand.initial ? reference(*operand.initial, port) : Finding{}) return finding;
    return reference(operand.immediate, port);
  }

  Finding edge(const Operand& operand, std::size_t port) const {
    if (!operand.edge) return {};
    if (!operand.initial) return found(fmt::format("operand {} has an edge, but no initial value", port_name(port)));
    return edge(*operand.edge);
  }

  Finding edge(const LoopEdge& edge) const {
    if (edge.loop >= 0 && static_cast<std::size_t>(edge.loop) < graph_.loops.size()) return {};
    return found(fmt::format("inner loop {} does not exist: the graph has {}", edge.loop, graph_.loops.size()));
  }

  Finding reference(const Immediate& immediate, std::size_t port) const {
    if (immediate.kind == Immediate::Kind::kLiveIn && !in_range(immediate.live_in, graph_.live_ins))
      return found(
          fmt::format("operand {} names live-in {}, which does not exist", port_name(port), immediate.live_in.value));
    if (immediate.kind == Immediate::Kind::kArrayBase && !in_range(immediate.array, graph_.arrays))
      return found(
          fmt::format("operand {} names array {}, which does not exist", port_name(port), immediate.array.value));
    return {};
  }

  Finding memory() const {
    if (!in_range(node_.array, graph_.arrays)) return found("the memory operation names no array");
    if (node_.shift < 0 || node_.shift > 3) return found(fmt::format("shift {} is not in 0..3", node_.shift));
    if (node_.gate)
      if (auto finding = edge(*node_.gate)) return finding;
    if (!node_.step) return node_.outer_steps.empty() ? Finding{} : found("steps of outer loops, but none of its own");
    if (node_.outer_steps.size() > graph_.loops.size())
      return found(fmt::format("steps at the ends of {} inner loops: the graph has {}", node_.outer_steps.size(),
                               graph_.loops.size()));
    if (auto finding = step(*node_.step)) return finding;
    for (const Immediate& outer : node_.outer_steps)
      if (auto finding = step(outer)) return finding;
    return {};
  }

  Finding step(const Immediate& step) const {
    if (step.kind == Immediate::Kind::kArrayBase)
      return found("the step of an address generator is a constant or a live-in, not an array's base");
    if (step.kind == Immediate::Kind::kLiveIn && !in_range(step.live_in, graph_.live_ins))
      return found(fmt::format("the step names live-in {}, which does not exist", step.live_in.value));
    return {};
  }

  const Graph& graph_;
  Purpose purpose_;
  NodeId id_;
  const Node& node_;
};

Finding check_order_edges(const Graph& graph) {
  for (const OrderEdge& edge : graph.order) {
    if (!in_range(edge.from, graph.nodes) || !in_range(edge.to, graph.nodes))
      return Violation{
          fmt::format("order edge {} -> {} names a node that does not exist", edge.from.value, edge.to.value), {}};
    if (edge.distance < 0)
      return Violation{fmt::format("order edge {} -> {} has distance {}", describe(graph, edge.from),
                                   describe(graph, edge.to), edge.distance),
                       edge.to};
  }
  return {};
}

/// Who must come before whom within an iteration: by node, its predecessors.
std::vector<std::vector<NodeId>> predecessors(const Graph& graph) {
  std::vector<std::vector<NodeId>> before(graph.nodes.size());
  for (const ValueEdge& edge : value_edges(graph))
    if (edge.distance == 0) before[edge.to.index()].push_back(edge.from);
  for (const OrderEdge& edge : graph.order)
    if (edge.distance == 0) before[edge.to.index()].push_back(edge.from);
  return before;
}

/// Walks predecessors from `start`, staying among nodes that are on or behind a cycle, until a node repeats.
std::string name_cycle(const Graph& graph, const std::vector<std::vector<NodeId>>& before,
                       const std::vector<int>& waiting, NodeId start) {
  std::vector<NodeId> path;
  NodeId at = start;
  while (std::find(path.begin(), path.end(), at) == path.end()) {
    path.push_back(at);
    const auto& candidates = before[at.index()];
    at = *std::find_if(candidates.begin(), candidates.end(), [&](NodeId id) { return waiting[id.index()] > 0; });
  }
  std::string text = describe(graph, at);
  const auto first = std::find(path.begin(), path.end(), at);
  for (auto step = path.end(); step != first;) text += " -> " + describe(graph, *--step);
  return text;
}

/// Kahn's algorithm; what never becomes ready is on a cycle or behind one.
Finding check_cycles(const Graph& graph) {
  const auto before = predecessors(graph);
  std::vector<std::vector<NodeId>> after(graph.nodes.size());
  std::vector<int> waiting(graph.nodes.size());
  std::vector<NodeId> ready;
  for (std::size_t i = 0; i < before.size(); ++i) {
    for (const NodeId id : before[i]) after[id.index()].push_back(node_id(i));
    waiting[i] = static_cast<int>(before[i].size());
    if (waiting[i] == 0) ready.push_back(node_id(i));
  }
  while (!ready.empty()) {
    const NodeId done = ready.back();
    ready.pop_back();
    for (const NodeId next : after[done.index()])
      if (--waiting[next.index()] == 0) ready.push_back(next);
  }
  for (std::size_t i = 0; i < waiting.size(); ++i)
    if (waiting[i] > 0)
      return Violation{"cycle within one iteration: " + name_cycle(graph, before, waiting, node_id(i)), node_id(i)};
  return {};
}

Finding check_topological(const Graph& graph) {
  const auto before = predecessors(graph);
  for (std::size_t i = 0; i < before.size(); ++i)
    for (const NodeId id : before[i])
      if (id.index() > i)
        return Violation{fmt::format("nodes are not in topological order: {} comes before {}, which it needs",
                                     describe(graph, node_id(i)), describe(graph, id)),
                         node_id(i)};
  return {};
}

Finding check_live_outs(const Graph& graph) {
  std::vector<NodeId> owner(graph.live_outs.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const auto& number = graph.nodes[i].live_out;
    if (!number) continue;
    if (*number < 0 || static_cast<std::size_t>(*number) >= owner.size())
      return Violation{fmt::format("{}: live-out {} does not exist", describe(graph, node_id(i)), *number), node_id(i)};
    NodeId& place = owner[static_cast<std::size_t>(*number)];
    if (place.valid())
      return Violation{
          fmt::format("{}: live-out {} already is {}", describe(graph, node_id(i)), *number, describe(graph, place)),
          node_id(i)};
    place = node_id(i);
  }
  for (std::size_t i = 0; i < owner.size(); ++i)
    if (!owner[i].valid())
      return Violation{fmt::format("live-out {} '{}' has no node", i, graph.live_outs[i].name), {}};
  return {};
}

template <class T>
Finding check_names(const std::vector<T>& table, const char* kind) {
  std::set<std::string> names;
  for (const T& entry : table)
    if (!names.insert(entry.name).second) return Violation{fmt::format("two {} are named '{}'", kind, entry.name), {}};
  return {};
}

/// A launch with a loop of no iterations is refused when its trip count is known.
Finding check_loops(const Graph& graph) {
  for (const Immediate& trips : graph.loops) {
    if (trips.kind == Immediate::Kind::kArrayBase)
      return Violation{"the trip count of an inner loop is a constant or a live-in, not an array's base", {}};
    if (trips.kind == Immediate::Kind::kLiveIn && !in_range(trips.live_in, graph.live_ins))
      return Violation{
          fmt::format("the trip count of an inner loop names live-in {}, which does not exist", trips.live_in.value),
          {}};
    if (trips.kind == Immediate::Kind::kConstant && (trips.value < 1 || trips.value > 0xFFFFFFFFLL))
      return Violation{fmt::format("an inner loop of {} iterations: 1 to 2^32 - 1 are possible", trips.value), {}};
  }
  return {};
}

Finding check_header(const Graph& graph) {
  if (graph.word_bits != 16 && graph.word_bits != 32 && graph.word_bits != 64)
    return Violation{fmt::format("words of {} bits; 16, 32 or 64 are possible", graph.word_bits), {}};
  if (graph.trip_count && *graph.trip_count < 0)
    return Violation{fmt::format("trip count {} is negative", *graph.trip_count), {}};
  for (const Array& array : graph.arrays)
    if (array.element_bytes < 1 || (array.bytes && *array.bytes < 0))
      return Violation{fmt::format("array '{}' has a size or an element size that is not positive", array.name), {}};
  if (auto finding = check_loops(graph)) return finding;
  if (auto finding = check_names(graph.arrays, "arrays")) return finding;
  if (auto finding = check_names(graph.live_ins, "live-ins")) return finding;
  return check_names(graph.live_outs, "live-outs");
}

}  // namespace

std::string describe(const Graph& graph, NodeId id) {
  if (!in_range(id, graph.nodes)) return fmt::format("%n{}", id.value);
  const Node& node = graph.node(id);
  const bool known = static_cast<int>(node.op) < (1 << kOpcodeBits);
  const std::string_view op = known ? name(node.op) : "?";
  return node.name.empty() ? fmt::format("%n{} ({})", id.value, op)
                           : fmt::format("%n{} ({} '{}')", id.value, op, node.name);
}

std::optional<Violation> find_violation(const Graph& graph, Purpose purpose) {
  if (auto finding = check_header(graph)) return finding;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    if (auto finding = NodeChecker(graph, purpose, node_id(i)).check()) return finding;
  if (auto finding = check_order_edges(graph)) return finding;
  if (auto finding = check_cycles(graph)) return finding;
  if (auto finding = check_topological(graph)) return finding;
  return check_live_outs(graph);
}

Status verify(const Graph& graph, Purpose purpose) {
  const auto violation = find_violation(graph, purpose);
  if (!violation) return {};
  const Mark where = violation->node.valid() ? graph.node(violation->node).where : Mark{};
  const std::string of = graph.name.empty() ? "" : fmt::format(" '{}'", graph.name);
  return fail(ErrorCode::kBadInput, fmt::format("dataflow graph{}: {}", of, violation->message), where);
}

}  // namespace heddle::dfg
