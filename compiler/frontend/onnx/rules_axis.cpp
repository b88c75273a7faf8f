// Operators that look along axes.
#include <algorithm>
#include <numeric>

#include "compiler/frontend/onnx/node_reader.h"

namespace heddle::frontend {
namespace {

using network::ReduceKind;

template <ReduceKind Kind>
Status reduce(NodeReader& node) {
  // Only ReduceSum takes its axes as an input before opset 18.
  const std::int64_t input_since = Kind == ReduceKind::kSum ? 13 : 18;
  HEDDLE_ASSIGN(const std::optional<Extents> given, node.integers_or_input("axes", input_since, 1));
  HEDDLE_ASSIGN(Extents axes, node.axes(given.value_or(Extents()), node.rank(0)));
  if (axes.empty() && node.integer("noop_with_empty_axes", 0) == 0) {
    axes.resize(static_cast<std::size_t>(node.rank(0)));
    std::iota(axes.begin(), axes.end(), 0);
  }
  std::sort(axes.begin(), axes.end());
  return node.emit(network::Reduce{Kind, axes, node.integer("keepdims", 1) != 0}, {node.input(0)});
}

template <bool Minimum>
Status arg_extreme(NodeReader& node) {
  HEDDLE_ASSIGN(const std::int64_t axis, node.axis(node.integer("axis", 0), node.rank(0)));
  const network::ArgExtreme op{Minimum, axis, node.integer("keepdims", 1) != 0,
                               node.integer("select_last_index", 0) != 0};
  return node.emit(op, {node.input(0)});
}

/// Before opset 13 over everything from the axis on, since then along the axis.
template <bool Log>
Status softmax(NodeReader& node) {
  const Extents shape = node.shape(0);
  HEDDLE_ASSIGN(const std::int64_t axis, node.axis(node.integer("axis", node.opset() < 13 ? 1 : -1), node.rank(0)));
  if (node.opset() >= 13 || axis + 1 == node.rank(0)) return node.emit(network::Softmax{axis, Log}, {node.input(0)});
  const auto product = [](auto first, auto last) {
    return std::accumulate(first, last, std::int64_t{1}, std::multiplies<>());
  };
  const Extents flat{product(shape.begin(), shape.begin() + axis), product(shape.begin() + axis, shape.end())};
  HEDDLE_ASSIGN(const ValueId rows, node.add(network::Reshape{flat}, {node.input(0)}, "rows"));
  HEDDLE_ASSIGN(const ValueId result, node.add(network::Softmax{1, Log}, {rows}, "softmax"));
  return node.emit(network::Reshape{shape}, {result});
}

}  // namespace

void add_axis_rules(Rules& rules) {
  rules["ReduceMean"] = reduce<ReduceKind::kMean>;
  rules["ReduceMax"] = reduce<ReduceKind::kMax>;
  rules["ReduceMin"] = reduce<ReduceKind::kMin>;
  rules["ReduceSum"] = reduce<ReduceKind::kSum>;
  rules["ReduceProd"] = reduce<ReduceKind::kProduct>;
  rules["ReduceL1"] = reduce<ReduceKind::kL1>;
  rules["ReduceL2"] = reduce<ReduceKind::kL2>;
  rules["ReduceSumSquare"] = reduce<ReduceKind::kSumSquare>;
  rules["ReduceLogSum"] = reduce<ReduceKind::kLogSum>;
  rules["ReduceLogSumExp"] = reduce<ReduceKind::kLogSumExp>;
  rules["ArgMax"] = arg_extreme<false>;
  rules["ArgMin"] = arg_extreme<true>;
  rules["Softmax"] = softmax<false>;
  rules["LogSoftmax"] = softmax<true>;
}

}  // namespace heddle::frontend
