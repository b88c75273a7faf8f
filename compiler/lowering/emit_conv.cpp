// Convolutions and products that become loops shaped for the array.
#include <mlir/Dialect/MemRef/IR/MemRef.h>

#include <algorithm>

#include "compiler/lowering/conv_nest.h"
#include "compiler/lowering/conv_packed.h"
#include "compiler/lowering/depthwise_nest.h"
#include "compiler/lowering/emit.h"
#include "compiler/lowering/product_nest.h"
#include "compiler/network/strided.h"
#include "compiler/tensor/elements.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only
using network::Extents;
using network::Node;
using network::ValueId;

namespace {

/// Where the windows begin.
Lattice windows_in(const Buffer& buffer, const network::Window& window) {
  const Extents strides = buffer.strides();
  const std::size_t space = window.kernel.size();
  Lattice at{0, strides[0], space == 2 ? strides[1] : 0, strides[space] * window.strides[space - 1]};
  for (std::size_t axis = 0; axis < space; ++axis)
    at.start += (buffer.border_begin[axis + 1] - window.pads_begin[axis]) * strides[axis + 1];
  return at;
}

Lattice results_in(const Buffer& buffer) {
  const Extents strides = buffer.strides();
  const std::size_t space = buffer.shape.size() - 2;
  Lattice at{0, strides[0], space == 2 ? strides[1] : 0, strides[space]};
  for (std::size_t axis = 0; axis < space; ++axis) at.start += buffer.border_begin[axis + 1] * strides[axis + 1];
  return at;
}

/// Bytes of one row, border included.
std::int64_t row_bytes(const Buffer& buffer) { return buffer.strides()[buffer.shape.size() == 4 ? 1 : 0]; }

/// Weights [channel][kernel row][kernel column][input channel], and what sums start with. The input has `row` channels
/// in memory, as many as the weights or more.
void place_weights(ConvNest& nest, const network::IntegerConv& op, const tensor::Tensor& weights, std::size_t row) {
  const auto source = tensor::elements<std::int8_t>(weights);
  const auto channels = static_cast<std::size_t>(weights.shape[0]);
  const auto depth = static_cast<std::size_t>(weights.shape[1]);
  const std::size_t taps = source.size() / channels / depth;
  nest.weights.assign(channels * taps * row, 0);
  for (std::size_t m = 0; m < channels; ++m)
    for (std::size_t c = 0; c < depth; ++c)
      for (std::size_t k = 0; k < taps; ++k) {
        const std::int8_t value = source[(m * depth + c) * taps + k];
        nest.weights[(m * taps + k) * row + c] = value;
        nest.start[m] -= static_cast<std::int32_t>(op.x_zero * value);
      }
}

/// The same of a matrix [run][channel].
void place_weights(ConvNest& nest, const network::IntegerMatMul& op, const tensor::Tensor& weights) {
  const auto source = tensor::elements<std::int8_t>(weights);
  const auto run = static_cast<std::size_t>(nest.shape.run);
  const auto channels = static_cast<std::size_t>(nest.shape.channels);
  nest.weights.resize(source.size());
  for (std::size_t k = 0; k < run; ++k)
    for (std::size_t n = 0; n < channels; ++n) {
      const std::int8_t value = source[k * channels + n];
      nest.weights[n * run + k] = value;
      nest.start[n] -= static_cast<std::int32_t>(op.a_zero * value);
    }
}

bool is_plain(const Buffer& buffer) {
  const auto none = [](const Extents& border) {
    return std::all_of(border.begin(), border.end(), [](auto b) { return b == 0; });
  };
  return !buffer.channels_last && none(buffer.border_begin) && none(buffer.border_end);
}

}  // namespace

Value LayerEmitter::flat(Value memory) {
  ReassociationIndices all;
  for (std::int64_t axis = 0; axis < cast<MemRefType>(memory.getType()).getRank(); ++axis) all.push_back(axis);
  return b_.create<memref::CollapseShapeOp>(loc_, memory, ArrayRef<ReassociationIndices>{all});
}

bool LayerEmitter::emit_shaped() {
  if (machine_.units == 0 || layer_.nodes.size() > 2) return false;
  const Node& node = graph_.node(layer_.nodes[0]);
  // Counters and addresses of such loops fill small arrays without a loop unit, and the mapper takes long there.
  constexpr int kRoomyUnits = 64;
  const bool is_roomy = machine_.loop_unit || machine_.units >= kRoomyUnits;
  if (layer_.nodes.size() == 1 && is_roomy && emit_by_rows(node)) return true;
  const Node& last = graph_.node(layer_.nodes.back());
  std::optional<network::Requantize> tail;
  std::vector<std::int32_t> multipliers;
  if (const auto* requantize = std::get_if<network::Requantize>(&last.op)) {
    const auto& factors = graph_.value(last.inputs[1]).constant;
    const Buffer place = buffer(last.outputs[0]);
    if (!factors || (factors->elements() > 1 &&
                     place.position(static_cast<std::size_t>(requantize->axis)) + 1 != place.shape.size()))
      return false;
    const auto values = tensor::elements<std::int32_t>(*factors);
    multipliers.assign(values.begin(), values.end());
    tail = *requantize;
  } else if (layer_.nodes.size() > 1) {
    return false;
  }
  const auto bind = [&](auto& nest) {
    nest.input_type = type(node.inputs[0]).element;
    nest.input = flat(memory(node.inputs[0]));
    nest.result = flat(memory(last.outputs[0]));
    nest.multipliers = multipliers;
  };
  const auto* conv = std::get_if<network::IntegerConv>(&node.op);
  const auto* product = std::get_if<network::IntegerMatMul>(&node.op);
  if (ProductNest nest; product != nullptr && shape_pair(*product, node, nest)) {
    const auto tile = choose_tile(nest.shape, machine_);
    if (!tile || multipliers.size() > 1) return false;
    nest.tile = *tile;
    nest.tail = tail;
    if (tail) nest.multiplier = multipliers.front();
    emit_product(b_, loc_, nest);
    return true;
  }
  if (DepthwiseNest nest; conv != nullptr && tail && shape_depthwise(*conv, node, nest)) {
    const auto tile = choose_tile(nest.shape, machine_);
    if (!tile) return false;
    nest.tile = *tile;
    nest.tail = *tail;
    bind(nest);
    emit_depthwise(b_, loc_, nest);
    return true;
  }
  ConvNest nest;
  nest.tail = tail;
  if (conv != nullptr ? !shape_conv(*conv, node, nest) : product == nullptr || !shape_product(*product, node, nest))
    return false;
  // Memory of a caller may begin anywhere.
  Machine machine = machine_;
  machine.packed = machine.packed && !is_port(node.inputs[0]);
  bind(nest);
  // Pads are codes too.
  const std::int64_t zero = conv != nullptr ? conv->x_zero : product->a_zero;
  const network::Interval codes = plan_.codes[node.inputs[0].index()];
  if (!choose_packing(nest, machine, {std::min(codes.low, zero), std::max(codes.high, zero)})) return false;
  if (tail && is_roomy && !is_port(last.outputs[0]))
    nest.result_codes = stored_at_once(nest.result_at, nest.tile.channels);
  emit_conv(b_, loc_, nest);
  return true;
}

bool LayerEmitter::is_port(ValueId id) const {
  const auto is = [id](ValueId each) { return each == id; };
  return std::ranges::any_of(graph_.inputs, is) || std::ranges::any_of(graph_.outputs, is);
}

bool LayerEmitter::is_shapeable(const network::IntegerConv& op, const Node& node) const {
  const Buffer source = buffer(node.inputs[0]);
  const Buffer target = buffer(graph_.node(layer_.nodes.back()).outputs[0]);
  const std::size_t space = op.window.kernel.size();
  return graph_.value(node.inputs[1]).constant && has_constant(graph_, node, 2) && space <= 2 &&
         op.window.dilations[space - 1] == 1 && source.channels_last && target.channels_last &&
         (!network::is_padded(op.window) || source.border == op.x_zero);
}

bool LayerEmitter::shape_depthwise(const network::IntegerConv& op, const Node& node, DepthwiseNest& nest) const {
  const network::Window& window = op.window;
  if (!is_shapeable(op, node)) return false;
  const tensor::Tensor& weights = *graph_.value(node.inputs[1]).constant;
  const Buffer source = buffer(node.inputs[0]);
  const Buffer target = buffer(graph_.node(layer_.nodes.back()).outputs[0]);
  if (op.groups == 1 || op.groups != weights.shape[0] || weights.shape[1] != 1 || window.dilations[0] != 1)
    return false;
  const bool flat_space = window.kernel.size() == 1;
  DepthwiseShape& shape = nest.shape;
  shape.rows = flat_space ? 1 : target.shape[1];
  shape.columns = target.shape[target.shape.size() - 2];
  shape.channels = target.shape.back();
  shape.kernel_rows = flat_space ? 1 : window.kernel[0];
  shape.kernel_columns = window.kernel.back();
  shape.row_stride = flat_space ? 1 : window.strides[0];
  shape.column_stride = window.strides.back();
  shape.row_bytes = row_bytes(source);
  nest.images = target.shape[0];
  nest.input_at = windows_in(source, window);
  nest.result_at = results_in(target);
  nest.start = bias_values(graph_, node, shape.channels);
  const auto codes = tensor::elements<std::int8_t>(weights);
  const auto channels = static_cast<std::size_t>(shape.channels);
  const std::size_t taps = codes.size() / channels;
  nest.weights.resize(codes.size());
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t k = 0; k < taps; ++k) {
      nest.weights[k * channels + c] = codes[c * taps + k];
      nest.start[c] -= static_cast<std::int32_t>(op.x_zero * codes[c * taps + k]);
    }
  return true;
}

bool LayerEmitter::shape_conv(const network::IntegerConv& op, const Node& node, ConvNest& nest) const {
  if (op.groups != 1 || !is_shapeable(op, node)) return false;
  const network::Window& window = op.window;
  const std::size_t space = window.kernel.size();
  const Buffer source = buffer(node.inputs[0]);
  const Buffer target = buffer(graph_.node(layer_.nodes.back()).outputs[0]);
  nest.shape.rows = space == 2 ? target.shape[1] : 1;
  nest.shape.columns = target.shape[space];
  nest.shape.channels = target.shape.back();
  const std::int64_t depth = source.full_shape().back();
  nest.input_channels = depth;
  nest.shape.run = window.kernel[space - 1] * depth;
  nest.shape.taps = space == 2 ? window.kernel[0] : 1;
  nest.shape.stride = space == 2 ? window.strides[0] : 1;
  nest.shape.dilation = space == 2 ? window.dilations[0] : 1;
  nest.shape.row_bytes = row_bytes(source);
  nest.input_at = windows_in(source, window);
  nest.images = target.shape[0];
  nest.result_at = results_in(target);
  nest.start = bias_values(graph_, node, nest.shape.channels);
  place_weights(nest, op, *graph_.value(node.inputs[1]).constant, static_cast<std::size_t>(depth));
  return true;
}

bool LayerEmitter::shape_product(const network::IntegerMatMul& op, const Node& node, ConvNest& nest) const {
  const auto& weights = graph_.value(node.inputs[1]).constant;
  const Buffer source = buffer(node.inputs[0]);
  const Buffer target = buffer(graph_.node(layer_.nodes.back()).outputs[0]);
  if (!weights || weights->type != tensor::Type::kInt8 || weights->shape.size() != 2 || op.b_zero != 0 ||
      !has_constant(graph_, node, 2) || !is_plain(source) || !is_plain(target) || source.shape.size() < 2)
    return false;
  // Rows of the matrix are rows of one column.
  nest.shape.run = weights->shape[0];
  nest.shape.channels = weights->shape[1];
  nest.shape.rows = 1;
  for (std::size_t axis = 0; axis + 1 < source.shape.size(); ++axis) nest.shape.rows *= source.shape[axis];
  nest.shape.row_bytes = nest.input_at.row = nest.shape.run;
  nest.result_at.row = nest.shape.channels;
  nest.start = bias_values(graph_, node, nest.shape.channels);
  place_weights(nest, op, *weights);
  return true;
}

bool LayerEmitter::shape_pair(const network::IntegerMatMul& op, const Node& node, ProductNest& nest) {
  const ValueId a = node.inputs[0];
  const ValueId b = node.inputs[1];
  const ValueId y = graph_.node(layer_.nodes.back()).outputs[0];
  if (graph_.value(a).constant || graph_.value(b).constant || node.inputs.size() > 2 || !is_plain(buffer(a)) ||
      !is_plain(buffer(b)) || !is_plain(buffer(y)))
    return false;
  const Extents& left = type(a).shape;
  const Extents& right = type(b).shape;
  const Extents& result = type(y).shape;
  nest.shape = {left[left.size() - 2], right.back(), left.back(), tensor::bytes_of(type(y).element)};
  nest.a = {flat(memory(a)), type(a).element, op.a_zero};
  nest.b = {flat(memory(b)), type(b).element, op.b_zero};
  nest.result = flat(memory(y));
  const auto batches = [](const Extents& shape) { return Extents(shape.begin(), shape.end() - 2); };
  const Extents all = batches(result);
  Extents strides_a = network::broadcast_strides(batches(left), all);
  Extents strides_b = network::broadcast_strides(batches(right), all);
  strides_a.push_back(0);
  strides_b.push_back(0);
  Extents rows_of_one = all;
  rows_of_one.push_back(1);
  network::for_each_row<2>(rows_of_one, {strides_a, strides_b}, [&](std::int64_t index, const auto& offsets) {
    nest.products.push_back({offsets[0] * nest.shape.rows * nest.shape.depth,
                             offsets[1] * nest.shape.depth * nest.shape.columns,
                             index * nest.shape.rows * nest.shape.columns});
  });
  return true;
}

}  // namespace heddle::lowering
