// Convolutions and pools.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/frontend/onnx/window.h"

namespace heddle::frontend {
namespace {

Extents spatial(const Extents& shape) { return {shape.begin() + 2, shape.end()}; }

/// The window of a convolution whose weights are an input; fails without spatial axes.
Result<network::Window> convolution_window(const NodeReader& node, const Extents& x, const Extents& weights) {
  if (x.size() < 3 || weights.size() != x.size())
    return node.malformed(fmt::format("an input of rank {} and weights of rank {}", x.size(), weights.size()));
  return read_window(node, x.size() - 2, spatial(weights));
}

Status conv(NodeReader& node) {
  HEDDLE_ASSIGN(network::Window window, convolution_window(node, node.shape(0), node.shape(1)));
  HEDDLE_TRY(resolve_auto_pad(node, spatial(node.shape(0)), window));
  return node.emit(network::Conv{window, node.integer("group", 1)}, node.all_inputs());
}

/// output_shape and auto_pad say what comes out; pads and output pads follow.
Status resolve_output(const NodeReader& node, const Extents& x, network::ConvTranspose& op) {
  const std::string mode = node.text("auto_pad", "NOTSET");
  const bool same = mode == "SAME_UPPER" || mode == "SAME_LOWER";
  if (!same && !node.has("output_shape")) return {};
  Extents wanted = node.integers("output_shape");
  if (wanted.size() == x.size() + 2) wanted.erase(wanted.begin(), wanted.begin() + 2);
  network::Window& window = op.window;
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    if (!node.has("output_shape")) wanted.push_back(x[axis] * window.strides[axis]);
    if (wanted.size() <= axis || wanted[axis] < 0) return node.malformed("output_shape does not fit the input");
    const std::int64_t full = window.strides[axis] * (x[axis] - 1) + op.output_pads[axis] +
                              window.dilations[axis] * (window.kernel[axis] - 1) + 1;
    if (wanted[axis] > full) op.output_pads[axis] += wanted[axis] - full;
    // As ONNX has it: the odd pad at the end only for SAME_UPPER.
    share_pads(std::max<std::int64_t>(0, full - wanted[axis]), mode != "SAME_UPPER", window.pads_begin[axis],
               window.pads_end[axis]);
  }
  return {};
}

Status conv_transpose(NodeReader& node) {
  network::ConvTranspose op;
  const Extents x = node.shape(0);
  HEDDLE_ASSIGN(op.window, convolution_window(node, x, node.shape(1)));
  op.groups = node.integer("group", 1);
  op.output_pads = node.has("output_padding") ? node.integers("output_padding") : Extents(x.size() - 2, 0);
  if (op.output_pads.size() != x.size() - 2) return node.malformed("output_padding does not fit the input");
  HEDDLE_TRY(resolve_output(node, spatial(x), op));
  return node.emit(std::move(op), node.all_inputs());
}

/// ceil_mode as larger end pads: windows that begin inside the input or its first pad count, even if they reach out.
Status resolve_ceil(const NodeReader& node, const Extents& x, network::Window& window, bool count_pads) {
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    const std::int64_t stride = window.strides[axis];
    const std::int64_t reach = window.dilations[axis] * (window.kernel[axis] - 1) + 1;
    const std::int64_t padded = x[axis] + window.pads_begin[axis] + window.pads_end[axis];
    if (padded < reach) continue;  // infer() says so
    std::int64_t results = (padded - reach + stride - 1) / stride + 1;
    if ((results - 1) * stride >= x[axis] + window.pads_begin[axis]) --results;
    const std::int64_t beyond = (results - 1) * stride + reach - padded;
    if (beyond <= 0) continue;
    if (count_pads) return node.unsupported("ceil_mode with count_include_pad, where a window reaches beyond the pads");
    window.pads_end[axis] += beyond;
  }
  return {};
}

Status pool(NodeReader& node, network::PoolKind kind) {
  const Extents shape = node.shape(0);
  if (shape.size() < 3) return node.malformed(fmt::format("an input of rank {} has no spatial axes", shape.size()));
  if (node.wants(1)) return node.unsupported("the second output (Indices)");
  network::Pool op{kind, {}, node.integer("count_include_pad", 0) != 0};
  HEDDLE_ASSIGN(op.window, read_window(node, shape.size() - 2, {}));
  HEDDLE_TRY(resolve_auto_pad(node, spatial(shape), op.window));
  if (node.integer("ceil_mode", 0) != 0) HEDDLE_TRY(resolve_ceil(node, spatial(shape), op.window, op.count_pads));
  return node.emit(std::move(op), {node.input(0)});
}

Status max_pool(NodeReader& node) { return pool(node, network::PoolKind::kMax); }
Status average_pool(NodeReader& node) { return pool(node, network::PoolKind::kAverage); }

Status global_pool(NodeReader& node, network::ReduceKind kind) {
  Extents axes;
  for (std::int64_t axis = 2; axis < node.rank(0); ++axis) axes.push_back(axis);
  return node.emit(network::Reduce{kind, axes, true}, {node.input(0)});
}

Status global_max_pool(NodeReader& node) { return global_pool(node, network::ReduceKind::kMax); }
Status global_average_pool(NodeReader& node) { return global_pool(node, network::ReduceKind::kMean); }

}  // namespace

void add_window_rules(Rules& rules) {
  rules["Conv"] = conv;
  rules["ConvTranspose"] = conv_transpose;
  rules["MaxPool"] = max_pool;
  rules["AveragePool"] = average_pool;
  rules["GlobalMaxPool"] = global_max_pool;
  rules["GlobalAveragePool"] = global_average_pool;
}

}  // namespace heddle::frontend
