#include "compiler/exchange/node_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

#include "compiler/base/files.h"
#include "compiler/exchange/graph_words.h"

namespace heddle::exchange {
namespace {

using dfg::Immediate;
using dfg::Port;
using Form = GraphWord::Form;

std::optional<std::int64_t> integer(const std::string& text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
  return value;
}

const Attribute* find(const Attributes& attributes, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto found = attributes.find(name); found != attributes.end()) return &found->second;
  return nullptr;
}

class Converter {
 public:
  explicit Converter(const NodeLink& source) : source_(source) {
    draft_.file = source.file;
    draft_.name = source.name.empty() ? std::filesystem::path(source.file).stem().string() : source.name;
  }

  Result<ImportedGraph> run() {
    for (const LinkedNode& node : source_.nodes) HEDDLE_TRY(read_node(node));
    for (const LinkedEdge& edge : source_.edges) HEDDLE_TRY(read_edge(edge));
    close_loops();
    place_phis();
    for (const auto& [output, edge] : outputs_) set_live_out(output, *edge);
    return finish(std::move(draft_), std::move(warnings_));
  }

 private:
  /// A node statement may come twice, for more attributes; the word must be the same.
  Status read_node(const LinkedNode& node) {
    HEDDLE_ASSIGN(const GraphWord word, word_of(node));
    const auto [known, is_new] = words_.emplace(node.name, word);
    if (!is_new) {
      const bool same = known->second.name == word.name && word.form == Form::kConstant;
      if (same) return {};
      return fail(ErrorCode::kBadInput, fmt::format("node {} is defined twice", node.name), node.where);
    }
    if (word.form == Form::kInput) {
      add_live_in(node.name);
    } else if (word.form == Form::kConstant) {
      const Attribute* value = find(node.attributes, {"value", "const", "constval", "label"});
      auto number = integer(value != nullptr ? value->value : node.name);
      if (number) {
        immediates_.emplace(node.name, Immediate::constant(*number));
      } else {
        add_live_in(node.name);  // a word that the file does not tell
      }
    } else if (word.form != Form::kOutput) {
      DraftNode made{node.name, word.name, word.op, {}, {}, node.where};
      if (const Attribute* constant = find(node.attributes, {"constant"}))
        if (const auto number = integer(constant->value)) constants_.emplace(node.name, *number);
      read_immediates(node, made);
      numbers_.emplace(node.name, draft_.nodes.size());
      draft_.nodes.push_back(std::move(made));
    }
    return {};
  }

  /// imm_a="4", imm_b="$bias", as dfg::to_dot writes them.
  void read_immediates(const LinkedNode& node, DraftNode& made) {
    static constexpr const char* kNames[] = {"imm_a", "imm_b", "imm_c"};
    for (std::size_t port = 0; port < dfg::kPorts; ++port) {
      const Attribute* given = find(node.attributes, {kNames[port]});
      if (given == nullptr) continue;
      if (const auto number = integer(given->value)) {
        made.immediates[port] = Immediate::constant(*number);
        continue;
      }
      if (immediates_.count(given->value) == 0) add_live_in(given->value);
      made.immediates[port] = immediates_.at(given->value);
    }
  }

  void add_live_in(const std::string& name) {
    immediates_.emplace(name, Immediate::of_live_in(dfg::LiveInId(static_cast<std::int64_t>(draft_.live_ins.size()))));
    draft_.live_ins.push_back({name});
  }

  static Result<GraphWord> word_of(const LinkedNode& node) {
    const Attribute* type = find(node.attributes, {"type"});
    const Attribute* op = find(node.attributes, {"opcode", "op", "operation"});
    std::string name = op != nullptr ? op->value : "";
    if (name.empty() && type != nullptr && type->value != "op") {
      op = type;
      name = type->value;
    }
    if (const Attribute* label = find(node.attributes, {"label"}); name.empty() && label != nullptr) {
      // CGRA-Mapper's "(9) add"
      const auto close = label->value.find(") ");
      op = label;
      if (label->value.starts_with("(") && close != std::string::npos) name = label->value.substr(close + 2);
    }
    if (name.empty()) return fail(ErrorCode::kBadInput, fmt::format("node {} has no opcode", node.name), node.where);
    if (auto word = graph_word(name)) return *word;
    const std::string nearest = nearest_name(name, graph_word_names());
    return fail(ErrorCode::kUnsupported, fmt::format("there is no operation \"{}\"", name), op->where,
                nearest.empty() ? "" : fmt::format("the nearest is {}", nearest));
  }

  Status read_edge(const LinkedEdge& edge) {
    HEDDLE_ASSIGN(const GraphWord from, end_of(edge.from, edge.where));
    HEDDLE_ASSIGN(const GraphWord to, end_of(edge.to, edge.where));
    if (from.form == Form::kOutput)
      return fail(ErrorCode::kBadInput, fmt::format("{} is an output, nothing can read it", edge.from), edge.where);
    if (to.form == Form::kInput || to.form == Form::kConstant)
      return fail(ErrorCode::kBadInput, fmt::format("{} is no operation, it reads nothing", edge.to), edge.where);
    int distance = 0;
    if (const Attribute* given = find(edge.attributes, {"distance", "dist", "iterdist", "nextiter"})) {
      const auto number = integer(given->value);
      if (!number || *number < 0 || *number > dfg::kMaxDistance)
        return fail(ErrorCode::kBadInput,
                    fmt::format("distance is \"{}\", expected 0 to {}", given->value, dfg::kMaxDistance), given->where);
      distance = static_cast<int>(*number);
    }
    const Attribute* kind = find(edge.attributes, {"type", "kind"});
    if (kind != nullptr && kind->value == "order") {
      draft_.order.push_back({edge.from, edge.to, distance, edge.where});
      return {};
    }
    if (to.form == Form::kOutput) {
      outputs_.emplace_back(edge.to, &edge);
      return {};
    }
    HEDDLE_ASSIGN(const auto port, port_of(edge, from, to));
    DraftUse use{edge.from, edge.to, port, distance, edge.where};
    if (const auto immediate = immediates_.find(edge.from); immediate != immediates_.end())
      use.immediate = immediate->second;
    draft_.uses.push_back(std::move(use));
    return {};
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
    if (from.form == Form::kBranch && (to.form == Form::kLoad || to.form == Form::kStore || to.form == Form::kPhi))
      return Port::kC;
    const Attribute* given = find(edge.attributes, {"operand", "port"});
    if (given == nullptr) return std::optional<Port>{};
    const std::string& name = given->value;
    static const std::map<std::string, Port> kNames = {{"a", Port::kA},    {"b", Port::kB},    {"c", Port::kC},
                                                       {"lhs", Port::kA},  {"rhs", Port::kB},  {"addr", Port::kA},
                                                       {"data", Port::kB}, {"pred", Port::kC}, {"cond", Port::kC}};
    std::string lowered = name;
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](unsigned char c) { return std::tolower(c); });
    if (const auto named = kNames.find(lowered); named != kNames.end()) return named->second;
    const auto number = integer(name);
    if (!number) return std::optional<Port>{};  // "any2input" and the like
    if (*number < 0 || *number > 2)
      return fail(ErrorCode::kBadInput, fmt::format("operand is {}, expected 0 to 2", name), given->where);
    const auto index = static_cast<int>(*number);
    switch (to.form) {
      case Form::kSwapped: return index == 0 ? Port::kB : Port::kA;
      case Form::kSelect: return index == 0 ? Port::kC : index == 1 ? Port::kA : Port::kB;
      case Form::kStore: return index == 0 ? Port::kB : index == 1 ? Port::kA : Port::kC;
      case Form::kLoad: return index == 0 ? Port::kA : Port::kC;
      default: return static_cast<Port>(index);
    }
  }

  /// A value that reaches its own phi without a distance is that of the last iteration.
  void close_loops() {
    for (const auto& [name, word] : words_) {
      if (word.form != Form::kPhi) continue;
      std::set<std::string> reached;
      std::vector<std::string> open{name};
      while (!open.empty()) {
        const std::string at = open.back();
        open.pop_back();
        for (const DraftUse& use : draft_.uses)
          if (use.from == at && use.distance == 0 && reached.insert(use.to).second) open.push_back(use.to);
      }
      for (DraftUse& use : draft_.uses)
        if (use.to == name && use.distance == 0 && (use.from == name || reached.count(use.from) > 0)) use.distance = 1;
    }
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

  void set_live_out(const std::string& output, const LinkedEdge& edge) {
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
  std::map<std::string, std::int64_t> constants_;  ///< constants that belong to operations
  std::map<std::string, std::size_t> numbers_;     ///< label -> draft node
  std::set<std::string> stored_;
  std::vector<std::pair<std::string, const LinkedEdge*>> outputs_;
};

}  // namespace

Result<ImportedGraph> read_node_link(const NodeLink& source) { return Converter(source).run(); }

}  // namespace heddle::exchange
