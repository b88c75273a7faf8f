// The schema has checked the shape; here names are resolved and alternatives told apart.
#include <fmt/format.h>

#include <limits>
#include <map>

#include "compiler/base/files.h"
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"

extern const char* const heddle_dfg_schema;

namespace heddle::dfg {
namespace {

const Json& schema() {
  static const Json parsed = Json::parse(heddle_dfg_schema);
  return parsed;
}

class Reader {
 public:
  explicit Reader(const Document& document) : document_(document) {}

  Result<Graph> read() {
    HEDDLE_TRY(validate_schema(document_, schema()));
    const Json& root = document_.root;
    graph_.name = root["name"].get<std::string>();
    HEDDLE_TRY(read_integer(root, "", "word_bits", graph_.word_bits));
    HEDDLE_TRY(read_optional(root, "", "trip_count", graph_.trip_count));
    HEDDLE_TRY(read_declarations());
    const Json& nodes = list("nodes");
    for (std::size_t i = 0; i < nodes.size(); ++i) HEDDLE_TRY(read_node(nodes[i], i));
    const Json& order = list("order");
    for (std::size_t i = 0; i < order.size(); ++i) HEDDLE_TRY(read_order(order[i], i));
    const auto violation = find_violation(graph_, Purpose::kMapping);
    if (!violation) return std::move(graph_);
    const std::string at = violation->node.valid() ? pointer_to("/nodes", violation->node.index()) : "";
    return fail_at(at, violation->message);
  }

 private:
  using Names = std::map<std::string, int>;

  tl::unexpected<Error> fail_at(const std::string& pointer, const std::string& message,
                                const std::string& hint = {}) const {
    const std::string at = pointer.empty() ? "at the top level" : "at " + pointer;
    return fail(ErrorCode::kBadInput, fmt::format("{}: {}", at, message), document_.mark(pointer), hint);
  }

  const Json& list(const char* key) const {
    static const Json empty = Json::array();
    const auto found = document_.root.find(key);
    return found == document_.root.end() ? empty : *found;
  }

  /// Leaves `value` as it is if the key is absent. JSON integers may exceed what `value` holds.
  template <class Integer>
  Status read_integer(const Json& object, const std::string& pointer, const char* key, Integer& value) const {
    const auto found = object.find(key);
    if (found == object.end()) return {};
    const bool too_big =
        found->is_number_unsigned() &&
        found->template get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
    if (!found->is_number_integer() || too_big ||
        found->template get<std::int64_t>() < std::numeric_limits<Integer>::min())
      return fail_at(pointer_to(pointer, key), "the integer is out of range");
    value = static_cast<Integer>(found->template get<std::int64_t>());
    return {};
  }

  Status read_optional(const Json& object, const std::string& pointer, const char* key,
                       std::optional<std::int64_t>& value) const {
    if (!object.contains(key)) return {};
    return read_integer(object, pointer, key, value.emplace());
  }

  Status read_declarations() {
    const Json& arrays = list("arrays");
    for (std::size_t i = 0; i < arrays.size(); ++i) {
      const std::string pointer = pointer_to("/arrays", i);
      Array array;
      array.name = arrays[i]["name"].get<std::string>();
      HEDDLE_TRY(read_integer(arrays[i], pointer, "element_bytes", array.element_bytes));
      HEDDLE_TRY(read_optional(arrays[i], pointer, "bytes", array.bytes));
      array.read = arrays[i].value("read", false);
      array.written = arrays[i].value("written", false);
      arrays_.emplace(array.name, static_cast<int>(i));
      graph_.arrays.push_back(std::move(array));
    }
    for (const Json& entry : list("live_ins")) {
      live_ins_.emplace(entry["name"].get<std::string>(), static_cast<int>(graph_.live_ins.size()));
      graph_.live_ins.push_back({entry["name"].get<std::string>()});
    }
    for (const Json& entry : list("live_outs")) {
      live_outs_.emplace(entry["name"].get<std::string>(), static_cast<int>(graph_.live_outs.size()));
      graph_.live_outs.push_back({entry["name"].get<std::string>()});
    }
    HEDDLE_ASSIGN(graph_.loops, immediates(list("loops"), "/loops"));
    return {};
  }

  Result<int> resolve(const Json& object, const std::string& pointer, const char* key, const Names& names) const {
    const auto name = object[key].get<std::string>();
    const auto found = names.find(name);
    if (found != names.end()) return found->second;
    std::vector<std::string> candidates;
    for (const auto& entry : names) candidates.push_back(entry.first);
    return fail_at(pointer_to(pointer, key), fmt::format("no {} '{}'", key, name), did_you_mean(name, candidates));
  }

  template <class Range>
  static std::string did_you_mean(const std::string& name, const Range& candidates) {
    const std::string nearest = nearest_name(name, candidates);
    return nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest);
  }

  Result<Opcode> opcode(const Json& node, const std::string& pointer) const {
    const auto name = node["op"].get<std::string>();
    if (const auto op = opcode_named(name)) return *op;
    std::vector<std::string_view> names;
    for (const OpcodeInfo& entry : opcodes()) names.push_back(entry.name);
    return fail_at(pointer_to(pointer, "op"), fmt::format("unknown operation '{}'", name), did_you_mean(name, names));
  }

  Status read_node(const Json& json, std::size_t index) {
    const std::string pointer = pointer_to("/nodes", index);
    std::int64_t id = 0;
    HEDDLE_TRY(read_integer(json, pointer, "id", id));
    if (id != static_cast<std::int64_t>(index))
      return fail_at(pointer_to(pointer, "id"), fmt::format("node number {} has id {}", index, id));
    Node node;
    HEDDLE_ASSIGN(node.op, opcode(json, pointer));
    static constexpr const char* kPortNames[] = {"a", "b", "c"};
    for (std::size_t port = 0; port < kPorts; ++port) {
      if (!json.contains(kPortNames[port])) continue;
      HEDDLE_ASSIGN(node.operands[port], operand(json[kPortNames[port]], pointer_to(pointer, kPortNames[port])));
    }
    HEDDLE_TRY(read_memory(json, pointer, node));
    if (json.contains("live_out")) {
      HEDDLE_ASSIGN(node.live_out, resolve(json, pointer, "live_out", live_outs_));
    }
    node.name = json.value("name", "");
    node.where.file = json.value("file", "");
    HEDDLE_TRY(read_integer(json, pointer, "line", node.where.line));
    HEDDLE_TRY(read_integer(json, pointer, "column", node.where.column));
    graph_.add(std::move(node));
    return {};
  }

  Status read_memory(const Json& json, const std::string& pointer, Node& node) const {
    for (const char* key : {"array", "offset", "shift", "step", "outer_steps", "when"})
      if (json.contains(key) && !is_memory(node.op))
        return fail_at(pointer_to(pointer, key), fmt::format("{} has no {}", name(node.op), key));
    if (!is_memory(node.op)) return {};
    if (!json.contains("array")) return fail_at(pointer, fmt::format("{} needs an array", name(node.op)));
    HEDDLE_ASSIGN(const int array, resolve(json, pointer, "array", arrays_));
    node.array = ArrayId(array);
    HEDDLE_TRY(read_integer(json, pointer, "offset", node.offset));
    if (json.contains("step")) {
      HEDDLE_ASSIGN(node.step, immediate(json["step"], pointer_to(pointer, "step")));
    }
    if (json.contains("outer_steps")) {
      HEDDLE_ASSIGN(node.outer_steps, immediates(json["outer_steps"], pointer_to(pointer, "outer_steps")));
    }
    if (json.contains("when")) {
      HEDDLE_ASSIGN(node.gate, edge(json["when"], pointer_to(pointer, "when")));
    }
    return read_integer(json, pointer, "shift", node.shift);
  }

  Result<Operand> operand(const Json& json, const std::string& pointer) const {
    if (!json.contains("node")) {
      if (json.contains("distance")) return fail_at(pointer_to(pointer, "distance"), "distance without node");
      if (json.contains("initial") && !json.contains("at"))
        return fail_at(pointer_to(pointer, "initial"), "initial without node");
      HEDDLE_ASSIGN(const Immediate value, immediate(json, pointer));
      return with_initial(json, pointer, Operand::of(value));
    }
    for (const char* key : {"constant", "live_in", "array", "offset"})
      if (json.contains(key)) return fail_at(pointer_to(pointer, key), fmt::format("both node and {}", key));
    int node = 0;
    HEDDLE_TRY(read_integer(json, pointer, "node", node));
    Operand operand = Operand::of(NodeId(node));
    HEDDLE_TRY(read_integer(json, pointer, "distance", operand.distance));
    return with_initial(json, pointer, std::move(operand));
  }

  Result<Operand> with_initial(const Json& json, const std::string& pointer, Operand operand) const {
    if (json.contains("initial")) {
      HEDDLE_ASSIGN(operand.initial, immediate(json["initial"], pointer_to(pointer, "initial")));
    }
    if (json.contains("at")) {
      HEDDLE_ASSIGN(operand.edge, edge(json["at"], pointer_to(pointer, "at")));
    }
    return operand;
  }

  Result<LoopEdge> edge(const Json& json, const std::string& pointer) const {
    if (json.size() != 1) return fail_at(pointer, "expected either first or last");
    LoopEdge edge{0, json.contains("last")};
    HEDDLE_TRY(read_integer(json, pointer, edge.last ? "last" : "first", edge.loop));
    return edge;
  }

  Result<std::vector<Immediate>> immediates(const Json& json, const std::string& pointer) const {
    std::vector<Immediate> list;
    for (std::size_t i = 0; i < json.size(); ++i) {
      HEDDLE_ASSIGN(list.emplace_back(), immediate(json[i], pointer_to(pointer, i)));
    }
    return list;
  }

  Result<Immediate> immediate(const Json& json, const std::string& pointer) const {
    const int kinds =
        (json.contains("constant") ? 1 : 0) + (json.contains("live_in") ? 1 : 0) + (json.contains("array") ? 1 : 0);
    if (kinds != 1) return fail_at(pointer, "expected exactly one of node, constant, live_in, array");
    if (json.contains("offset") && !json.contains("array"))
      return fail_at(pointer_to(pointer, "offset"), "offset without array");
    std::int64_t value = 0;
    HEDDLE_TRY(read_integer(json, pointer, "constant", value));
    HEDDLE_TRY(read_integer(json, pointer, "offset", value));
    if (json.contains("live_in")) {
      HEDDLE_ASSIGN(const int index, resolve(json, pointer, "live_in", live_ins_));
      return Immediate::of_live_in(LiveInId(index));
    }
    if (!json.contains("array")) return Immediate::constant(value);
    HEDDLE_ASSIGN(const int index, resolve(json, pointer, "array", arrays_));
    return Immediate::array_base(ArrayId(index), value);
  }

  Status read_order(const Json& json, std::size_t index) {
    const std::string pointer = pointer_to("/order", index);
    OrderEdge edge;
    HEDDLE_TRY(read_integer(json, pointer, "from", edge.from.value));
    HEDDLE_TRY(read_integer(json, pointer, "to", edge.to.value));
    HEDDLE_TRY(read_integer(json, pointer, "distance", edge.distance));
    graph_.order.push_back(edge);
    return {};
  }

  const Document& document_;
  Graph graph_;
  Names arrays_, live_ins_, live_outs_;
};

}  // namespace

Result<Graph> from_json(const Document& document) { return Reader(document).read(); }

}  // namespace heddle::dfg
