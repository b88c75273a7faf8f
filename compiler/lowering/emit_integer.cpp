// Operators on codes as linalg. Sums are int32; what is added for zero points is folded into the sums' start where the
// other factor is constant.
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

#include <algorithm>

#include "compiler/lowering/emit.h"
#include "compiler/lowering/words.h"
#include "compiler/tensor/elements.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only
using network::Extents;
using network::Node;
using network::ValueId;

std::vector<std::int32_t> bias_values(const network::Graph& graph, const Node& node, std::int64_t channels) {
  std::vector<std::int32_t> values(static_cast<std::size_t>(channels), 0);
  if (node.inputs.size() < 3 || !node.inputs[2].valid()) return values;
  const auto span = tensor::elements<std::int32_t>(*graph.value(node.inputs[2]).constant);
  std::copy(span.begin(), span.end(), values.begin());
  return values;
}

bool has_constant(const network::Graph& graph, const Node& node, std::size_t input) {
  return node.inputs.size() <= input || !node.inputs[input].valid() || graph.value(node.inputs[input]).constant;
}

template <class T>
Value LayerEmitter::constant(const Extents& shape, const std::vector<T>& values) {
  const auto type = RankedTensorType::get(shape, b_.getIntegerType(sizeof(T) * 8));
  return b_.create<arith::ConstantOp>(loc_, DenseElementsAttr::get(type, ArrayRef<T>(values)));
}

Value LayerEmitter::repeated(ValueId like, const std::vector<std::int32_t>& values) {
  const auto rank = static_cast<unsigned>(buffer(like).shape.size());
  const Value source = constant<std::int32_t>({static_cast<std::int64_t>(values.size())}, values);
  const AffineMap last = AffineMap::get(rank, 0, {b_.getAffineDimExpr(rank - 1)}, b_.getContext());
  const AffineMap identity = AffineMap::getMultiDimIdentityMap(rank, b_.getContext());
  return generic({{source, last}}, {destination(like), identity}, rank, 0,
                 [](OpBuilder&, Location, ValueRange v) { return v[0]; });
}

bool LayerEmitter::elementwise(const Node& node, const std::vector<ValueId>& operands, const Body& body) {
  const ValueId result = node.outputs[0];
  const std::size_t rank = type(result).shape.size();
  std::vector<Operand> inputs;
  for (const ValueId id : operands) {
    // Shapes broadcast: axes count from the last one, and an extent of 1 stands for any.
    const Extents& shape = type(id).shape;
    Axes axes;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      const std::size_t of_result = axis + rank - shape.size();
      const bool repeated = shape[axis] == 1 && type(result).shape[of_result] != 1;
      axes.push_back(repeated ? b_.getAffineConstantExpr(0) : b_.getAffineDimExpr(static_cast<unsigned>(of_result)));
    }
    inputs.push_back({load(id), map(id, axes, static_cast<unsigned>(rank))});
  }
  // The loops go over memory in order: dimension k is axis k of the result's buffer.
  const Buffer place = buffer(result);
  SmallVector<AffineExpr> order(rank);
  for (std::size_t axis = 0; axis < rank; ++axis)
    order[axis] = b_.getAffineDimExpr(static_cast<unsigned>(place.position(axis)));
  for (Operand& input : inputs) input.map = input.map.replaceDimsAndSymbols(order, {}, static_cast<unsigned>(rank), 0);
  const AffineMap identity = AffineMap::getMultiDimIdentityMap(static_cast<unsigned>(rank), b_.getContext());
  inside_.emplace_back(result, generic(inputs, {destination(result), identity}, static_cast<unsigned>(rank), 0, body));
  return true;
}

bool LayerEmitter::emit_kind(const network::IntegerConv& op, const Node& node) {
  const ValueId x = node.inputs[0];
  const ValueId w = node.inputs[1];
  const ValueId y = node.outputs[0];
  if (!graph_.value(w).constant || !has_constant(graph_, node, 2) || !buffer(x).channels_last) return false;
  // Weights [G][M/G][kernel...][C/G], so that the innermost loop walks along memory.
  const tensor::Tensor& weights = *graph_.value(w).constant;
  const std::int64_t groups = op.groups;
  const std::int64_t outputs = weights.shape[0] / groups;
  const std::int64_t depth = weights.shape[1];
  std::int64_t taps = 1;
  for (const std::int64_t k : op.window.kernel) taps *= k;
  const auto source = tensor::elements<std::int8_t>(weights);
  std::vector<std::int8_t> packed(source.size());
  std::vector<std::int32_t> start = bias_values(graph_, node, weights.shape[0]);
  for (std::int64_t m = 0; m < weights.shape[0]; ++m)
    for (std::int64_t c = 0; c < depth; ++c)
      for (std::int64_t k = 0; k < taps; ++k) {
        const std::int8_t value = source[static_cast<std::size_t>((m * depth + c) * taps + k)];
        packed[static_cast<std::size_t>((m * taps + k) * depth + c)] = value;
        start[static_cast<std::size_t>(m)] -= static_cast<std::int32_t>(op.x_zero * value);
      }
  const bool depthwise = groups > 1 && outputs == 1 && depth == 1;
  if (groups > 1 && !depthwise) return emit_groups(op, node, packed, start);
  Extents shape{weights.shape[0]};
  shape.insert(shape.end(), op.window.kernel.begin(), op.window.kernel.end());
  if (!depthwise) shape.push_back(depth);
  const tensor::Type x_type = type(x).element;
  return reduce_window(node, op.window, op.x_zero, repeated(y, start), constant(shape, packed), !depthwise,
                       [x_type](OpBuilder& b, Location loc, ValueRange v) {
                         const Words words(b, loc);
                         return words.add(
                             v[2], words.mul(words.widened(v[0], x_type), words.widened(v[1], tensor::Type::kInt8)));
                       });
}

bool LayerEmitter::emit_groups(const network::IntegerConv& op, const Node& node,
                               const std::vector<std::int8_t>& weights, const std::vector<std::int32_t>& start) {
  const ValueId x = node.inputs[0];
  const ValueId y = node.outputs[0];
  const auto space = static_cast<unsigned>(op.window.kernel.size());
  const Buffer source = buffer(x);
  if (!buffer(y).channels_last || source.border_end.back() != 0) return false;
  if (network::is_padded(op.window) && source.border != op.x_zero) return false;
  const std::int64_t depth = type(node.inputs[1]).shape[1];
  const std::int64_t outputs = type(y).shape[1] / op.groups;
  // Channels apart as (group, channel of the group). Loops: n, space, group, channel of the result; window, depth.
  const unsigned parallel = space + 3;
  const unsigned reduction = space + 1;
  const auto d = [&](unsigned k) { return b_.getAffineDimExpr(k); };
  const auto map_of = [&](ArrayRef<AffineExpr> axes, unsigned dimensions) {
    return AffineMap::get(dimensions, 0, axes, b_.getContext());
  };
  SmallVector<AffineExpr> read{d(0)};
  SmallVector<AffineExpr> factor{d(parallel - 2), d(parallel - 1)};
  SmallVector<AffineExpr> write{d(0)};
  Extents weights_shape{op.groups, outputs};
  for (unsigned axis = 0; axis < space; ++axis) {
    read.push_back(d(1 + axis) * op.window.strides[axis] + d(parallel + axis) * op.window.dilations[axis]);
    factor.push_back(d(parallel + axis));
    write.push_back(d(1 + axis));
    weights_shape.push_back(op.window.kernel[axis]);
  }
  read.append({d(parallel - 2), d(parallel + space)});
  factor.push_back(d(parallel + space));
  write.append({d(parallel - 2), d(parallel - 1)});
  weights_shape.push_back(depth);
  SmallVector<ReassociationIndices> apart;
  for (std::int64_t axis = 0; axis <= static_cast<std::int64_t>(space); ++axis) apart.push_back({axis});
  apart.push_back({space + 1, space + 2});
  const auto divided = [&](Extents shape, std::int64_t inner) {
    shape.back() = op.groups;
    shape.push_back(inner);
    return shape;
  };
  const Value whole = load_padded(x, op.window);
  const Extents whole_shape(cast<RankedTensorType>(whole.getType()).getShape());
  const Value input = b_.create<mlir::tensor::ExpandShapeOp>(
      loc_, RankedTensorType::get(divided(whole_shape, depth), element(x)), whole, apart);
  const Value empty = b_.create<mlir::tensor::EmptyOp>(loc_, divided(buffer(y).shape, outputs), b_.getI32Type());
  const Value begin = generic(
      {{constant<std::int32_t>({op.groups, outputs}, start), map_of({d(parallel - 2), d(parallel - 1)}, parallel)}},
      {empty, map_of(write, parallel)}, parallel, 0, [](OpBuilder&, Location, ValueRange v) { return v[0]; });
  const tensor::Type x_type = type(x).element;
  const Value sums = generic(
      {{input, map_of(read, parallel + reduction)},
       {constant(weights_shape, weights), map_of(factor, parallel + reduction)}},
      {begin, map_of(write, parallel + reduction)}, parallel, reduction,
      [x_type](OpBuilder& b, Location loc, ValueRange v) {
        const Words words(b, loc);
        return words.add(v[2], words.mul(words.widened(v[0], x_type), words.widened(v[1], tensor::Type::kInt8)));
      });
  inside_.emplace_back(y, b_.create<mlir::tensor::CollapseShapeOp>(loc_, sums, apart));
  return true;
}

bool LayerEmitter::reduce_window(const Node& node, const network::Window& window, std::int64_t border, Value start,
                                 Value factors, bool depth, const Body& body) {
  const ValueId x = node.inputs[0];
  const ValueId y = node.outputs[0];
  const Buffer source = buffer(x);
  const auto space = static_cast<unsigned>(window.kernel.size());
  if (!source.channels_last || !buffer(y).channels_last) return false;
  if (network::is_padded(window) && source.border != border) return false;
  // Loops: n, space, channel of the result; window, depth.
  const unsigned parallel = space + 2;
  const unsigned reduction = space + (depth ? 1 : 0);
  const auto d = [&](unsigned k) { return b_.getAffineDimExpr(k); };
  SmallVector<AffineExpr> read{d(0)};
  SmallVector<AffineExpr> factor{d(parallel - 1)};
  for (unsigned axis = 0; axis < space; ++axis) {
    read.push_back(d(1 + axis) * window.strides[axis] + d(parallel + axis) * window.dilations[axis]);
    factor.push_back(d(parallel + axis));
  }
  const AffineExpr channel = depth ? d(parallel + space) : d(parallel - 1);
  read.push_back(channel);
  if (depth) factor.push_back(channel);
  SmallVector<AffineExpr> write;
  for (unsigned k = 0; k < parallel; ++k) write.push_back(d(k));
  const auto map_of = [&](ArrayRef<AffineExpr> axes) {
    return AffineMap::get(parallel + reduction, 0, axes, b_.getContext());
  };
  std::vector<Operand> inputs{{load_padded(x, window), map_of(read)}};
  if (factors) {
    inputs.push_back({factors, map_of(factor)});
  } else {
    // Nothing else tells how far the window's loops go.
    SmallVector<AffineExpr> taps;
    for (unsigned axis = 0; axis < space; ++axis) taps.push_back(d(parallel + axis));
    inputs.push_back({b_.create<mlir::tensor::EmptyOp>(loc_, window.kernel, b_.getI8Type()), map_of(taps)});
  }
  inside_.emplace_back(y, generic(inputs, {start, map_of(write)}, parallel, reduction, body));
  return true;
}

bool LayerEmitter::emit_kind(const network::WindowSum& op, const Node& node) {
  const ValueId y = node.outputs[0];
  std::int64_t taps = 1;
  for (const std::int64_t k : op.window.kernel) taps *= k;
  const std::vector<std::int32_t> start(static_cast<std::size_t>(type(y).shape[1]),
                                        static_cast<std::int32_t>(-taps * op.x_zero));
  const tensor::Type x_type = type(node.inputs[0]).element;
  return reduce_window(node, op.window, op.x_zero, repeated(y, start), Value(), false,
                       [x_type](OpBuilder& b, Location loc, ValueRange v) {
                         const Words words(b, loc);
                         return words.add(v[2], words.widened(v[0], x_type));
                       });
}

bool LayerEmitter::emit_kind(const network::Pool& op, const Node& node) {
  const ValueId y = node.outputs[0];
  const tensor::Type x_type = type(node.inputs[0]).element;
  if (op.kind != network::PoolKind::kMax || (x_type != tensor::Type::kInt8 && x_type != tensor::Type::kUint8))
    return false;
  const std::int64_t least = x_type == tensor::Type::kInt8 ? -128 : 0;
  const Value low = b_.create<arith::ConstantIntOp>(loc_, least, 8);
  const Value start = b_.create<linalg::FillOp>(loc_, low, destination(y)).getResult(0);
  return reduce_window(node, op.window, least, start, Value(), false,
                       [x_type](OpBuilder& b, Location loc, ValueRange v) -> Value {
                         if (x_type == tensor::Type::kUint8) return b.create<arith::MaxUIOp>(loc, v[0], v[2]);
                         return b.create<arith::MaxSIOp>(loc, v[0], v[2]);
                       });
}

bool LayerEmitter::emit_pair(const network::IntegerMatMul& op, const Node& node) {
  const ValueId left = node.inputs[0];
  const ValueId right = node.inputs[1];
  const ValueId y = node.outputs[0];
  if (node.inputs.size() > 2) return false;
  const auto rank = static_cast<unsigned>(type(y).shape.size());
  // Loops: axes of the result, depth.
  const auto axes_of = [&](ValueId id, AffineExpr row, AffineExpr column) {
    const Extents& shape = type(id).shape;
    const std::size_t missing = rank - shape.size();
    Axes axes;
    for (std::size_t k = 0; k + 2 < shape.size(); ++k)
      axes.push_back(shape[k] == 1 ? b_.getAffineConstantExpr(0)
                                   : b_.getAffineDimExpr(static_cast<unsigned>(k + missing)));
    axes.push_back(row);
    axes.push_back(column);
    return axes;
  };
  const AffineExpr depth = b_.getAffineDimExpr(rank);
  const AffineExpr row = b_.getAffineDimExpr(rank - 2);
  const AffineExpr column = b_.getAffineDimExpr(rank - 1);
  const Value zero = b_.create<arith::ConstantIntOp>(loc_, 0, 32);
  const Value start = b_.create<linalg::FillOp>(loc_, zero, destination(y)).getResult(0);
  Axes result;
  for (unsigned k = 0; k < rank; ++k) result.push_back(b_.getAffineDimExpr(k));
  const tensor::Type a_type = type(left).element;
  const tensor::Type b_type = type(right).element;
  inside_.emplace_back(y, generic({{load(left), map(left, axes_of(left, row, depth), rank + 1)},
                                   {load(right), map(right, axes_of(right, depth, column), rank + 1)}},
                                  {start, map(y, result, rank + 1)}, rank, 1,
                                  [op, a_type, b_type](OpBuilder& b, Location loc, ValueRange v) {
                                    const Words words(b, loc);
                                    const Value first = words.plus(words.widened(v[0], a_type), -op.a_zero);
                                    const Value second = words.plus(words.widened(v[1], b_type), -op.b_zero);
                                    return words.add(v[2], words.mul(first, second));
                                  }));
  return true;
}

bool LayerEmitter::emit_kind(const network::IntegerMatMul& op, const Node& node) {
  const ValueId a = node.inputs[0];
  const ValueId w = node.inputs[1];
  if (!graph_.value(a).constant && !graph_.value(w).constant) return emit_pair(op, node);
  const ValueId y = node.outputs[0];
  const Extents& shape = type(a).shape;
  if (!graph_.value(w).constant || !has_constant(graph_, node, 2) || type(w).shape.size() != 2 || op.b_zero != 0 ||
      type(w).element != tensor::Type::kInt8 || buffer(a).channels_last)
    return false;
  // B transposed: [N][K].
  const std::int64_t depth = type(w).shape[0];
  const std::int64_t columns = type(w).shape[1];
  const auto source = tensor::elements<std::int8_t>(*graph_.value(w).constant);
  std::vector<std::int8_t> packed(source.size());
  std::vector<std::int32_t> start = bias_values(graph_, node, columns);
  for (std::int64_t k = 0; k < depth; ++k)
    for (std::int64_t n = 0; n < columns; ++n) {
      const std::int8_t value = source[static_cast<std::size_t>(k * columns + n)];
      packed[static_cast<std::size_t>(n * depth + k)] = value;
      start[static_cast<std::size_t>(n)] -= static_cast<std::int32_t>(op.a_zero * value);
    }
  const auto rank = static_cast<unsigned>(shape.size());
  const auto d = [&](unsigned k) { return b_.getAffineDimExpr(k); };
  SmallVector<AffineExpr> read;
  SmallVector<AffineExpr> write;
  for (unsigned k = 0; k < rank; ++k) {
    read.push_back(k + 1 < rank ? d(k) : d(rank));
    write.push_back(d(k));
  }
  const auto map_of = [&](ArrayRef<AffineExpr> axes) { return AffineMap::get(rank + 1, 0, axes, b_.getContext()); };
  const tensor::Type a_type = type(a).element;
  inside_.emplace_back(
      y,
      generic(
          {{load(a), map_of(read)}, {constant<std::int8_t>({columns, depth}, packed), map_of({d(rank - 1), d(rank)})}},
          {repeated(y, start), map_of(write)}, rank, 1, [a_type](OpBuilder& b, Location loc, ValueRange v) {
            const Words words(b, loc);
            return words.add(v[2], words.mul(words.widened(v[0], a_type), words.widened(v[1], tensor::Type::kInt8)));
          }));
  return true;
}

bool LayerEmitter::emit_kind(const network::Requantize& op, const Node& node) {
  const network::Value& multipliers = graph_.value(node.inputs[1]);
  const ValueId x = node.inputs[0];
  const ValueId y = node.outputs[0];
  if (!multipliers.constant || buffer(x).channels_last != buffer(y).channels_last) return false;
  const auto span = tensor::elements<std::int32_t>(*multipliers.constant);
  const std::vector<std::int32_t> values(span.begin(), span.end());
  const Buffer place = buffer(y);
  const auto rank = static_cast<unsigned>(place.shape.size());
  const AffineMap identity = AffineMap::getMultiDimIdentityMap(rank, b_.getContext());
  const std::size_t axis = values.size() == 1 ? 0 : place.position(static_cast<std::size_t>(op.axis));
  const AffineMap channel =
      AffineMap::get(rank, 0, {b_.getAffineDimExpr(static_cast<unsigned>(axis))}, b_.getContext());
  std::vector<Operand> inputs{{load(x), identity}};
  if (values.size() > 1)
    inputs.push_back({constant<std::int32_t>({static_cast<std::int64_t>(values.size())}, values), channel});
  inside_.emplace_back(
      y, generic(inputs, {destination(y), identity}, rank, 0, [op, values](OpBuilder& b, Location loc, ValueRange v) {
        const Words words(b, loc);
        const Value factor = values.size() > 1 ? v[1] : words.word(values[0]);
        return words.code(op, words.mul(v[0], factor));
      }));
  return true;
}

// One operation a statement: the order in which a call's arguments are made is the compiler's.
template <class Op, class Combine>
bool LayerEmitter::pairwise(const Op& op, const Node& node, const Combine& combine) {
  const tensor::Type a_type = type(node.inputs[0]).element;
  const tensor::Type b_type = type(node.inputs[1]).element;
  return elementwise(node, {node.inputs[0], node.inputs[1]},
                     [op, a_type, b_type, combine](OpBuilder& b, Location loc, ValueRange v) {
                       const Words words(b, loc);
                       return words.code(op, combine(words, v[0], a_type, v[1], b_type));
                     });
}

bool LayerEmitter::emit_kind(const network::IntegerAdd& op, const Node& node) { return pairwise(op, node, SumOf{op}); }

bool LayerEmitter::emit_kind(const network::IntegerMultiply& op, const Node& node) {
  return pairwise(op, node, ProductOf{op});
}

bool LayerEmitter::emit_kind(const network::Lookup& /*op*/, const Node& node) {
  const network::Value& table = graph_.value(node.inputs[1]);
  if (!table.constant) return false;
  const std::vector<std::int8_t> codes(table.constant->data.begin(), table.constant->data.end());
  const Value values = constant<std::int8_t>({256}, codes);
  const tensor::Type x_type = type(node.inputs[0]).element;
  return elementwise(node, {node.inputs[0]}, [&](OpBuilder& b, Location loc, ValueRange v) -> Value {
    const Words words(b, loc);
    const Value index = words.plus(words.widened(v[0], x_type), x_type == tensor::Type::kInt8 ? 128 : 0);
    const Value position = b.create<arith::IndexCastOp>(loc, b.getIndexType(), index);
    return b.create<mlir::tensor::ExtractOp>(loc, values, ValueRange{position});
  });
}

}  // namespace heddle::lowering
