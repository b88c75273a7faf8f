// Two passes over the lines: the first collects what others refer to (arrays, live-ins, live-outs, node labels), so
// that the second can resolve references to later lines, which recurrences need.
#include <fmt/format.h>

#include <map>

#include "compiler/base/files.h"
#include "compiler/base/utf8.h"
#include "compiler/dfg/scanner.h"
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"

namespace heddle::dfg {
namespace {

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

using Names = std::map<std::string, int, std::less<>>;

std::string did_you_mean(const std::string& name, const Names& names) {
  std::vector<std::string> candidates;
  for (const auto& entry : names) candidates.push_back(entry.first);
  const std::string nearest = nearest_name(name, candidates);
  return nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest);
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : lines_(split_lines(text)), file_(file) {}

  Result<Graph> parse() {
    for (std::size_t i = 0; i < lines_.size(); ++i)
      if (const auto bad = find_bad_utf8(lines_[i]))
        return fail(ErrorCode::kBadInput, "not UTF-8 text",
                    {file_, static_cast<int>(i) + 1, static_cast<int>(*bad) + 1});
    for (std::size_t i = 0; i < lines_.size(); ++i) HEDDLE_TRY(declare(scanner(i), i));
    if (!header_seen_) return fail(ErrorCode::kBadInput, "no 'graph NAME word BITS' line", {file_, 1, 1});
    for (std::size_t i = 0; i < lines_.size(); ++i) HEDDLE_TRY(define(scanner(i)));
    const auto violation = find_violation(graph_, Purpose::kMapping);
    if (!violation) return std::move(graph_);
    const Mark where = violation->node.valid() ? node_marks_[violation->node.index()] : Mark{file_, 0, 0};
    return fail(ErrorCode::kBadInput, violation->message, where);
  }

 private:
  Scanner scanner(std::size_t index) const { return {lines_[index], file_, static_cast<int>(index) + 1}; }

  // First pass.

  Status declare(Scanner line, std::size_t index) {
    if (line.at_end() || line.accept("order") || line.accept("loops")) return {};
    if (line.accept("%")) return declare_node(line, index);
    if (line.accept("graph")) return declare_graph(line);
    if (line.accept("array")) return declare_array(line);
    if (line.accept("live_in")) {
      HEDDLE_ASSIGN(const std::string name, declare_name(line, "live-in", live_ins_));
      graph_.live_ins.push_back({name});
      return end(line);
    }
    if (line.accept("live_out")) {
      HEDDLE_ASSIGN(const std::string name, declare_name(line, "live-out", live_outs_));
      graph_.live_outs.push_back({name});
      return end(line);
    }
    return line.fail_here("expected graph, array, live_in, live_out, loops, order or %label = operation");
  }

  static Status end(Scanner& line) { return line.at_end() ? Status() : line.fail_here("unexpected text"); }

  static Result<std::string> declare_name(Scanner& line, const std::string& what, Names& names) {
    const Mark where = line.mark();
    HEDDLE_ASSIGN(std::string name, line.name("the name of the " + what));
    if (!names.emplace(name, static_cast<int>(names.size())).second)
      return fail(ErrorCode::kBadInput, fmt::format("a second {} '{}'", what, name), where);
    return name;
  }

  Status declare_graph(Scanner& line) {
    if (header_seen_) return line.fail_here("a second graph line");
    header_seen_ = true;
    HEDDLE_ASSIGN(graph_.name, line.name("the name of the graph"));
    HEDDLE_TRY(line.expect("word"));
    HEDDLE_ASSIGN(graph_.word_bits, line.small_integer("the bits of a word"));
    if (line.accept("trip")) {
      HEDDLE_ASSIGN(graph_.trip_count, line.integer("the trip count"));
    }
    return end(line);
  }

  /// Trip counts may be live-ins, so they are read in the second pass.
  Status define_loops(Scanner& line) {
    if (!graph_.loops.empty()) return line.fail_here("a second loops line");
    do {
      HEDDLE_ASSIGN(graph_.loops.emplace_back(), immediate(line));
    } while (line.accept(","));
    return end(line);
  }

  Status declare_array(Scanner& line) {
    Array array;
    HEDDLE_ASSIGN(array.name, declare_name(line, "array", arrays_));
    HEDDLE_TRY(line.expect("element"));
    HEDDLE_ASSIGN(array.element_bytes, line.small_integer("the bytes of an element"));
    if (line.accept("bytes")) {
      HEDDLE_ASSIGN(array.bytes, line.integer("the bytes of the array"));
    }
    array.read = line.accept("read");
    array.written = line.accept("write");
    graph_.arrays.push_back(array);
    return end(line);
  }

  Status declare_node(Scanner& line, std::size_t index) {
    const Mark where = line.mark();
    HEDDLE_ASSIGN(const std::string label, line.word("a label after '%'"));
    if (!labels_.emplace(label, static_cast<int>(labels_.size())).second)
      return fail(ErrorCode::kBadInput, fmt::format("a second node '%{}'", label), where);
    node_marks_.push_back({file_, static_cast<int>(index) + 1, 1});
    return {};
  }

  // Second pass.

  Status define(Scanner line) {
    if (line.accept("%")) return define_node(line);
    if (line.accept("order")) return define_order(line);
    if (line.accept("loops")) return define_loops(line);
    return {};
  }

  static Result<int> reference(const std::string& what, const Names& names, const Result<std::string>& name,
                               const Mark& where) {
    if (!name) return fail(name.error());
    const auto found = names.find(*name);
    if (found != names.end()) return found->second;
    return fail(ErrorCode::kBadInput, fmt::format("no {} '{}'", what, *name), where, did_you_mean(*name, names));
  }

  Result<NodeId> node_reference(Scanner& line) const {
    HEDDLE_TRY(line.expect("%"));
    const Mark where = line.mark();
    HEDDLE_ASSIGN(const int index, reference("node", labels_, line.word("a label after '%'"), where));
    return NodeId(index);
  }

  Status define_order(Scanner& line) {
    OrderEdge edge;
    HEDDLE_ASSIGN(edge.from, node_reference(line));
    HEDDLE_TRY(line.expect("->"));
    HEDDLE_ASSIGN(edge.to, node_reference(line));
    if (line.accept("distance")) {
      HEDDLE_ASSIGN(edge.distance, line.small_integer("the distance"));
    }
    graph_.order.push_back(edge);
    return end(line);
  }

  Status define_node(Scanner& line) {
    HEDDLE_TRY(line.word("a label"));
    HEDDLE_TRY(line.expect("="));
    Node node;
    HEDDLE_ASSIGN(node.op, opcode(line));
    HEDDLE_TRY(is_memory(node.op) ? memory(line, node) : arithmetic(line, node));
    if (line.accept("live_out")) {
      const Mark where = line.mark();
      HEDDLE_ASSIGN(node.live_out, reference("live-out", live_outs_, line.name("a live-out"), where));
    }
    if (line.accept(";")) HEDDLE_TRY(annotation(line, node));
    graph_.add(std::move(node));
    return end(line);
  }

  static Result<Opcode> opcode(Scanner& line) {
    const Mark where = line.mark();
    HEDDLE_ASSIGN(const std::string name, line.word("an operation"));
    if (const auto op = opcode_named(name)) return *op;
    Names names;
    for (const OpcodeInfo& entry : opcodes()) names.emplace(entry.name, 0);
    return fail(ErrorCode::kBadInput, fmt::format("unknown operation '{}'", name), where, did_you_mean(name, names));
  }

  Status arithmetic(Scanner& line, Node& node) const {
    const int count = info(node.op).operands;
    for (int port = 0; port < count; ++port) {
      if (port > 0 && !line.accept(","))
        return line.fail_here(fmt::format("expected ',': {} has {} operands", name(node.op), count));
      HEDDLE_ASSIGN(node.port(static_cast<Port>(port)), operand(line));
    }
    if (info(node.op).optional_c && line.accept(",")) {
      HEDDLE_ASSIGN(node.port(Port::kC), operand(line));
    }
    return {};
  }

  /// `A[index << shift + offset step bytes, ...]`, where `_` is an absent index; for stores `, data`, and optionally
  /// `if predicate` and `when first LOOP` or `when last LOOP`.
  Status memory(Scanner& line, Node& node) const {
    HEDDLE_ASSIGN(node.array, array(line));
    HEDDLE_TRY(line.expect("["));
    if (!line.accept("_")) {
      HEDDLE_ASSIGN(node.port(Port::kA), operand(line));
    }
    if (line.accept("<<")) {
      HEDDLE_ASSIGN(node.shift, line.small_integer("the shift"));
    }
    if (line.accept("+")) {
      HEDDLE_ASSIGN(node.offset, line.integer("the offset"));
    }
    if (line.accept("step")) {
      HEDDLE_ASSIGN(node.step, immediate(line));
      while (line.accept(",")) {
        HEDDLE_ASSIGN(node.outer_steps.emplace_back(), immediate(line));
      }
    }
    HEDDLE_TRY(line.expect("]"));
    if (is_store(node.op)) {
      HEDDLE_TRY(line.expect(","));
      HEDDLE_ASSIGN(node.port(Port::kB), operand(line));
    }
    if (line.accept("if")) {
      HEDDLE_ASSIGN(node.port(Port::kC), operand(line));
    }
    if (!line.accept("when")) return {};
    HEDDLE_ASSIGN(node.gate, edge(line));
    return node.gate ? Status() : line.fail_here("expected first or last");
  }

  static Result<std::optional<LoopEdge>> edge(Scanner& line) {
    const bool last = line.accept("last");
    if (!last && !line.accept("first")) return std::optional<LoopEdge>();
    LoopEdge edge{0, last};
    HEDDLE_ASSIGN(edge.loop, line.small_integer("the number of an inner loop"));
    return std::optional(edge);
  }

  Result<ArrayId> array(Scanner& line) const {
    const Mark where = line.mark();
    HEDDLE_ASSIGN(const int index, reference("array", arrays_, line.name("an array"), where));
    return ArrayId(index);
  }

  Result<Operand> operand(Scanner& line) const {
    if (!line.accept("%")) {
      HEDDLE_ASSIGN(const Immediate value, immediate(line));
      return with_initial(line, Operand::of(value));
    }
    const Mark where = line.mark();
    HEDDLE_ASSIGN(const int index, reference("node", labels_, line.word("a label after '%'"), where));
    Operand operand = Operand::of(NodeId(index));
    if (line.accept("@")) {
      HEDDLE_ASSIGN(operand.distance, line.small_integer("the distance"));
    }
    return with_initial(line, std::move(operand));
  }

  /// `init VALUE`, and `first LOOP` or `last LOOP`.
  Result<Operand> with_initial(Scanner& line, Operand operand) const {
    if (!line.accept("init")) return operand;
    HEDDLE_ASSIGN(operand.initial, immediate(line));
    HEDDLE_ASSIGN(operand.edge, edge(line));
    return operand;
  }

  Result<Immediate> immediate(Scanner& line) const {
    if (line.accept("$")) {
      const Mark where = line.mark();
      HEDDLE_ASSIGN(const int index, reference("live-in", live_ins_, line.name("a live-in"), where));
      return Immediate::of_live_in(LiveInId(index));
    }
    if (line.accept("&")) {
      HEDDLE_ASSIGN(const ArrayId base, array(line));
      std::int64_t offset = 0;
      if (line.accept_adjacent("+") || line.next_is_adjacent('-')) {
        HEDDLE_ASSIGN(offset, line.integer("an offset"));
      }
      return Immediate::array_base(base, offset);
    }
    HEDDLE_ASSIGN(const std::int64_t value, line.integer("an operand: %node, a number, $live_in or &array"));
    return Immediate::constant(value);
  }

  static Status annotation(Scanner& line, Node& node) {
    const bool unnamed = line.accept(",");
    if (!unnamed) {
      HEDDLE_ASSIGN(node.name, line.name("the name of the node"));
    }
    if (!unnamed && !line.accept(",")) return {};
    HEDDLE_ASSIGN(node.where.file, line.file_name());
    if (!line.accept(":")) return {};
    HEDDLE_ASSIGN(node.where.line, line.small_integer("a line"));
    if (!line.accept(":")) return {};
    HEDDLE_ASSIGN(node.where.column, line.small_integer("a column"));
    return {};
  }

  std::vector<std::string_view> lines_;
  const std::string& file_;
  Graph graph_;
  bool header_seen_ = false;
  Names arrays_, live_ins_, live_outs_, labels_;
  std::vector<Mark> node_marks_;
};

}  // namespace

Result<Graph> parse_text(std::string_view text, const std::string& file) { return Parser(text, file).parse(); }

}  // namespace heddle::dfg
