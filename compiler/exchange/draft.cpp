#include "compiler/exchange/draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/base/files.h"
#include "compiler/dfg/verify.h"

namespace heddle::exchange {
namespace {

using dfg::Opcode;
using dfg::Port;

/// The files do not say which array an address lies in. More than any bank holds: no access has a bank known before the
/// run.
constexpr std::int64_t kAddressSpace = std::int64_t{1} << 32;

class Finisher {
 public:
  Finisher(Draft draft, std::vector<Note> warnings) : draft_(std::move(draft)) {
    result_.warnings = std::move(warnings);
  }

  Result<ImportedGraph> run() {
    HEDDLE_TRY(number_nodes());
    HEDDLE_TRY(find_ends());
    add_nodes();
    for (const Use& use : uses_)
      if (use.draft->port) place(use, *use.draft->port);
    for (const Use& use : uses_)
      if (!use.draft->port) place(use, free_port(use.to));
    fill_missing();
    for (const DraftOrder& each : draft_.order)
      graph().order.push_back({id(numbers_.at(each.from)), id(numbers_.at(each.to)), each.distance});
    HEDDLE_TRY(sort());
    if (auto violation = dfg::find_violation(graph(), dfg::Purpose::kMapping)) {
      const Mark where = violation->node.valid() ? graph().node(violation->node).where : Mark{draft_.file, 1, 1};
      return fail(ErrorCode::kBadInput, violation->message, where);
    }
    return std::move(result_);
  }

 private:
  struct Use {
    const DraftUse* draft;
    std::size_t from;
    std::size_t to;
  };

  dfg::Graph& graph() { return result_.graph; }
  static dfg::NodeId id(std::size_t index) { return dfg::NodeId(static_cast<std::int64_t>(index)); }

  Status number_nodes() {
    for (std::size_t i = 0; i < draft_.nodes.size(); ++i) {
      const DraftNode& node = draft_.nodes[i];
      const auto [at, is_new] = numbers_.emplace(node.label, i);
      if (is_new) continue;
      Error error{ErrorCode::kBadInput, fmt::format("node {} is defined twice", node.label), node.where};
      error.notes.push_back({"the first is here", draft_.nodes[at->second].where});
      return fail(std::move(error));
    }
    if (draft_.nodes.empty()) return fail(ErrorCode::kBadInput, "the graph has no operation", {draft_.file, 1, 1});
    return {};
  }

  Result<std::size_t> find(const std::string& label, const Mark& where) const {
    const auto found = numbers_.find(label);
    if (found != numbers_.end()) return found->second;
    std::vector<std::string> labels;
    labels.reserve(numbers_.size());
    for (const auto& [known, index] : numbers_) labels.push_back(known);
    const std::string nearest = nearest_name(label, labels);
    return fail(ErrorCode::kBadInput, fmt::format("there is no node {}", label), where,
                nearest.empty() ? "" : fmt::format("the nearest name is {}", nearest));
  }

  static Status check_distance(int distance, const Mark& where) {
    if (distance >= 0 && distance <= dfg::kMaxDistance) return {};
    return fail(ErrorCode::kBadInput, fmt::format("distance {} is not in 0..{}", distance, dfg::kMaxDistance), where);
  }

  Status find_ends() {
    for (const DraftUse& use : draft_.uses) {
      HEDDLE_ASSIGN(const std::size_t to, find(use.to, use.where));
      if (use.immediate) {
        uses_.push_back({&use, 0, to});
        continue;
      }
      HEDDLE_ASSIGN(const std::size_t from, find(use.from, use.where));
      HEDDLE_TRY(check_distance(use.distance, use.where));
      if (dfg::is_store(draft_.nodes[from].op))
        return fail(ErrorCode::kBadInput, fmt::format("{} reads {}, a store, which has no result", use.to, use.from),
                    use.where);
      uses_.push_back({&use, from, to});
    }
    for (const DraftOrder& each : draft_.order) {
      HEDDLE_TRY(find(each.from, each.where));
      HEDDLE_TRY(find(each.to, each.where));
      HEDDLE_TRY(check_distance(each.distance, each.where));
    }
    return {};
  }

  void add_nodes() {
    graph().name = draft_.name;
    graph().live_ins = draft_.live_ins;
    std::set<std::string> outs;
    for (const DraftNode& draft : draft_.nodes) {
      dfg::Node node;
      node.op = draft.op;
      node.name = draft.label;
      node.where = draft.where;
      for (std::size_t port = 0; port < dfg::kPorts; ++port)
        if (draft.immediates[port]) node.operands[port] = dfg::Operand::of(*draft.immediates[port]);
      if (draft.live_out) {
        std::string name = *draft.live_out;
        for (int copy = 2; !outs.insert(name).second; ++copy) name = fmt::format("{}_{}", *draft.live_out, copy);
        node.live_out = static_cast<int>(graph().live_outs.size());
        graph().live_outs.push_back({name});
      }
      if (dfg::is_memory(node.op)) {
        if (graph().arrays.empty()) graph().arrays.push_back({"memory", 1, kAddressSpace, false, false});
        (dfg::is_load(node.op) ? graph().arrays[0].read : graph().arrays[0].written) = true;
        node.array = dfg::ArrayId(0);
      }
      graph().add(std::move(node));
    }
  }

  static bool has_port(Opcode op, Port port) {
    return static_cast<int>(port) < dfg::info(op).operands || (dfg::is_memory(op) && port == Port::kC);
  }

  /// The first required port without anything; else the first whose immediate can give way; else port a.
  [[nodiscard]] Port free_port(std::size_t to) const {
    const dfg::Node& node = result_.graph.nodes[to];
    const auto required = static_cast<std::size_t>(dfg::info(node.op).operands);
    for (std::size_t port = 0; port < required; ++port)
      if (!node.operands[port].present()) return static_cast<Port>(port);
    for (std::size_t port = 0; port < required; ++port)
      if (!node.operands[port].is_node()) return static_cast<Port>(port);
    return Port::kA;
  }

  void remark(const Use& use, const std::string& what) {
    const DraftNode& draft = draft_.nodes[use.to];
    const std::string who = draft.op_name.empty() ? draft.label : draft.op_name + " " + draft.label;
    result_.warnings.push_back({fmt::format("{} {}", who, what), use.draft->where});
  }

  void place(const Use& use, Port port) {
    if (!has_port(draft_.nodes[use.to].op, port)) port = free_port(use.to);
    dfg::Operand& operand = graph().nodes[use.to].port(port);
    if (use.draft->immediate) {
      if (operand.present())
        return remark(use, fmt::format("has no port for the constant {}: left out", use.draft->from));
      operand = dfg::Operand::of(*use.draft->immediate);
      return;
    }
    const auto value = dfg::Operand::of(id(use.from), use.draft->distance);
    if (operand.kind == dfg::Operand::Kind::kImmediate)
      remark(use, fmt::format("reads {} where it has a constant too: the constant is left out", use.draft->from));
    if (!operand.is_node()) {
      operand = value;
      return;
    }
    remark(use, fmt::format("reads a further value, {}: merged by an inserted \"or\"", use.draft->from));
    dfg::Node merge;
    merge.op = Opcode::kOr;
    merge.name = draft_.nodes[use.to].label + "_merge";
    merge.where = use.draft->where;
    merge.operands[0] = operand;
    merge.operands[1] = value;
    const dfg::NodeId merged = graph().add(std::move(merge));
    graph().nodes[use.to].port(port) = dfg::Operand::of(merged);
  }

  void fill_missing() {
    for (dfg::Node& node : graph().nodes)
      for (int port = 0; port < dfg::info(node.op).operands; ++port) {
        dfg::Operand& operand = node.operands[static_cast<std::size_t>(port)];
        if (operand.present()) continue;
        operand = dfg::Operand::of(dfg::Immediate::constant(0));
        if (!draft_.missing_is_normal)
          result_.warnings.push_back(
              {fmt::format("{}: operand {} is not in the file: 0 stands in", node.name, "abc"[port]), node.where});
      }
  }

  /// Kahn's algorithm, the earliest of the file first; what is left over is on or behind a cycle.
  Status sort() {
    const std::size_t count = graph().nodes.size();
    std::vector<std::vector<std::size_t>> after(count);
    std::vector<int> waiting(count, 0);
    const auto edge = [&](dfg::NodeId from, dfg::NodeId to, int distance) {
      if (distance > 0) return;
      after[from.index()].push_back(to.index());
      ++waiting[to.index()];
    };
    for (const auto& each : dfg::value_edges(graph())) edge(each.from, each.to, each.distance);
    for (const auto& each : graph().order) edge(each.from, each.to, each.distance);
    std::set<std::size_t> ready;
    for (std::size_t i = 0; i < count; ++i)
      if (waiting[i] == 0) ready.insert(i);
    std::vector<std::size_t> sequence;
    while (!ready.empty()) {
      const std::size_t next = *ready.begin();
      ready.erase(ready.begin());
      sequence.push_back(next);
      for (const std::size_t each : after[next])
        if (--waiting[each] == 0) ready.insert(each);
    }
    if (sequence.size() < count) return name_cycle(after, waiting);
    permute(sequence);
    return {};
  }

  /// Follows nodes that still wait backwards until one repeats.
  Status name_cycle(const std::vector<std::vector<std::size_t>>& after, const std::vector<int>& waiting) const {
    std::vector<std::size_t> before(waiting.size(), waiting.size());
    std::size_t at = waiting.size();
    for (std::size_t from = 0; from < after.size(); ++from)
      for (const std::size_t to : after[from])
        if (waiting[from] > 0 && waiting[to] > 0 && before[to] == waiting.size()) before[to] = from;
    for (std::size_t i = 0; i < waiting.size() && at == waiting.size(); ++i)
      if (waiting[i] > 0) at = i;
    std::vector<std::size_t> path;
    while (std::find(path.begin(), path.end(), at) == path.end()) {
      path.push_back(at);
      at = before[at];
    }
    path.erase(path.begin(), std::find(path.begin(), path.end(), at));
    std::reverse(path.begin(), path.end());
    std::rotate(path.begin(), std::min_element(path.begin(), path.end()), path.end());
    const auto& nodes = result_.graph.nodes;
    std::string text;
    for (const std::size_t each : path) text += nodes[each].name + " -> ";
    Error error{ErrorCode::kBadInput,
                fmt::format("a cycle without a loop distance: {}{}", text, nodes[path.front()].name),
                nodes[path.front()].where};
    for (const std::size_t each : path)
      error.notes.push_back({fmt::format("{} ({})", nodes[each].name, dfg::name(nodes[each].op)), nodes[each].where});
    error.hint = "an edge that closes a loop needs a distance of 1 or more";
    return fail(std::move(error));
  }

  void permute(const std::vector<std::size_t>& sequence) {
    std::vector<std::size_t> place(sequence.size());
    for (std::size_t i = 0; i < sequence.size(); ++i) place[sequence[i]] = i;
    std::vector<dfg::Node> nodes;
    for (const std::size_t old : sequence) {
      nodes.push_back(std::move(graph().nodes[old]));
      for (dfg::Operand& operand : nodes.back().operands)
        if (operand.is_node()) operand.node = id(place[operand.node.index()]);
    }
    graph().nodes = std::move(nodes);
    for (dfg::OrderEdge& edge : graph().order) {
      edge.from = id(place[edge.from.index()]);
      edge.to = id(place[edge.to.index()]);
    }
  }

  Draft draft_;
  ImportedGraph result_;
  std::map<std::string, std::size_t> numbers_;
  std::vector<Use> uses_;
};

}  // namespace

Result<ImportedGraph> finish(Draft draft, std::vector<Note> warnings) {
  return Finisher(std::move(draft), std::move(warnings)).run();
}

}  // namespace heddle::exchange
