// The invariants of a graph, in the order in which later ones rely on earlier ones.
#include <fmt/format.h>

#include <set>

#include "compiler/network/graph.h"
#include "compiler/network/infer.h"

namespace heddle::network {
namespace {

tl::unexpected<Error> broken(std::string message) { return fail(ErrorCode::kBadInput, std::move(message)); }

Status check_ids(const Graph& graph) {
  const auto known = [&](ValueId id) { return id.valid() && id.index() < graph.values.size(); };
  for (const Node& node : graph.nodes) {
    for (const ValueId id : node.inputs)
      if (id.valid() && !known(id))
        return broken(fmt::format("node '{}' reads a value that does not exist", node.name));
    for (const ValueId id : node.outputs)
      if (!known(id)) return broken(fmt::format("node '{}' makes a value that does not exist", node.name));
  }
  for (const auto* list : {&graph.inputs, &graph.outputs})
    for (const ValueId id : *list)
      if (!known(id)) return broken("an input or output of the graph is a value that does not exist");
  return {};
}

Status check_quantization(const Value& value) {
  if (!value.quantization) return {};
  const Quantization& q = *value.quantization;
  std::size_t wanted = 1;
  if (q.axis) {
    if (*q.axis < 0 || *q.axis >= static_cast<std::int64_t>(value.type.shape.size()))
      return broken(fmt::format("'{}' is quantised along axis {}", value.name, *q.axis));
    wanted = static_cast<std::size_t>(value.type.shape[static_cast<std::size_t>(*q.axis)]);
  }
  if (q.scales.size() != wanted || q.zero_points.size() != wanted)
    return broken(fmt::format("'{}' has {} scales and {} zero points, expected {}", value.name, q.scales.size(),
                              q.zero_points.size(), wanted));
  return {};
}

Status check_values(const Graph& graph) {
  std::set<std::string> names;
  for (const Value& value : graph.values) {
    if (value.name.empty()) return broken("a value without a name");
    if (!names.insert(value.name).second) return broken(fmt::format("two values are named '{}'", value.name));
    if (!is_small(value.type.shape)) return broken(fmt::format("'{}' is too large", value.name));
    HEDDLE_TRY(check_quantization(value));
    if (!value.constant) continue;
    const TensorType type{value.constant->type, value.constant->shape};
    if (type != value.type ||
        value.constant->data.size() != static_cast<std::size_t>(type.elements() * tensor::bytes_of(type.element)))
      return broken(fmt::format("the constant '{}' does not fit its type {}", value.name, to_string(value.type)));
  }
  return {};
}

/// Each value is defined once, and before it is used.
Status check_order(const Graph& graph) {
  std::vector<bool> defined(graph.values.size());
  const auto define = [&](ValueId id) -> Status {
    if (defined[id.index()]) return broken(fmt::format("'{}' is defined twice", graph.value(id).name));
    defined[id.index()] = true;
    return {};
  };
  for (std::size_t i = 0; i < graph.values.size(); ++i) defined[i] = graph.values[i].constant != nullptr;
  for (const ValueId id : graph.inputs) HEDDLE_TRY(define(id));
  for (const Node& node : graph.nodes) {
    for (const ValueId id : node.inputs)
      if (id.valid() && !defined[id.index()])
        return broken(fmt::format("node '{}' reads '{}' before it is made", node.name, graph.value(id).name));
    for (const ValueId id : node.outputs) HEDDLE_TRY(define(id));
  }
  for (const ValueId id : graph.outputs)
    if (!defined[id.index()]) return broken(fmt::format("nothing makes the output '{}'", graph.value(id).name));
  return {};
}

Status check_types(const Graph& graph) {
  for (const Node& node : graph.nodes) {
    std::vector<std::optional<TensorType>> inputs;
    for (const ValueId id : node.inputs)
      inputs.push_back(id.valid() ? std::optional(graph.value(id).type) : std::nullopt);
    auto results = infer(node.op, inputs);
    if (!results) {
      results.error().message = fmt::format("node '{}' ({}): {}", node.name, name(node.op), results.error().message);
      return fail(results.error());
    }
    if (results->size() != node.outputs.size())
      return broken(
          fmt::format("node '{}' has {} results, expected {}", node.name, node.outputs.size(), results->size()));
    for (std::size_t i = 0; i < results->size(); ++i) {
      const Value& value = graph.value(node.outputs[i]);
      if (value.type != (*results)[i])
        return broken(fmt::format("'{}' is {}, but node '{}' makes {}", value.name, to_string(value.type), node.name,
                                  to_string((*results)[i])));
    }
  }
  return {};
}

}  // namespace

Status verify(const Graph& graph) {
  HEDDLE_TRY(check_ids(graph));
  HEDDLE_TRY(check_values(graph));
  HEDDLE_TRY(check_order(graph));
  return check_types(graph);
}

}  // namespace heddle::network
