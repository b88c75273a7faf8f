// Reading goes in two steps: elements to records of nodes with their incoming edges by type, and those to a draft, in
// which every word has found its form (morpher_words.h).
//
// Edge types: I1 and I2 are the operands, I3 is "both, or whichever is free", P the predicate (NPB=1: inverted), PS
// only an order. RecParents name operations of which the next iteration must come later.
#include "compiler/exchange/morpher_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <set>

#include "compiler/base/files.h"
#include "compiler/exchange/morpher_words.h"
#include "compiler/exchange/xml.h"

namespace heddle::exchange {
namespace {

using dfg::Immediate;
using dfg::Opcode;
using dfg::Port;
using Form = MorpherWord::Form;

struct Incoming {
  std::string from;
  std::string type;
  int distance = 0;
  bool inverted = false;
  Mark where;
};

struct Record {
  std::string label;
  const MorpherWord* word = nullptr;
  std::optional<std::int64_t> constant;
  std::string base;       ///< BasePointerName
  std::set<int> sources;  ///< <Inputs>, which repeat the edges of the other side
  int index = 0;
  std::optional<int> level;  ///< ASAP
  Mark where;
  std::vector<Incoming> in;
};

template <class Number>
Result<Number> number(const XmlAttribute& attribute) {
  Number value{};
  const char* end = attribute.value.data() + attribute.value.size();
  const auto [stop, error] = std::from_chars(attribute.value.data(), end, value);
  if (error != std::errc{} || stop != end || attribute.value.empty())
    return fail(ErrorCode::kBadInput,
                fmt::format("{} is \"{}\", expected a whole number", attribute.name, attribute.value), attribute.where);
  return value;
}

class MorpherReader {
 public:
  MorpherReader(const std::string& file, bool outer_memory) : outer_memory_(outer_memory) {
    draft_.file = file;
    draft_.name = std::filesystem::path(file).stem().string();
  }

  Result<ImportedGraph> read(std::string_view text) {
    HEDDLE_ASSIGN(const auto roots, parse_xml(text, draft_.file, {"Input", "Output", "RecParent"}, &warnings_));
    HEDDLE_ASSIGN(const XmlElement* dfg, find_graph(roots));
    for (const XmlElement& node : dfg->children) {
      if (node.name != "Node")
        return fail(ErrorCode::kBadInput, fmt::format("expected <Node>, found <{}>", node.name), node.where);
      HEDDLE_TRY(read_node(node));
    }
    HEDDLE_TRY(check_count(*dfg));
    for (std::size_t i = 0; i < records_.size(); ++i) HEDDLE_TRY(read_edges(dfg->children[i], i));
    check_inputs(*dfg);
    for (Record& record : records_) settle_types(record);
    for (const Record& record : records_) HEDDLE_TRY(emit(record));
    rename_predicated();
    return finish(std::move(draft_), std::move(warnings_));
  }

 private:
  /// The one <DFG>; some files have all roots inside a <root>.
  Result<const XmlElement*> find_graph(const std::vector<XmlElement>& roots) {
    const XmlElement* dfg = nullptr;
    std::vector<const XmlElement*> open;
    for (const XmlElement& root : roots) open.push_back(&root);
    for (std::size_t i = 0; i < open.size(); ++i) {
      const XmlElement& root = *open[i];
      if (root.name == "MutexBB") continue;
      if (root.name == "root" && i < roots.size()) {
        for (const XmlElement& inner : root.children) open.push_back(&inner);
      } else if (root.name == "ITER") {
        warnings_.push_back(
            {"ITER: a generator of loop counters is not modelled: a node that it feeds reads 0", root.where});
      } else if (root.name != "DFG") {
        return fail(ErrorCode::kBadInput, fmt::format("expected <DFG> or <MutexBB>, found <{}>", root.name),
                    root.where);
      } else if (dfg != nullptr) {
        return fail(ErrorCode::kBadInput, "a second <DFG>", root.where);
      } else {
        dfg = &root;
      }
    }
    if (dfg == nullptr) return fail(ErrorCode::kBadInput, "there is no <DFG>", {draft_.file, 1, 1});
    return dfg;
  }

  Status check_count(const XmlElement& dfg) {
    const XmlAttribute* count = dfg.attribute("count");
    if (count == nullptr) return {};
    HEDDLE_ASSIGN(const auto stated, number<std::int64_t>(*count));
    if (stated != static_cast<std::int64_t>(records_.size()))
      warnings_.push_back({fmt::format("count is {}, and there are {} nodes", stated, records_.size()), count->where});
    return {};
  }

  /// <Inputs> repeat the edges; one that no <Outputs> has is an edge that is missing.
  void check_inputs(const XmlElement& dfg) {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      const XmlElement* inputs = dfg.children[i].child("Inputs");
      if (inputs == nullptr) continue;
      for (const XmlElement& input : inputs->children) {
        const auto index = index_of(input);
        if (index && reached_.count({*index, records_[i].index}) == 0)
          warnings_.push_back(
              {fmt::format("{} lists input {}, which has no <Output> to it: left out", records_[i].label, *index),
               input.where});
      }
    }
  }

  /// An edge without a type brings the first operand that no other edge brings.
  static void settle_types(Record& record) {
    for (Incoming& each : record.in)
      if (each.type.empty()) each.type = !brings(record, "I1") ? "I1" : !brings(record, "I2") ? "I2" : "";
  }

  /// Older files have no nextiter: there Morpher's mapper takes an edge that does not go to a later level (ASAP) for
  /// one to the next iteration.
  bool goes_back(std::size_t from, std::size_t to, bool is_order) const {
    return !has_nextiter_ && !is_order && records_[from].level && records_[to].level &&
           *records_[to].level <= *records_[from].level;
  }

  Status read_node(const XmlElement& element) {
    Record record;
    record.where = element.where;
    HEDDLE_ASSIGN(const int index, index_of(element));
    const XmlElement* op = element.child("OP");
    if (op == nullptr) return fail(ErrorCode::kBadInput, fmt::format("node {} has no <OP>", index), element.where);
    record.word = morpher_word(op->text);
    if (record.word == nullptr) {
      std::vector<std::string_view> names;
      for (const MorpherWord& each : morpher_words()) names.push_back(each.name);
      const std::string nearest = nearest_name(op->text, names);
      return fail(ErrorCode::kUnsupported, fmt::format("there is no operation \"{}\"", op->text),
                  op->text.empty() ? op->where : op->text_where,
                  nearest.empty() ? "" : fmt::format("the nearest is {}", nearest));
    }
    record.label = fmt::format("{}_{}", op->text, index);
    if (const XmlAttribute* constant = element.attribute("CONST")) {
      HEDDLE_ASSIGN(record.constant, number<std::int64_t>(*constant));
    }
    if (const XmlAttribute* level = element.attribute("ASAP")) {
      HEDDLE_ASSIGN(record.level, number<int>(*level));
    }
    for (const char* moved : {"SHIFT", "OFFSET"})
      if (const XmlAttribute* by = element.attribute(moved); by != nullptr && by->value != "0")
        warnings_.push_back({fmt::format("{} {} of {} is not taken over", moved, by->value, record.label), by->where});
    if (const XmlElement* outputs = element.child("Outputs"))
      for (const XmlElement& output : outputs->children)
        has_nextiter_ = has_nextiter_ || output.attribute("nextiter") != nullptr;
    if (const XmlElement* base = element.child("BasePointerName")) record.base = base->text;
    record.index = index;
    if (const XmlElement* inputs = element.child("Inputs"))
      for (const XmlElement& input : inputs->children) {
        HEDDLE_ASSIGN(const int source, index_of(input));
        record.sources.insert(source);
      }
    std::vector<std::size_t>& same = numbers_[index];
    if (!same.empty()) {
      record.label += fmt::format("_{}", same.size() + 1);
      warnings_.push_back(
          {fmt::format("node {} is defined again: edges to it are told apart by <Inputs>", index), element.where});
    }
    same.push_back(records_.size());
    records_.push_back(std::move(record));
    return {};
  }

  static Result<int> index_of(const XmlElement& element) {
    const XmlAttribute* index = element.attribute("idx");
    if (index == nullptr)
      return fail(ErrorCode::kBadInput, fmt::format("<{}> has no idx", element.name), element.where);
    return number<int>(*index);
  }

  /// The record that an edge ends at; `from` is the number of the node that it comes from. Where several nodes have
  /// one number (a defect of the generator), it is the one that lists the source among its inputs, else the last.
  Result<std::size_t> end_of(const XmlElement& edge, int from) const {
    HEDDLE_ASSIGN(const int index, index_of(edge));
    const auto found = numbers_.find(index);
    if (found == numbers_.end())
      return fail(ErrorCode::kBadInput, fmt::format("<{}> names node {}, which does not exist", edge.name, index),
                  edge.where);
    std::size_t best = found->second.back();
    for (const std::size_t each : found->second)
      if (records_[each].sources.count(from) > 0) best = each;
    return best;
  }

  Status read_edges(const XmlElement& node, std::size_t from) {
    const std::string& label = records_[from].label;
    const int number = records_[from].index;
    if (const XmlElement* outputs = node.child("Outputs"))
      for (const XmlElement& edge : outputs->children) {
        HEDDLE_ASSIGN(const std::size_t to, end_of(edge, number));
        HEDDLE_TRY(read_output(from, to, edge));
      }
    if (const XmlElement* parents = node.child("RecParents"))
      for (const XmlElement& edge : parents->children) {
        HEDDLE_ASSIGN(const std::size_t parent, end_of(edge, number));
        draft_.order.push_back({label, records_[parent].label, 1, edge.where});
      }
    return {};
  }

  Status read_output(std::size_t source, std::size_t target, const XmlElement& edge) {
    const std::string& label = records_[source].label;
    Record& to = records_[target];
    Incoming incoming{label, "", 0, false, edge.where};
    reached_.emplace(records_[source].index, to.index);
    if (const XmlAttribute* type = edge.attribute("type")) {
      incoming.type = type->value;
      constexpr std::string_view kTypes[] = {"I1", "I2", "I3", "P", "PS"};
      if (std::find(std::begin(kTypes), std::end(kTypes), type->value) == std::end(kTypes))
        return fail(ErrorCode::kBadInput, fmt::format("type is \"{}\", expected I1, I2, I3, P or PS", type->value),
                    type->where);
    }
    if (const XmlAttribute* next = edge.attribute("nextiter")) {
      HEDDLE_ASSIGN(incoming.distance, number<int>(*next));
    }
    if (incoming.type.empty())
      warnings_.push_back(
          {fmt::format("the edge from {} to {} has no type: the first operand that is free", label, to.label),
           edge.where});
    if (goes_back(source, target, incoming.type == "PS")) {
      incoming.distance = 1;
      warnings_.push_back({fmt::format("the edge from {} to {} goes to no later level (ASAP), and the file has no "
                                       "nextiter: taken for one to the next iteration",
                                       label, to.label),
                           edge.where});
    }
    if (const XmlAttribute* inverted = edge.attribute("NPB")) {
      HEDDLE_ASSIGN(const int bit, number<int>(*inverted));
      incoming.inverted = bit != 0;
    }
    if (records_[source].index == to.index && incoming.distance == 0) {
      Error error{ErrorCode::kBadInput, fmt::format("a cycle without a loop distance: {0} -> {0}", to.index),
                  edge.where};
      error.hint = "an edge that closes a loop needs nextiter=\"1\"";
      for (const std::size_t each : numbers_.at(to.index))
        error.notes.push_back({fmt::format("node {} ({})", to.index, records_[each].word->name), records_[each].where});
      return fail(std::move(error));
    }
    if (incoming.type == "PS") {
      draft_.order.push_back({label, to.label, incoming.distance, edge.where});
    } else {
      to.in.push_back(std::move(incoming));
    }
    return {};
  }

  Status emit(const Record& record) {
    DraftNode node{record.label, std::string(record.word->name), record.word->op, {}, {}, record.where};
    const bool outer = record.word->form == Form::kOuterLoad || record.word->form == Form::kOuterStore;
    if (outer && outer_memory_) node.op = morpher_memory_operation(record.word->name);
    const auto predicate =
        std::find_if(record.in.begin(), record.in.end(), [](const Incoming& each) { return each.type == "P"; });
    const bool predicated = predicate != record.in.end();
    if (record.word->form == Form::kSelect && !predicated) node.op = Opcode::kOr;
    const bool inverted = predicated && predicate->inverted;
    set_constant(record, node, inverted, warnings_);
    if (record.word->form == Form::kOuterLoad && !outer_memory_) {
      node.immediates[0] = Immediate::of_live_in(dfg::LiveInId(static_cast<std::int64_t>(draft_.live_ins.size())));
      draft_.live_ins.push_back({record.base.empty() ? record.label : fmt::format("{}.{}", record.base, record.label)});
    }
    if (record.word->form == Form::kOuterStore && !outer_memory_)
      node.live_out = record.base.empty() ? record.label : record.base;
    for (const Incoming& each : record.in)
      if (each.type != "P") add_operand(record, node, each, inverted);
    if (record.word->form == Form::kAccumulate && !brings(record, "I2") && !brings(record, "I3"))
      draft_.uses.push_back({record.label, record.label, Port::kB, 1, record.where});
    const bool takes_predicate = node.op == Opcode::kSelect || dfg::is_memory(node.op);
    draft_.nodes.push_back(node);
    if (predicated) add_predicates(record, node, takes_predicate);
    return {};
  }

  /// The port that operand 1 or 2 of a word stands in.
  static Port port_of(const Record& record, const DraftNode& node, int operand, bool inverted) {
    switch (record.word->form) {
      case Form::kSwapped: return operand == 1 ? Port::kB : Port::kA;
      case Form::kSelect: return (operand == 1) != inverted ? Port::kA : Port::kB;
      case Form::kMerge: return inverted ? Port::kB : Port::kA;
      case Form::kLoad: return Port::kA;
      case Form::kStore: return operand == 1 ? Port::kB : Port::kA;
      case Form::kOuterStore: return dfg::is_store(node.op) ? Port::kB : Port::kA;
      default: return operand == 1 ? Port::kA : Port::kB;
    }
  }

  /// A constant is the operand that no edge brings; of a memory operation the address.
  static void set_constant(const Record& record, DraftNode& node, bool inverted, std::vector<Note>& warnings) {
    if (record.word->form == Form::kMerge) {
      // What is not there is 0, so that an `or` joins two merges.
      node.immediates[inverted ? 0 : 1] = Immediate::constant(0);
      if (record.constant && !brings(record, "I1"))
        node.immediates[inverted ? 1 : 0] = Immediate::constant(*record.constant);
      return;
    }
    if (dfg::is_memory(node.op)) {
      const bool addressed =
          brings(record, "I2") || brings(record, "I3") || (dfg::is_load(node.op) && brings(record, "I1"));
      if (!addressed) node.immediates[0] = Immediate::constant(record.constant.value_or(0));
      return;
    }
    if (!record.constant || record.word->form == Form::kOuterLoad || record.word->form == Form::kOuterStore) return;
    const bool first = brings(record, "I1") || brings(record, "I3");
    const bool second = brings(record, "I2") || brings(record, "I3");
    if (first && second) {
      warnings.push_back(
          {fmt::format("{} has two operands and a constant: the constant is left out", record.label), record.where});
      return;
    }
    const Port port = port_of(record, node, first ? 2 : 1, inverted);
    if (static_cast<int>(port) < dfg::info(node.op).operands)
      node.immediates[static_cast<std::size_t>(port)] = Immediate::constant(*record.constant);
  }

  static bool brings(const Record& record, std::string_view type) {
    return std::any_of(record.in.begin(), record.in.end(), [&](const Incoming& each) { return each.type == type; });
  }

  void add_operand(const Record& record, const DraftNode& node, const Incoming& each, bool inverted) {
    if (each.type == "I3") {
      const bool one = brings(record, "I1");
      const bool two = brings(record, "I2");
      if (!one)
        draft_.uses.push_back({each.from, record.label, port_of(record, node, 1, inverted), each.distance, each.where});
      if (!two || one)
        draft_.uses.push_back({each.from, record.label, port_of(record, node, 2, inverted), each.distance, each.where});
      return;
    }
    if (each.type.empty()) {
      draft_.uses.push_back({each.from, record.label, {}, each.distance, each.where});
      return;
    }
    const int operand = each.type == "I2" ? 2 : 1;
    draft_.uses.push_back(
        {each.from, record.label, port_of(record, node, operand, inverted), each.distance, each.where});
  }

  void add_predicates(const Record& record, const DraftNode& node, bool takes_predicate) {
    std::string gate = record.label;
    if (!takes_predicate) {
      gate = record.label + "_if";
      predicated_.emplace(record.label, gate);
    }
    bool first = true;
    for (const Incoming& each : record.in) {
      if (each.type != "P") continue;
      if (!takes_predicate && first) {
        warnings_.push_back(
            {fmt::format("{} has a predicate, which {} cannot have here: a \"select\" is inserted after it",
                         record.label, dfg::name(node.op)),
             each.where});
        DraftNode select{gate, "", Opcode::kSelect, {}, {}, record.where};
        select.immediates[each.inverted ? 0 : 1] = Immediate::constant(0);
        draft_.nodes.push_back(std::move(select));
        gates_.push_back({record.label, gate, each.inverted ? Port::kB : Port::kA, 0, record.where, {}});
      }
      if (dfg::is_memory(node.op) && each.inverted)
        warnings_.push_back({fmt::format("{} runs where {} is 0; memory operations run where their predicate is not 0 "
                                         "(no difference for mapping)",
                                         record.label, each.from),
                             each.where});
      draft_.uses.push_back({each.from, gate, Port::kC, each.distance, each.where});
      first = false;
    }
  }

  /// What reads a predicated operation reads the `select` after it.
  void rename_predicated() {
    for (DraftUse& use : draft_.uses)
      if (const auto gate = predicated_.find(use.from); gate != predicated_.end()) use.from = gate->second;
    draft_.uses.insert(draft_.uses.end(), gates_.begin(), gates_.end());
    std::vector<DraftNode*> outs;
    for (DraftNode& node : draft_.nodes)
      if (node.live_out && predicated_.count(node.label) > 0) outs.push_back(&node);
    for (DraftNode* node : outs)
      for (DraftNode& gate : draft_.nodes)
        if (gate.label == predicated_.at(node->label)) std::swap(gate.live_out, node->live_out);
  }

  bool outer_memory_;
  Draft draft_;
  std::vector<Note> warnings_;
  std::vector<Record> records_;
  std::map<int, std::vector<std::size_t>> numbers_;  ///< number in the file -> records
  std::map<std::string, std::string> predicated_;    ///< operation -> the `select` after it
  std::vector<DraftUse> gates_;
  std::set<std::pair<int, int>> reached_;  ///< numbers of the ends of the edges
  bool has_nextiter_ = false;
};

}  // namespace

Result<ImportedGraph> read_morpher_graph(std::string_view text, const std::string& file, bool outer_memory) {
  return MorpherReader(file, outer_memory).read(text);
}

}  // namespace heddle::exchange
