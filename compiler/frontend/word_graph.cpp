#include "compiler/frontend/word_graph.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "compiler/base/check.h"

namespace heddle::frontend {

using dfg::Immediate;
using dfg::NodeId;
using dfg::Opcode;
using dfg::Port;

namespace {

void append_key(std::vector<std::int64_t>& key, const Word& word) {
  key.push_back(static_cast<std::int64_t>(word.kind));
  key.push_back(word.node.value);
  key.push_back(static_cast<std::int64_t>(word.immediate.kind));
  key.push_back(word.immediate.value);
  key.push_back(word.immediate.live_in.value);
  key.push_back(word.immediate.array.value);
  key.push_back(word.edge ? 1 : 0);
  if (!word.edge) return;
  append_key(key, Word::of(*word.initial));
  key.push_back(2 * word.edge->loop + (word.edge->last ? 1 : 0));
}

/// The edge of a word that is 0 there and 1 elsewhere.
std::optional<dfg::LoopEdge> inverted_edge_of(const Word& word) {
  if (word.is_node() || !word.edge || word.immediate != Immediate::constant(1)) return {};
  return word.initial == Immediate::constant(0) ? word.edge : std::nullopt;
}

bool commutes(Opcode op) { return dfg::info(op).commutative; }

}  // namespace

WordGraph::WordGraph(std::string name, int word_bits) {
  graph_.name = std::move(name);
  graph_.word_bits = word_bits;
}

void WordGraph::at(std::string name, Mark where) {
  name_ = std::move(name);
  where_ = std::move(where);
}

bool WordGraph::is_constant(const Word& word, std::int64_t value) {
  return word.kind == Word::Kind::kImmediate && !word.edge && word.immediate == Immediate::constant(value);
}

std::optional<dfg::LoopEdge> WordGraph::edge_of(const Word& word) {
  if (word.is_node() || !word.edge || word.immediate != Immediate::constant(0)) return {};
  return word.initial == Immediate::constant(1) ? word.edge : std::nullopt;
}

NodeId WordGraph::add(Opcode opcode, const Word& a, const Word& b, const Word& c) {
  dfg::Node node;
  node.op = opcode;
  node.operands = {a, b, c};
  node.name = name_;
  node.where = where_;
  earlier_index_.push_back(-1);
  return graph_.add(std::move(node));
}

Word WordGraph::op(Opcode opcode, const Word& a, const Word& b, const Word& c) {
  Word left = a;
  Word right = b;
  // An immediate in port b, by custom; and equal operations then look equal.
  if (right.present() && commutes(opcode) && (!left.is_node() || (right.is_node() && right.node < left.node)))
    std::swap(left, right);
  const bool neutral_zero = opcode == Opcode::kAdd || opcode == Opcode::kSub || opcode == Opcode::kOr ||
                            opcode == Opcode::kXor || opcode == Opcode::kShl || opcode == Opcode::kLshr ||
                            opcode == Opcode::kAshr;
  if (neutral_zero && is_constant(right, 0)) return left;
  if (opcode == Opcode::kMul && is_constant(right, 1)) return left;
  std::vector<std::int64_t> operands;
  for (const Word* word : {&std::as_const(left), &std::as_const(right), &c}) append_key(operands, *word);
  Key key{opcode, std::move(operands)};
  if (const auto found = known_.find(key); found != known_.end()) return Word::of(found->second);
  const NodeId id = add(opcode, left, right, c);
  known_.emplace(std::move(key), id);
  return Word::of(id);
}

Word WordGraph::logical_and(const Word& a, const Word& b) {
  if (is_constant(a, 1) || a == b) return b;
  if (is_constant(b, 1)) return a;
  if (is_constant(a, 0) || is_constant(b, 0)) return constant(0);
  // A loop begins, and ends, only where the loops in it do.
  const auto first = edge_of(a);
  const auto second = edge_of(b);
  if (first && second && first->last == second->last) return first->loop > second->loop ? a : b;
  return op(Opcode::kAnd, a, b);
}

Word WordGraph::logical_or(const Word& a, const Word& b) {
  if (is_constant(a, 0) || a == b) return b;
  if (is_constant(b, 0)) return a;
  if (is_constant(a, 1) || is_constant(b, 1)) return constant(1);
  const auto first = edge_of(a);
  const auto second = edge_of(b);
  if (first && second && first->last == second->last) return first->loop < second->loop ? a : b;
  return op(Opcode::kOr, a, b);
}

Word WordGraph::logical_not(const Word& a) {
  if (is_constant(a, 0)) return constant(1);
  if (is_constant(a, 1)) return constant(0);
  if (const auto edge = edge_of(a)) return constant(1).reset(Immediate::constant(0), *edge);
  if (const auto edge = inverted_edge_of(a)) return at_edge(*edge);
  if (a.is_node() && graph_.node(a.node).op == Opcode::kXor && is_constant(graph_.node(a.node).port(Port::kB), 1))
    return graph_.node(a.node).port(Port::kA);
  return op(Opcode::kXor, a, constant(1));
}

Word WordGraph::select(const Word& condition, const Word& then, const Word& otherwise) {
  if (then == otherwise || is_constant(condition, 1)) return then;
  if (is_constant(condition, 0)) return otherwise;
  if (is_constant(then, 1) && is_constant(otherwise, 0)) return condition;
  if (const auto edge = inverted_edge_of(condition)) return select(at_edge(*edge), otherwise, then);
  if (const auto edge = edge_of(condition); edge && then.kind == Word::Kind::kImmediate && !then.edge) {
    // An immediate at an edge needs no operation if the other choice is one, or a value of the iteration before.
    const bool earlier = earlier_of(otherwise) != nullptr && !edge->last;
    if (!otherwise.edge && (otherwise.kind == Word::Kind::kImmediate || earlier))
      return otherwise.reset(then.immediate, *edge);
  }
  if (condition.is_node()) {
    // select(!c, x, y) = select(c, y, x)
    const dfg::Node& node = graph_.node(condition.node);
    if (node.op == Opcode::kXor && is_constant(node.port(Port::kB), 1))
      return select(node.port(Port::kA), otherwise, then);
  }
  return op(Opcode::kSelect, then, otherwise, condition);
}

NodeId WordGraph::access(Opcode opcode, const Place& place, const Word& data, const Word& predicate) {
  // What the loop unit knows of the predicate gates the access; the rest is an operand.
  std::optional<dfg::LoopEdge> gate = edge_of(predicate);
  Word rest = gate || is_constant(predicate, 1) ? Word{} : predicate;
  if (rest.is_node() && !rest.edge && graph_.node(rest.node).op == Opcode::kAnd)
    for (const auto& [tied, other] : {std::pair{Port::kA, Port::kB}, {Port::kB, Port::kA}}) {
      if (gate || !edge_of(graph_.node(rest.node).port(tied))) continue;
      gate = edge_of(graph_.node(rest.node).port(tied));
      rest = Word(graph_.node(rest.node).port(other));
    }
  const NodeId id = add(opcode, place.index, data, rest);
  dfg::Node& node = graph_.node(id);
  node.array = place.array;
  node.offset = place.offset;
  node.shift = place.shift;
  node.step = place.step;
  node.outer_steps = place.outer_steps;
  node.gate = gate;
  return id;
}

Word WordGraph::load(Opcode opcode, const Place& place, const Word& predicate) {
  return Word::of(access(opcode, place, {}, predicate));
}

NodeId WordGraph::store(Opcode opcode, const Place& place, const Word& data, const Word& predicate) {
  return access(opcode, place, data, predicate);
}

Word WordGraph::earlier(const Immediate& initial) {
  const NodeId id = add(Opcode::kNop, {}, {}, {});
  earlier_index_[id.index()] = static_cast<int>(earlier_.size());
  earlier_.push_back({id, initial, {}});
  return Word::of(id);
}

void WordGraph::define(const Word& earlier, const Word& value) {
  HEDDLE_CHECK(earlier_of(earlier) != nullptr, "only an earlier value can be defined");
  earlier_[static_cast<std::size_t>(earlier_index_[earlier.node.index()])].source = value;
}

const WordGraph::Earlier* WordGraph::earlier_of(const Word& word) const {
  if (!word.is_node()) return nullptr;
  const int index = earlier_index_[word.node.index()];
  return index < 0 ? nullptr : &earlier_[static_cast<std::size_t>(index)];
}

Word WordGraph::mov_of(const Word& word, const std::string& name) {
  name_ = name;
  return Word::of(add(Opcode::kMov, word, {}, {}));
}

void WordGraph::live_out(const Word& word, int number) {
  const bool own = word.is_node() && !word.edge && earlier_of(word) == nullptr && !graph_.node(word.node).live_out;
  const Word value = own ? word : mov_of(word, "out");
  graph_.node(value.node).live_out = number;
}

// A recurrence whose source is an immediate or itself an earlier value needs a node that holds it: a use has one
// distance and one initial value.
void WordGraph::resolve_sources() {
  std::map<std::vector<std::int64_t>, Word> holders;
  for (std::size_t i = 0; i < earlier_.size(); ++i) {
    const Word source = earlier_[i].source;
    if (!source.present()) continue;  // never defined: nothing needs it
    if (source.is_node() && !source.edge && earlier_of(source) == nullptr) continue;
    if (!source.is_node() && !source.edge && source.immediate == earlier_[i].initial) continue;
    std::vector<std::int64_t> key;
    append_key(key, source);
    if (!source.is_node()) key.push_back(static_cast<std::int64_t>(i));
    auto [holder, fresh] = holders.try_emplace(key);
    if (fresh) {
      where_ = graph_.node(earlier_[i].placeholder).where;
      holder->second = mov_of(source, graph_.node(earlier_[i].placeholder).name);
    }
    earlier_[i].source = holder->second;
  }
}

Word WordGraph::resolved(const Word& word) const {
  const Earlier* past = earlier_of(word);
  if (past == nullptr) return word;
  HEDDLE_CHECK(past->source.present(), "a used recurrence is defined");
  const Word plain = past->source.is_node() ? Word::of(past->source.node, 1, past->initial)
                                            : past->source;  // equal to its initial value for ever
  return word.edge ? plain.reset(*word.initial, *word.edge) : plain;
}

std::vector<bool> WordGraph::needed() const {
  std::vector<bool> keep(graph_.nodes.size(), false);
  std::vector<NodeId> work;
  const auto need = [&](NodeId id) {
    if (keep[id.index()]) return;
    keep[id.index()] = true;
    work.push_back(id);
  };
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
    if (dfg::is_store(graph_.nodes[i].op) || graph_.nodes[i].live_out) need(NodeId(static_cast<std::int64_t>(i)));
  while (!work.empty()) {
    const NodeId id = work.back();
    work.pop_back();
    for (const Word& operand : graph_.node(id).operands)
      if (operand.is_node()) need(operand.node);
  }
  return keep;
}

std::vector<NodeId> WordGraph::sorted(const std::vector<bool>& keep) const {
  std::vector<NodeId> order;
  std::vector<bool> done(graph_.nodes.size(), false);
  // Accesses that must stay in order within an iteration, too: the interpreter runs a graph from front to back.
  std::vector<std::vector<NodeId>> before(graph_.nodes.size());
  for (const dfg::OrderEdge& edge : graph_.order)
    if (edge.distance == 0 && keep[edge.from.index()]) before[edge.to.index()].push_back(edge.from);
  const std::function<void(NodeId)> visit = [&](NodeId id) {
    if (done[id.index()]) return;
    done[id.index()] = true;
    for (const NodeId earlier : before[id.index()]) visit(earlier);
    for (const Word& operand : graph_.node(id).operands)
      if (operand.is_node() && operand.distance == 0) visit(operand.node);
    order.push_back(id);
  };
  for (std::size_t i = 0; i < keep.size(); ++i)
    if (keep[i]) visit(NodeId(static_cast<std::int64_t>(i)));
  return order;
}

dfg::Graph WordGraph::finish(std::vector<NodeId>* renumbered) {
  resolve_sources();
  for (dfg::Node& node : graph_.nodes)
    if (node.op != Opcode::kNop)
      for (Word& operand : node.operands) operand = resolved(operand);
  const std::vector<NodeId> order = sorted(needed());
  std::vector<NodeId> number(graph_.nodes.size());
  dfg::Graph result = graph_;
  result.nodes.clear();
  result.order.clear();
  for (const NodeId id : order) number[id.index()] = result.add(graph_.node(id));
  for (dfg::Node& node : result.nodes)
    for (Word& operand : node.operands)
      if (operand.is_node()) operand.node = number[operand.node.index()];
  for (const dfg::OrderEdge& edge : graph_.order)
    if (number[edge.from.index()].valid() && number[edge.to.index()].valid())
      result.order.push_back({number[edge.from.index()], number[edge.to.index()], edge.distance});
  if (renumbered != nullptr) *renumbered = std::move(number);
  return result;
}

}  // namespace heddle::frontend
