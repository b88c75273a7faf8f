#include "compiler/exchange/node_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "compiler/base/files.h"
#include "compiler/exchange/graph_words.h"

namespace heddle::exchange {
namespace {

using dfg::Immediate;
using dfg::Port;
using Form = GraphWord::Form;

const Attribute* find(const Attributes& attributes, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto found = attributes.find(name); found != attributes.end()) return &found->second;
  return nullptr;
}

constexpr std::initializer_list<const char*> kOperation = {"opcode", "op", "operation"};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

class Converter {
 public:
  explicit Converter(const NodeLink& source) : source_(source), warnings_(source.warnings) {
    draft_.file = source.file;
    draft_.name = source.name.empty() ? std::filesystem::path(source.file).stem().string() : source.name;
  }

  Result<ImportedGraph> run() {
    for (const LinkedNode& node : source_.nodes) any_operation_ = any_operation_ || find(node.attributes, kOperation);
    for (const LinkedNode& node : source_.nodes) HEDDLE_TRY(read_node(node));
    for (const LinkedEdge& edge : source_.edges) HEDDLE_TRY(read_edge(edge));
    accumulate();
    close_loops();
    place_phis();
    for (const auto& [output, edge] : outputs_) set_live_out(output, *edge);
    return finish(std::move(draft_), std::move(warnings_));
  }

 private:
  Status read_node(const LinkedNode& node) {
    HEDDLE_ASSIGN(const std::optional<GraphWord> found, word_of(node));
    if (!found) return {};  // an edge names it, and nothing else: refused there
    const GraphWord& word = *found;
    const auto [known, is_new] = words_.emplace(node.name, word);
    if (!is_new) {
      const bool same = known->second.name == word.name && word.form == Form::kConstant;
      if (same) return {};
      return fail(ErrorCode::kBadInput, fmt::format("node {} is defined twice", node.name), node.where);
    }
    say_latency(node.attributes, node.name);
    if (word.stands_in)
      warnings_.push_back({fmt::format("{} of {} is none of ours: \"{}\" stands in, for mapping the same", word.name,
                                       node.name, dfg::name(word.op)),
                           node.where});
    if (word.form == Form::kInput) {
      add_live_in(node.name);
    } else if (word.form == Form::kConstant) {
      read_constant(node, word);
    } else if (word.form == Form::kOutput) {
      if (const Attribute* label = find(node.attributes, {"label"}); label != nullptr && !label->value.empty())
        live_outs_.emplace(node.name, label->value);
    } else {
      DraftNode made{node.name, word.name, word.op, {}, {}, node.where};
      if (const Attribute* constant = find(node.attributes, {"constant"}))
        if (const auto number = whole_number(constant->value)) constants_.emplace(node.name, *number);
      if (word.form == Form::kNot) made.immediates[1] = Immediate::constant(-1);
      if (word.form == Form::kNegate) made.immediates[0] = Immediate::constant(0);
      read_immediates(node, made);
      numbers_.emplace(node.name, draft_.nodes.size());
      draft_.nodes.push_back(std::move(made));
    }
    return {};
  }

  /// A constant without a whole number is a word that the host sets.
  void read_constant(const LinkedNode& node, const GraphWord& word) {
    const Attribute* value =
        find(node.attributes, {"value", "const", "constval", "const_value", "val", "imm", "label"});
    const auto number = word.value ? word.value : whole_number(value != nullptr ? value->value : node.name);
    if (number) {
      immediates_.emplace(node.name, Immediate::constant(*number));
      return;
    }
    if (const Attribute* given = find(node.attributes, {"value", "constval", "const_value", "val", "imm"}))
      warnings_.push_back({fmt::format("constant {} is \"{}\", no whole number: a word that the host sets stands in",
                                       node.name, given->value),
                           given->where});
    add_live_in(node.name);
  }

  void say_latency(const Attributes& attributes, const std::string& whose) {
    const Attribute* given = find(attributes, {"latency", "lat", "delay"});
    if (given != nullptr && whole_number(given->value) != 1)
      warnings_.push_back(
          {fmt::format("latency {} of {} is not taken over: latencies are the array's", given->value, whose),
           given->where});
  }

  /// imm_a="4", imm_b="$bias", as dfg::to_dot writes them.
  void read_immediates(const LinkedNode& node, DraftNode& made) {
    static constexpr const char* kNames[] = {"imm_a", "imm_b", "imm_c"};
    for (std::size_t port = 0; port < dfg::kPorts; ++port) {
      const Attribute* given = find(node.attributes, {kNames[port]});
      if (given == nullptr) continue;
      if (const auto number = whole_number(given->value)) {
        made.immediates[port] = Immediate::constant(*number);
        continue;
      }
      made.immediates[port] = live_in(given->value.starts_with("$") ? given->value.substr(1) : given->value);
    }
  }

  void add_live_in(const std::string& name) { immediates_.emplace(name, live_in(name)); }

  /// One for each name, whether a node or an immediate of a node has it.
  Immediate live_in(const std::string& name) {
    const dfg::LiveInId next(static_cast<std::int64_t>(draft_.live_ins.size()));
    const auto [known, is_new] = named_.emplace(name, Immediate::of_live_in(next));
    if (is_new) draft_.live_ins.push_back({name});
    return known->second;
  }

  /// Nothing for a node that no statement declares and whose operation nothing tells.
  Result<std::optional<GraphWord>> word_of(const LinkedNode& node) {
    const Attribute* type = find(node.attributes, {"type"});
    const Attribute* from = find(node.attributes, kOperation);
    std::string name = from != nullptr ? from->value : "";
    if (name.empty() && type != nullptr && type->value != "op") {
      from = type;
      name = type->value;
    }
    if (const Attribute* label = find(node.attributes, {"label"}); name.empty() && label != nullptr) {
      from = label;
      name = word_in_label(label->value);
    }
    if (name.empty() && !any_operation_) {
      name = word_in_name(node.name);
      if (!name.empty() && !said_names_)
        warnings_.push_back({"no node has an opcode: operations are read from the names of nodes", node.where});
      said_names_ = said_names_ || !name.empty();
    }
    if (name.empty() && !node.declared) return std::optional<GraphWord>{};
    if (name.empty()) {
      const Attribute* label = find(node.attributes, {"label"});
      return fail(
          ErrorCode::kBadInput,
          fmt::format("node {} has no opcode{}", node.name,
                      label == nullptr ? "" : fmt::format(", and its label \"{}\" is no operation", label->value)),
          node.where);
    }
    if (auto word = graph_word(name)) return word;
    const std::string nearest = nearest_name(name, graph_word_names());
    return fail(ErrorCode::kUnsupported, fmt::format("there is no operation \"{}\"", name), from->where,
                nearest.empty() ? "" : fmt::format("the nearest is {}", nearest));
  }

  Status read_edge(const LinkedEdge& edge) {
    HEDDLE_ASSIGN(const GraphWord from, end_of(edge.from, edge.where));
    HEDDLE_ASSIGN(const GraphWord to, end_of(edge.to, edge.where));
    if (from.form == Form::kOutput)
      return fail(ErrorCode::kBadInput, fmt::format("{} is an output, nothing can read it", edge.from), edge.where);
    HEDDLE_ASSIGN(const std::optional<int> given, distance_of(edge));
    const bool ordered = is_order(edge);
    if (const Attribute* label = find(edge.attributes, {"operand"}); label != nullptr && to.form == Form::kBranch &&
                                                                     lower(label->value).starts_with("branch_") &&
                                                                     lower(label->value) != "branch_cond") {
      warnings_.push_back({fmt::format("{} is where {} goes to, no value: left out", edge.from, edge.to), edge.where});
      return {};
    }
    if (to.form == Form::kInput || to.form == Form::kConstant)
      return fail(ErrorCode::kBadInput, fmt::format("{} is no operation, it reads nothing", edge.to), edge.where);
    say_latency(edge.attributes, fmt::format("{} -> {}", edge.from, edge.to));
    const int distance = given.value_or(0);
    if (to.form == Form::kOutput) {
      if (!ordered) outputs_.emplace_back(edge.to, &edge);
      if (distance > 0)
        warnings_.push_back(
            {fmt::format("output {} is of the last iteration: its distance {} is not taken over", edge.to, distance),
             edge.where});
      return {};
    }
    const bool steers = from.form == Form::kBranch && !find(edge.attributes, {"operand", "port"});
    const bool steered = takes_predicate(to.form) || to.form == Form::kPhi || to.form == Form::kBranch;
    if (ordered || (steers && !steered)) {
      if (numbers_.count(edge.from) == 0) return {};  // of no operation: always there
      if (!ordered)
        warnings_.push_back(
            {fmt::format("{} steers {}, which always runs here: only their order is kept", edge.from, edge.to),
             edge.where});
      if (!given && from.form == Form::kBranch) open_orders_.push_back(draft_.order.size());
      draft_.order.push_back({edge.from, edge.to, distance, edge.where});
      return {};
    }
    HEDDLE_ASSIGN(const auto port, port_of(edge, from, to));
    DraftUse use{edge.from, edge.to, port, distance, edge.where};
    if (const auto immediate = immediates_.find(edge.from); immediate != immediates_.end())
      use.immediate = immediate->second;
    if (edge.from == edge.to && !given) {
      use.distance = 1;
      if (to.form != Form::kPhi)
        warnings_.push_back({fmt::format("{} reads itself, and no distance is given: taken for the value of the "
                                         "iteration before",
                                         edge.to),
                             edge.where});
    } else if (!given) {
      open_uses_.push_back(draft_.uses.size());
    }
    draft_.uses.push_back(std::move(use));
    return {};
  }

  static bool takes_predicate(Form form) { return form == Form::kLoad || form == Form::kStore; }

  static Result<std::optional<int>> distance_of(const LinkedEdge& edge) {
    const Attribute* given = find(edge.attributes, {"distance", "dist", "iterdist", "iter_dist", "iteration_distance",
                                                    "loop_distance", "nextiter"});
    if (given == nullptr) return std::optional<int>{};
    const auto number = whole_number(given->value);
    if (!number || *number < 0 || *number > dfg::kMaxDistance)
      return fail(ErrorCode::kBadInput,
                  fmt::format("distance is \"{}\", expected 0 to {}", given->value, dfg::kMaxDistance), given->where);
    return std::optional<int>(static_cast<int>(*number));
  }

  static bool is_order(const LinkedEdge& edge) {
    const Attribute* kind = find(edge.attributes, {"type", "kind"});
    if (kind == nullptr) return false;
    const std::string word = lower(kind->value);
    return word == "order" || word == "control" || word == "ctrl" || word == "mem" || word == "memory" || word == "ps";
  }

  Result<GraphWord> end_of(const std::string& name, const Mark& where) const {
    if (const auto found = words_.find(name); found != words_.end()) return found->second;
    std::vector<std::string> names;
    names.reserve(words_.size());
    for (const auto& [known, word] : words_) names.push_back(known);
    const std::string nearest = nearest_name(name, names);
    return fail(ErrorCode::kBadInput, fmt::format("there is no node {}", name), where,
                nearest.empty() ? "" : fmt::format("the nearest name is {}", nearest));
  }

  static Result<std::optional<Port>> port_of(const LinkedEdge& edge, const GraphWord& from, const GraphWord& to) {
    if (from.form == Form::kBranch && (takes_predicate(to.form) || to.form == Form::kPhi)) return Port::kC;
    const Attribute* given = find(edge.attributes, {"operand", "port"});
    const std::string name = lower(given != nullptr ? given->value : edge.port);
    static const std::map<std::string, Port> kPorts = {
        {"a", Port::kA},       {"b", Port::kB},    {"c", Port::kC},           {"addr", Port::kA},
        {"address", Port::kA}, {"data", Port::kB}, {"branch_cond", Port::kA}, {"pred", Port::kC},
        {"cond", Port::kC},    {"true", Port::kA}, {"false", Port::kB}};
    if (const auto named = kPorts.find(name); named != kPorts.end()) return named->second;
    static const std::map<std::string, int> kOperands = {{"lhs", 0}, {"rhs", 1}, {"left", 0}, {"right", 1}, {"in0", 0},
                                                         {"in1", 1}, {"in2", 2}, {"i1", 0},   {"i2", 1}};
    std::optional<std::int64_t> index = whole_number(name);
    if (const auto operand = kOperands.find(name); operand != kOperands.end()) {
      if (to.form != Form::kSwapped)
        return operand->second == 0 ? Port::kA : operand->second == 1 ? Port::kB : Port::kC;
      index = operand->second;
    }
    if (!index || (given == nullptr && (*index < 0 || *index > 2)))
      return std::optional<Port>{};  // "any2input" and the like
    if (*index < 0 || *index > 2)
      return fail(ErrorCode::kBadInput, fmt::format("operand is {}, expected 0 to 2", name), given->where);
    switch (to.form) {
      case Form::kSwapped: return *index == 0 ? Port::kB : Port::kA;
      case Form::kSelect: return *index == 0 ? Port::kC : *index == 1 ? Port::kA : Port::kB;
      case Form::kStore: return *index == 0 ? Port::kB : *index == 1 ? Port::kA : Port::kC;
      case Form::kLoad: return *index == 0 ? Port::kA : Port::kC;
      case Form::kNegate: return Port::kB;
      case Form::kNot: return Port::kA;
      default: return static_cast<Port>(*index);
    }
  }

  /// An accumulator that does not say so reads itself.
  void accumulate() {
    std::map<std::string, int> reads;
    for (const DraftUse& use : draft_.uses) ++reads[use.to];
    for (const DraftNode& node : draft_.nodes)
      if (words_.at(node.label).form == Form::kAccumulate && reads[node.label] < 2)
        draft_.uses.push_back({node.label, node.label, {}, 1, node.where});
  }

  /// A value that reaches its own phi without a distance is that of the last iteration; and a branch that is reached
  /// from what it steers steers the next one.
  void close_loops() {
    std::map<std::string, std::vector<std::size_t>> uses;
    std::map<std::string, std::vector<std::size_t>> orders;
    for (std::size_t i = 0; i < draft_.uses.size(); ++i) uses[draft_.uses[i].from].push_back(i);
    for (std::size_t i = 0; i < draft_.order.size(); ++i) orders[draft_.order[i].from].push_back(i);
    const auto reached_from = [&](const std::string& start) {
      std::set<std::string> reached{start};
      std::vector<std::string> open{start};
      while (!open.empty()) {
        const std::string at = open.back();
        open.pop_back();
        for (const std::size_t i : uses[at])
          if (draft_.uses[i].distance == 0 && reached.insert(draft_.uses[i].to).second)
            open.push_back(draft_.uses[i].to);
        for (const std::size_t i : orders[at])
          if (draft_.order[i].distance == 0 && reached.insert(draft_.order[i].to).second)
            open.push_back(draft_.order[i].to);
      }
      return reached;
    };
    std::map<std::string, std::vector<std::size_t>> into_phi;
    std::map<std::string, std::vector<std::size_t>> from_branch;
    for (const std::size_t i : open_uses_) {
      const DraftUse& use = draft_.uses[i];
      if (words_.at(use.to).form == Form::kPhi) into_phi[use.to].push_back(i);
      if (words_.at(use.from).form == Form::kBranch) from_branch[use.from].push_back(i);
    }
    for (const auto& [phi, open] : into_phi) {
      const auto reached = reached_from(phi);
      for (const std::size_t i : open)
        if (reached.count(draft_.uses[i].from) > 0) draft_.uses[i].distance = 1;
    }
    for (const auto& [branch, open] : from_branch)
      for (const std::size_t i : open)
        if (draft_.uses[i].distance == 0 && reached_from(draft_.uses[i].to).count(branch) > 0)
          draft_.uses[i].distance = 1;
    for (const std::size_t i : open_orders_)
      if (reached_from(draft_.order[i].to).count(draft_.order[i].from) > 0) draft_.order[i].distance = 1;
  }

  /// With a branch a phi is a select by it, else an `or`. Constants of nodes stand where no value comes; a store's only
  /// value is its data.
  void place_phis() {
    std::set<std::string> steered;
    for (const DraftUse& use : draft_.uses)
      if (use.port == Port::kC) steered.insert(use.to);
    std::map<std::string, int> free_uses;
    for (const DraftUse& use : draft_.uses)
      if (!use.port) ++free_uses[use.to];
    for (DraftNode& node : draft_.nodes) {
      const Form form = words_.at(node.label).form;
      if (form == Form::kPhi && steered.count(node.label) > 0) node.op = dfg::Opcode::kSelect;
      if (form == Form::kBranch && free_uses[node.label] > 1) node.op = dfg::Opcode::kOr;
      const auto constant = constants_.find(node.label);
      const Immediate value = Immediate::constant(constant != constants_.end() ? constant->second : 0);
      if (form == Form::kStore && free_uses[node.label] == 1 && !node.immediates[0]) node.immediates[0] = value;
      const bool lacks_address = free_uses[node.label] == 0 && !addressed(node.label) && !node.immediates[0];
      if (form == Form::kLoad && lacks_address) node.immediates[0] = value;
      if (constant != constants_.end() && dfg::info(node.op).operands >= 2 && !dfg::is_memory(node.op) &&
          free_uses[node.label] <= 1)
        node.immediates[1] = value;
    }
    for (DraftUse& use : draft_.uses) {
      if (use.port || words_.at(use.to).form != Form::kStore) continue;
      // In the order of LLVM: the data, then the address.
      use.port = stored_.insert(use.to).second ? Port::kB : Port::kA;
    }
  }

  [[nodiscard]] bool addressed(const std::string& label) const {
    return std::any_of(draft_.uses.begin(), draft_.uses.end(),
                       [&](const DraftUse& use) { return use.to == label && use.port == Port::kA; });
  }

  void set_live_out(const std::string& node, const LinkedEdge& edge) {
    const auto named = live_outs_.find(node);
    const std::string& output = named != live_outs_.end() && named->second != "\\N" ? named->second : node;
    const auto number = numbers_.find(edge.from);
    if (number != numbers_.end() && !draft_.nodes[number->second].live_out &&
        !dfg::is_store(draft_.nodes[number->second].op)) {
      draft_.nodes[number->second].live_out = output;
      return;
    }
    // A further live-out of one value, or one of an immediate, needs an operation.
    std::string label = output;
    for (int copy = 2; numbers_.count(label) > 0; ++copy) label = fmt::format("{}_{}", output, copy);
    numbers_.emplace(label, draft_.nodes.size());
    draft_.nodes.push_back({label, "output", dfg::Opcode::kMov, {}, output, edge.where});
    DraftUse use{edge.from, label, Port::kA, 0, edge.where};
    if (const auto immediate = immediates_.find(edge.from); immediate != immediates_.end())
      use.immediate = immediate->second;
    draft_.uses.push_back(std::move(use));
  }

  const NodeLink& source_;
  Draft draft_;
  std::vector<Note> warnings_;
  std::map<std::string, GraphWord> words_;
  std::map<std::string, Immediate> immediates_;    ///< nodes that are no operations
  std::map<std::string, Immediate> named_;         ///< live-ins
  std::map<std::string, std::string> live_outs_;   ///< outputs that have a label -> the label
  std::map<std::string, std::int64_t> constants_;  ///< constants that belong to operations
  std::map<std::string, std::size_t> numbers_;     ///< label -> draft node
  std::set<std::string> stored_;
  std::vector<std::size_t> open_uses_;    ///< uses whose distance the file does not give
  std::vector<std::size_t> open_orders_;  ///< order edges of branches, likewise
  bool any_operation_ = false;            ///< some node has an opcode
  bool said_names_ = false;
  std::vector<std::pair<std::string, const LinkedEdge*>> outputs_;
};

}  // namespace

Result<ImportedGraph> read_node_link(const NodeLink& source) { return Converter(source).run(); }

}  // namespace heddle::exchange
