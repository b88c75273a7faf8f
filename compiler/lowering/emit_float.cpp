// Where codes and floats meet.
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

#include "compiler/lowering/emit.h"
#include "compiler/tensor/elements.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only
using network::Node;
using network::ValueId;

namespace {

struct Scale {
  float scale = 1;
  std::int64_t zero = 0;
};

/// The constant scale and zero point of a Quantize or Dequantize, if there is one of each.
bool read_scale(const network::Graph& graph, const Node& node, Scale& result) {
  const network::Value& scale = graph.value(node.inputs[1]);
  if (!scale.constant || scale.type.elements() != 1) return false;
  result.scale = tensor::elements<float>(*scale.constant)[0];
  if (node.inputs.size() < 3 || !node.inputs[2].valid()) return true;
  const network::Value& zero = graph.value(node.inputs[2]);
  if (!zero.constant || zero.type.elements() != 1) return false;
  tensor::dispatch(zero.type.element, [&](auto type) {
    result.zero = static_cast<std::int64_t>(tensor::elements<decltype(type)>(*zero.constant)[0]);
  });
  return true;
}

Value real(OpBuilder& b, Location loc, float value) {
  return b.create<arith::ConstantFloatOp>(loc, APFloat(value), b.getF32Type());
}

}  // namespace

bool LayerEmitter::emit_kind(const network::Quantize& op, const Node& node) {
  Scale q;
  if (!read_scale(graph_, node, q) || type(node.inputs[0]).element != tensor::Type::kFloat32) return false;
  const double low = op.to == tensor::Type::kInt8 ? -128 : 0;
  return elementwise(node, {node.inputs[0]}, [q, low](OpBuilder& b, Location loc, ValueRange v) -> Value {
    // Clamped as float first: what is beyond an integer's range has no conversion.
    const Value scaled = b.create<arith::DivFOp>(loc, v[0], real(b, loc, q.scale));
    const Value rounded = b.create<math::RoundEvenOp>(loc, scaled);
    const Value moved = b.create<arith::AddFOp>(loc, rounded, real(b, loc, static_cast<float>(q.zero)));
    const Value above = b.create<arith::MaxNumFOp>(loc, moved, real(b, loc, static_cast<float>(low)));
    const Value inside = b.create<arith::MinNumFOp>(loc, above, real(b, loc, static_cast<float>(low + 255)));
    const Value word = b.create<arith::FPToSIOp>(loc, b.getI32Type(), inside);
    return b.create<arith::TruncIOp>(loc, b.getI8Type(), word);
  });
}

bool LayerEmitter::emit_kind(const network::Dequantize& op, const Node& node) {
  const network::Value& scale = graph_.value(node.inputs[1]);
  const tensor::Type from = type(node.inputs[0]).element;
  if (!scale.constant) return false;
  Scale q;
  const bool single = read_scale(graph_, node, q);
  const auto span = tensor::elements<float>(*scale.constant);
  const ValueId y = node.outputs[0];
  if (!single && node.inputs.size() > 2 && node.inputs[2].valid()) {
    const network::Value& zero = graph_.value(node.inputs[2]);
    if (!zero.constant ||
        std::any_of(zero.constant->data.begin(), zero.constant->data.end(), [](auto byte) { return byte != 0; }))
      return false;
  }
  const auto body = [from, q](OpBuilder& b, Location loc, Value code, Value factor) -> Value {
    Value word = code;
    if (from == tensor::Type::kUint8) word = b.create<arith::ExtUIOp>(loc, b.getI32Type(), code);
    if (from == tensor::Type::kInt8) word = b.create<arith::ExtSIOp>(loc, b.getI32Type(), code);
    if (q.zero != 0) word = b.create<arith::SubIOp>(loc, word, b.create<arith::ConstantIntOp>(loc, q.zero, 32));
    const Value value = b.create<arith::SIToFPOp>(loc, b.getF32Type(), word);
    return b.create<arith::MulFOp>(loc, value, factor);
  };
  if (single)
    return elementwise(node, {node.inputs[0]}, [q, body](OpBuilder& b, Location loc, ValueRange v) {
      return body(b, loc, v[0], real(b, loc, q.scale));
    });
  const auto table_type = RankedTensorType::get({static_cast<std::int64_t>(span.size())}, b_.getF32Type());
  const Value table =
      b_.create<arith::ConstantOp>(loc_, DenseElementsAttr::get(table_type, ArrayRef<float>(span.data(), span.size())));
  const Buffer place = buffer(y);
  if (buffer(node.inputs[0]).channels_last != place.channels_last) return false;
  const auto rank = static_cast<unsigned>(place.shape.size());
  const AffineMap identity = AffineMap::getMultiDimIdentityMap(rank, b_.getContext());
  const auto axis = static_cast<unsigned>(place.position(static_cast<std::size_t>(op.axis)));
  inside_.emplace_back(y,
                       generic({{load(node.inputs[0]), identity},
                                {table, AffineMap::get(rank, 0, {b_.getAffineDimExpr(axis)}, b_.getContext())}},
                               {destination(y), identity}, rank, 0,
                               [body](OpBuilder& b, Location loc, ValueRange v) { return body(b, loc, v[0], v[1]); }));
  return true;
}

bool LayerEmitter::emit_kind(const network::Clip& op, const Node& node) {
  if (type(node.inputs[0]).element != tensor::Type::kFloat32) return false;
  return elementwise(node, {node.inputs[0]}, [op](OpBuilder& b, Location loc, ValueRange v) -> Value {
    const Value above = b.create<arith::MaxNumFOp>(loc, v[0], real(b, loc, static_cast<float>(op.low)));
    return b.create<arith::MinNumFOp>(loc, above, real(b, loc, static_cast<float>(op.high)));
  });
}

}  // namespace heddle::lowering
