// Operators that only move elements.
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "compiler/lowering/emit.h"
#include "compiler/tensor/elements.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only
using network::Node;
using network::ValueId;

/// The elements in row-major order under another shape: by way of one axis, or of none if either shape has none.
Value LayerEmitter::reshaped(Value value, RankedTensorType to) {
  const auto from = cast<RankedTensorType>(value.getType());
  const auto together = [](std::int64_t rank) {
    SmallVector<ReassociationIndices> all(1);
    for (std::int64_t axis = 0; axis < rank; ++axis) all[0].push_back(axis);
    return all;
  };
  if (from.getRank() > 0 && to.getRank() == 0)
    return b_.create<mlir::tensor::CollapseShapeOp>(loc_, to, value, ArrayRef<ReassociationIndices>());
  if (from.getRank() == 0 && to.getRank() > 0)
    return b_.create<mlir::tensor::ExpandShapeOp>(loc_, to, value, ArrayRef<ReassociationIndices>());
  if (from.getRank() > 1) value = b_.create<mlir::tensor::CollapseShapeOp>(loc_, value, together(from.getRank()));
  if (to.getRank() > 1) value = b_.create<mlir::tensor::ExpandShapeOp>(loc_, to, value, together(to.getRank()));
  return value;
}

bool LayerEmitter::emit_kind(const network::Reshape& /*op*/, const Node& node) {
  // The loops go over the source in the graph's order; the result must lie in that order to be seen in its shape.
  const ValueId x = node.inputs[0];
  const ValueId y = node.outputs[0];
  const Buffer place = buffer(y);
  const auto is = [](std::int64_t value) { return [value](std::int64_t each) { return each == value; }; };
  // Channels last is that order too where there is one channel, or one position.
  const bool ordered = !place.channels_last || place.shape.back() == 1 ||
                       std::all_of(place.shape.begin() + 1, place.shape.end() - 1, is(1));
  if (!ordered || !std::ranges::all_of(place.border_begin, is(0)) || !std::ranges::all_of(place.border_end, is(0)))
    return false;
  const network::Extents& shape = type(x).shape;
  const auto seen = RankedTensorType::get(shape, element(y));
  const auto rank = static_cast<unsigned>(shape.size());
  Axes axes;
  for (unsigned k = 0; k < rank; ++k) axes.push_back(b_.getAffineDimExpr(k));
  const AffineMap identity = AffineMap::getMultiDimIdentityMap(rank, b_.getContext());
  const Value flat = reshaped(destination(y), seen);
  const Value moved = generic({{load(x), map(x, axes, rank)}}, {flat, identity}, rank, 0,
                              [](OpBuilder&, Location, ValueRange v) { return v[0]; });
  inside_.emplace_back(y, reshaped(moved, RankedTensorType::get(place.shape, element(y))));
  return true;
}

bool LayerEmitter::emit_kind(const network::Transpose& op, const Node& node) {
  const ValueId x = node.inputs[0];
  const ValueId y = node.outputs[0];
  const auto rank = static_cast<unsigned>(op.permutation.size());
  Axes result;
  Axes source(rank);
  for (unsigned k = 0; k < rank; ++k) {
    result.push_back(b_.getAffineDimExpr(k));
    source[static_cast<std::size_t>(op.permutation[k])] = b_.getAffineDimExpr(k);
  }
  inside_.emplace_back(y, generic({{load(x), map(x, source, rank)}}, {destination(y), map(y, result, rank)}, rank, 0,
                                  [](OpBuilder&, Location, ValueRange v) { return v[0]; }));
  return true;
}

bool LayerEmitter::emit_kind(const network::Slice& op, const Node& node) {
  const ValueId x = node.inputs[0];
  const ValueId y = node.outputs[0];
  const auto rank = static_cast<unsigned>(op.counts.size());
  const Buffer place = buffer(x);
  SmallVector<OpFoldResult> starts(rank);
  SmallVector<OpFoldResult> counts(rank);
  SmallVector<OpFoldResult> steps(rank);
  Axes axes;
  for (unsigned k = 0; k < rank; ++k) {
    if (op.steps[k] < 1) return false;
    starts[place.position(k)] = b_.getIndexAttr(op.starts[k]);
    counts[place.position(k)] = b_.getIndexAttr(op.counts[k]);
    steps[place.position(k)] = b_.getIndexAttr(op.steps[k]);
    axes.push_back(b_.getAffineDimExpr(k));
  }
  const Value part = b_.create<mlir::tensor::ExtractSliceOp>(loc_, load(x), starts, counts, steps);
  inside_.emplace_back(y, generic({{part, map(x, axes, rank)}}, {destination(y), map(y, axes, rank)}, rank, 0,
                                  [](OpBuilder&, Location, ValueRange v) { return v[0]; }));
  return true;
}

bool LayerEmitter::pick(const Node& node, const std::vector<Table>& tables) {
  const ValueId x = node.inputs[0];
  const ValueId y = node.outputs[0];
  const auto rank = static_cast<unsigned>(type(y).shape.size());
  std::vector<Operand> inputs;
  for (const Table& table : tables) {
    if (table.indices.empty()) continue;
    SmallVector<AffineExpr> axes;
    for (std::size_t k = 0; k < table.shape.size(); ++k)
      axes.push_back(b_.getAffineDimExpr(static_cast<unsigned>(table.first + k)));
    const auto shape = RankedTensorType::get(table.shape, b_.getI32Type());
    const Value indices =
        b_.create<arith::ConstantOp>(loc_, DenseElementsAttr::get(shape, ArrayRef<std::int32_t>(table.indices)));
    inputs.push_back({indices, AffineMap::get(rank, 0, axes, b_.getContext())});
  }
  Axes result;
  for (unsigned k = 0; k < rank; ++k) result.push_back(b_.getAffineDimExpr(k));
  const Value source = load(x);
  const Buffer place = buffer(x);
  const Buffer target = buffer(y);
  const Body body = [&](OpBuilder& b, Location loc, ValueRange v) -> Value {
    SmallVector<Value> at(tables.size());
    unsigned next = 0;
    for (std::size_t k = 0; k < tables.size(); ++k) {
      const auto axis = static_cast<std::int64_t>(tables[k].first);
      at[place.position(k)] = tables[k].indices.empty()
                                  ? b.create<linalg::IndexOp>(loc, axis).getResult()
                                  : b.create<arith::IndexCastOp>(loc, b.getIndexType(), v[next++]).getResult();
    }
    return b.create<mlir::tensor::ExtractOp>(loc, source, at);
  };
  inside_.emplace_back(y, generic(inputs, {destination(y), map(y, result, rank)}, rank, 0, body));
  return true;
}

bool LayerEmitter::emit_kind(const network::Gather& op, const Node& node) {
  const auto& indices = graph_.value(node.inputs[1]).constant;
  const network::Extents& shape = type(node.inputs[0]).shape;
  const auto axis = static_cast<std::size_t>(op.axis);
  if (!indices || indices->elements() == 0 || type(node.inputs[0]).elements() == 0) return false;
  // Axes of the result: those before, those of the indices, those behind.
  std::vector<Table> tables(shape.size());
  for (std::size_t k = 0; k < shape.size(); ++k) tables[k].first = k <= axis ? k : k - 1 + indices->shape.size();
  tables[axis].shape = indices->shape;
  bool inside = true;
  tensor::dispatch(indices->type, [&](auto element) {
    for (const auto index : tensor::elements<decltype(element)>(*indices)) {
      const std::int64_t row = static_cast<std::int64_t>(index) + (index < 0 ? shape[axis] : 0);
      inside = inside && row >= 0 && row < shape[axis];
      tables[axis].indices.push_back(static_cast<std::int32_t>(row));
    }
  });
  return inside && pick(node, tables);
}

namespace {

/// Where element `at` of a resized axis comes from, or nothing where coordinates or rounding are of another kind.
std::optional<std::int64_t> nearest(const network::Resize& op, std::size_t axis, std::int64_t at) {
  const double scale = op.scales[axis];
  double place = 0;
  if (op.coordinates == network::ResizeCoordinates::kAsymmetric)
    place = static_cast<double>(at) / scale;
  else if (op.coordinates == network::ResizeCoordinates::kHalfPixel)
    place = (static_cast<double>(at) + 0.5) / scale - 0.5;
  else
    return std::nullopt;
  if (op.nearest == network::ResizeNearest::kFloor) return static_cast<std::int64_t>(std::floor(place));
  if (op.nearest == network::ResizeNearest::kRoundPreferFloor) return static_cast<std::int64_t>(std::ceil(place - 0.5));
  return std::nullopt;
}

}  // namespace

bool LayerEmitter::emit_kind(const network::Resize& op, const Node& node) {
  const network::Extents& shape = type(node.inputs[0]).shape;
  if (op.mode != network::ResizeMode::kNearest || type(node.inputs[0]).elements() == 0) return false;
  std::vector<Table> tables(shape.size());
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    tables[axis].first = axis;
    if (op.scales[axis] == 1 && op.sizes[axis] == shape[axis]) continue;
    tables[axis].shape = {op.sizes[axis]};
    for (std::int64_t at = 0; at < op.sizes[axis]; ++at) {
      const auto from = nearest(op, axis, at);
      if (!from) return false;
      tables[axis].indices.push_back(static_cast<std::int32_t>(std::clamp<std::int64_t>(*from, 0, shape[axis] - 1)));
    }
  }
  return pick(node, tables);
}

Value LayerEmitter::inserted(Value whole, ValueId result, ValueId part, const network::Extents& offsets) {
  const Buffer place = buffer(result);
  const network::Extents& shape = type(part).shape;
  const auto rank = static_cast<unsigned>(shape.size());
  SmallVector<OpFoldResult> starts(rank);
  SmallVector<OpFoldResult> counts(rank);
  const SmallVector<OpFoldResult> steps(rank, b_.getIndexAttr(1));
  Axes axes;
  for (unsigned k = 0; k < rank; ++k) {
    starts[place.position(k)] = b_.getIndexAttr(offsets[k]);
    counts[place.position(k)] = b_.getIndexAttr(shape[k]);
    axes.push_back(b_.getAffineDimExpr(k));
  }
  const Value window = b_.create<mlir::tensor::ExtractSliceOp>(loc_, whole, starts, counts, steps);
  const Value copied = generic({{load(part), map(part, axes, rank)}}, {window, map(result, axes, rank)}, rank, 0,
                               [](OpBuilder&, Location, ValueRange v) { return v[0]; });
  return b_.create<mlir::tensor::InsertSliceOp>(loc_, copied, whole, starts, counts, steps);
}

bool LayerEmitter::emit_kind(const network::Pad& op, const Node& node) {
  const ValueId y = node.outputs[0];
  const auto negative = [](std::int64_t pad) { return pad < 0; };
  if (op.mode != network::PadMode::kConstant || std::any_of(op.begin.begin(), op.begin.end(), negative) ||
      std::any_of(op.end.begin(), op.end.end(), negative))
    return false;
  const Type element_of_result = element(y);
  const TypedAttr value = isa<FloatType>(element_of_result)
                              ? TypedAttr(b_.getFloatAttr(element_of_result, op.value))
                              : TypedAttr(b_.getIntegerAttr(element_of_result, static_cast<std::int64_t>(op.value)));
  const Value scalar = b_.create<arith::ConstantOp>(loc_, value);
  const Value filled = b_.create<linalg::FillOp>(loc_, scalar, destination(y)).getResult(0);
  inside_.emplace_back(y, inserted(filled, y, node.inputs[0], op.begin));
  return true;
}

bool LayerEmitter::emit_kind(const network::Concat& op, const Node& node) {
  const ValueId y = node.outputs[0];
  network::Extents offsets(type(y).shape.size(), 0);
  Value whole = destination(y);
  for (const ValueId part : node.inputs) {
    whole = inserted(whole, y, part, offsets);
    offsets[static_cast<std::size_t>(op.axis)] += type(part).shape[static_cast<std::size_t>(op.axis)];
  }
  inside_.emplace_back(y, whole);
  return true;
}

}  // namespace heddle::lowering
