#include "compiler/network/infer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/network/infer_kinds.h"
#include "compiler/network/overloaded.h"

namespace heddle::network {

tl::unexpected<Error> misfit(std::string message) { return fail(ErrorCode::kBadInput, std::move(message)); }

Status check_axis(std::int64_t axis, std::size_t rank) {
  if (axis >= 0 && axis < static_cast<std::int64_t>(rank)) return {};
  return misfit(fmt::format("axis {} of a tensor of rank {}", axis, rank));
}

Status check_float(const Inputs& inputs) {
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i] && inputs[i]->element != tensor::Type::kFloat32)
      return misfit(fmt::format("input {} is {}, expected float32", i, tensor::name(inputs[i]->element)));
  return {};
}

std::string text(const Extents& shape) { return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x")); }

Result<Extents> broadcast(const Extents& a, const Extents& b) {
  const Extents& longer = a.size() >= b.size() ? a : b;
  const Extents& shorter = a.size() >= b.size() ? b : a;
  Extents result = longer;
  const std::size_t shift = longer.size() - shorter.size();
  for (std::size_t axis = 0; axis < shorter.size(); ++axis) {
    std::int64_t& extent = result[axis + shift];
    if (extent == 1) extent = shorter[axis];
    if (shorter[axis] != extent && shorter[axis] != 1)
      return misfit(fmt::format("shapes {} and {} do not broadcast", text(a), text(b)));
  }
  return result;
}

namespace {

struct Arity {
  std::size_t least, most;
};

Arity arity(const Operator& op) {
  constexpr std::size_t kMany = 1U << 20U;
  return std::visit(Overloaded{[](const Conv&) { return Arity{2, 3}; },
                               [](const ConvTranspose&) { return Arity{2, 3}; },
                               [](const Gemm&) { return Arity{2, 3}; },
                               [](const MatMul&) { return Arity{2, 2}; },
                               [](const BatchNormalization&) { return Arity{5, 5}; },
                               [](const InstanceNormalization&) { return Arity{3, 3}; },
                               [](const LayerNormalization&) { return Arity{2, 3}; },
                               [](const Attention&) { return Arity{3, 4}; },
                               [](const Binary&) { return Arity{2, 2}; },
                               [](const Select&) { return Arity{3, 3}; },
                               [](const Quantize&) { return Arity{2, 3}; },
                               [](const Dequantize&) { return Arity{2, 3}; },
                               [](const EncodeFloat&) { return Arity{2, 2}; },
                               [](const DecodeFloat&) { return Arity{2, 2}; },
                               [](const Concat&) { return Arity{1, kMany}; },
                               [](const Gather&) { return Arity{2, 2}; },
                               [](const IntegerConv&) { return Arity{2, 3}; },
                               [](const IntegerMatMul&) { return Arity{2, 3}; },
                               [](const Requantize&) { return Arity{2, 2}; },
                               [](const IntegerAdd&) { return Arity{2, 2}; },
                               [](const IntegerMultiply&) { return Arity{2, 2}; },
                               [](const Lookup&) { return Arity{2, 2}; },
                               [](const auto&) { return Arity{1, 1}; }},
                    op);
}

Result<Types> infer_kind(const Gemm& op, const Inputs& in) {
  HEDDLE_TRY(check_float(in));
  const Extents& a = in[0]->shape;
  const Extents& b = in[1]->shape;
  if (a.size() != 2 || b.size() != 2)
    return misfit(fmt::format("operands {} and {} are not matrices", text(a), text(b)));
  const std::int64_t rows = a[op.transpose_a ? 1 : 0];
  const std::int64_t columns = b[op.transpose_b ? 0 : 1];
  if (a[op.transpose_a ? 0 : 1] != b[op.transpose_b ? 1 : 0])
    return misfit(fmt::format("operands {} and {} do not fit", text(a), text(b)));
  const Extents shape{rows, columns};
  if (in.size() > 2 && in[2]) {
    const auto added = broadcast(in[2]->shape, shape);
    if (!added || *added != shape)
      return misfit(fmt::format("C {} does not broadcast to {}", text(in[2]->shape), text(shape)));
  }
  return Types{{in[0]->element, shape}};
}

Result<Types> infer_kind(const MatMul& /*op*/, const Inputs& in) {
  HEDDLE_TRY(check_float(in));
  Extents a = in[0]->shape;
  Extents b = in[1]->shape;
  const bool row = a.size() == 1;
  const bool column = b.size() == 1;
  if (row) a.insert(a.begin(), 1);
  if (column) b.push_back(1);
  if (a.size() < 2 || b.size() < 2 || a.back() != b[b.size() - 2])
    return misfit(fmt::format("operands {} and {} do not fit", text(in[0]->shape), text(in[1]->shape)));
  HEDDLE_ASSIGN(Extents shape, broadcast({a.begin(), a.end() - 2}, {b.begin(), b.end() - 2}));
  if (!row) shape.push_back(a[a.size() - 2]);
  if (!column) shape.push_back(b.back());
  return Types{{in[0]->element, std::move(shape)}};
}

Result<Types> infer_kind(const Reduce& op, const Inputs& in) {
  const Extents& x = in[0]->shape;
  if (in[0]->element == tensor::Type::kBool) return misfit("a bool tensor cannot be reduced");
  Extents shape = x;
  std::int64_t before = -1;
  for (const std::int64_t axis : op.axes) {
    HEDDLE_TRY(check_axis(axis, x.size()));
    if (axis <= before) return misfit(fmt::format("axes {} are not ascending", fmt::join(op.axes, ",")));
    before = axis;
    shape[static_cast<std::size_t>(axis)] = 1;
  }
  if (!op.keep_axes)
    for (std::size_t i = op.axes.size(); i-- > 0;) shape.erase(shape.begin() + op.axes[i]);
  return Types{{in[0]->element, std::move(shape)}};
}

Result<Types> infer_kind(const ArgExtreme& op, const Inputs& in) {
  HEDDLE_TRY(check_axis(op.axis, in[0]->shape.size()));
  Extents shape = in[0]->shape;
  if (shape[static_cast<std::size_t>(op.axis)] < 1) return misfit("nothing to choose from along an empty axis");
  shape[static_cast<std::size_t>(op.axis)] = 1;
  if (!op.keep_axis) shape.erase(shape.begin() + op.axis);
  return Types{{tensor::Type::kInt64, std::move(shape)}};
}

/// The inputs after the first are vectors of x's channels.
Result<Types> infer_channels(const Inputs& in) {
  HEDDLE_TRY(check_float(in));
  const Extents& x = in[0]->shape;
  if (x.size() < 2) return misfit(fmt::format("the input {} has no channels", text(x)));
  for (std::size_t i = 1; i < in.size(); ++i)
    if (in[i]->shape != Extents{x[1]})
      return misfit(fmt::format("input {} has shape {}, expected {}", i, text(in[i]->shape), x[1]));
  return Types{*in[0]};
}

Result<Types> infer_kind(const BatchNormalization& /*op*/, const Inputs& in) { return infer_channels(in); }
Result<Types> infer_kind(const InstanceNormalization& /*op*/, const Inputs& in) { return infer_channels(in); }

Result<Types> infer_kind(const LayerNormalization& op, const Inputs& in) {
  HEDDLE_TRY(check_float(in));
  const Extents& x = in[0]->shape;
  HEDDLE_TRY(check_axis(op.axis, x.size()));
  const Extents tail(x.begin() + op.axis, x.end());
  for (std::size_t i = 1; i < in.size(); ++i) {
    if (!in[i]) continue;
    const auto shape = broadcast(in[i]->shape, tail);
    if (!shape || *shape != tail)
      return misfit(fmt::format("input {} of shape {} does not broadcast to {}", i, text(in[i]->shape), text(tail)));
  }
  return Types{*in[0]};
}

Result<Types> infer_kind(const Softmax& op, const Inputs& in) {
  HEDDLE_TRY(check_float(in));
  HEDDLE_TRY(check_axis(op.axis, in[0]->shape.size()));
  return Types{*in[0]};
}

Result<Types> infer_kind(const Clip& /*op*/, const Inputs& in) {
  if (in[0]->element == tensor::Type::kBool) return misfit("a bool tensor cannot be clipped");
  return Types{*in[0]};
}

Result<Types> infer_kind(const Unary& op, const Inputs& in) {
  const tensor::Type element = in[0]->element;
  const bool logic = op.kind == UnaryKind::kNot;
  const bool any_number = op.kind == UnaryKind::kNegate || op.kind == UnaryKind::kAbs || op.kind == UnaryKind::kSign;
  const bool fits = logic        ? element == tensor::Type::kBool
                    : any_number ? element != tensor::Type::kBool
                                 : is_float(element);
  if (!fits) return misfit(fmt::format("the operator does not take {}", tensor::name(element)));
  return Types{*in[0]};
}

Result<Types> infer_kind(const Binary& op, const Inputs& in) {
  const tensor::Type element = in[0]->element;
  const bool logic = op.kind == BinaryKind::kAnd || op.kind == BinaryKind::kOr || op.kind == BinaryKind::kXor;
  const bool compares = op.kind >= BinaryKind::kEqual && !logic;
  const bool one_type = op.kind != BinaryKind::kPower;
  const bool boolean = element == tensor::Type::kBool;
  if ((one_type && in[1]->element != element) || (logic && !boolean) ||
      (!logic && boolean && op.kind != BinaryKind::kEqual) || (in[1]->element == tensor::Type::kBool) != boolean)
    return misfit(
        fmt::format("the operator does not take {} and {}", tensor::name(element), tensor::name(in[1]->element)));
  HEDDLE_ASSIGN(Extents shape, broadcast(in[0]->shape, in[1]->shape));
  return Types{{compares || logic ? tensor::Type::kBool : element, std::move(shape)}};
}

Result<Types> infer_kind(const Select& /*op*/, const Inputs& in) {
  if (in[0]->element != tensor::Type::kBool || in[1]->element != in[2]->element)
    return misfit(fmt::format("the operator does not take {}, {} and {}", tensor::name(in[0]->element),
                              tensor::name(in[1]->element), tensor::name(in[2]->element)));
  HEDDLE_ASSIGN(const Extents values, broadcast(in[1]->shape, in[2]->shape));
  HEDDLE_ASSIGN(Extents shape, broadcast(in[0]->shape, values));
  return Types{{in[1]->element, std::move(shape)}};
}

Result<Types> infer_kind(const Cast& op, const Inputs& in) { return Types{{op.to, in[0]->shape}}; }

/// Scale and zero point: scalars (or one element), or vectors along the axis.
Status check_scales(const Inputs& in, std::int64_t axis) {
  const Extents& x = in[0]->shape;
  const Extents& scale = in[1]->shape;
  if (in[1]->element != tensor::Type::kFloat32)
    return misfit(fmt::format("the scale is {}", tensor::name(in[1]->element)));
  if (in.size() > 2 && in[2] && in[2]->elements() != in[1]->elements())
    return misfit(fmt::format("scale {} and zero point {} differ in shape", text(scale), text(in[2]->shape)));
  if (scale.size() > 1) return misfit(fmt::format("a scale of shape {}", text(scale)));
  if (in[1]->elements() == 1) return {};
  HEDDLE_TRY(check_axis(axis, x.size()));
  if (scale == Extents{x[static_cast<std::size_t>(axis)]}) return {};
  return misfit(fmt::format("a scale of shape {} along axis {} of {}", text(scale), axis, text(x)));
}

bool is_code(tensor::Type type) {
  return type == tensor::Type::kInt8 || type == tensor::Type::kUint8 || type == tensor::Type::kInt32;
}

Result<Types> infer_kind(const Quantize& op, const Inputs& in) {
  HEDDLE_TRY(check_scales(in, op.axis));
  if (in[0]->element != tensor::Type::kFloat32)
    return misfit(fmt::format("{} cannot be quantised", tensor::name(in[0]->element)));
  if (!is_code(op.to) || op.to == tensor::Type::kInt32)
    return misfit(fmt::format("quantised to {}", tensor::name(op.to)));
  if (in.size() > 2 && in[2] && in[2]->element != op.to)
    return misfit(
        fmt::format("quantised to {} with a zero point of {}", tensor::name(op.to), tensor::name(in[2]->element)));
  return Types{{op.to, in[0]->shape}};
}

Result<Types> infer_kind(const Dequantize& op, const Inputs& in) {
  HEDDLE_TRY(check_scales(in, op.axis));
  if (!is_code(in[0]->element)) return misfit(fmt::format("{} is no type of codes", tensor::name(in[0]->element)));
  if (in.size() > 2 && in[2] && in[2]->element != in[0]->element)
    return misfit(
        fmt::format("codes of {} with a zero point of {}", tensor::name(in[0]->element), tensor::name(in[2]->element)));
  return Types{{tensor::Type::kFloat32, in[0]->shape}};
}

/// What both ends of a minifloat's codes share.
Status check_minifloat(const numerics::FloatFormat& format, const Inputs& in, std::int64_t axis, tensor::Type from) {
  HEDDLE_TRY(numerics::validate(format));
  if (format.bits() > 8) return misfit(fmt::format("{} has more than 8 bits", numerics::name(format)));
  if (in[0]->element != from)
    return misfit(fmt::format("{} where {} is expected", tensor::name(in[0]->element), tensor::name(from)));
  return check_scales(in, axis);
}

Result<Types> infer_kind(const EncodeFloat& op, const Inputs& in) {
  HEDDLE_TRY(check_minifloat(op.format, in, op.axis, tensor::Type::kFloat32));
  return Types{{tensor::Type::kUint8, in[0]->shape}};
}

Result<Types> infer_kind(const DecodeFloat& op, const Inputs& in) {
  HEDDLE_TRY(check_minifloat(op.format, in, op.axis, tensor::Type::kUint8));
  return Types{{tensor::Type::kFloat32, in[0]->shape}};
}

}  // namespace

bool is_small(const Extents& shape) {
  std::int64_t elements = 1;
  for (const std::int64_t extent : shape)
    if (extent < 0 || __builtin_mul_overflow(elements, std::max<std::int64_t>(extent, 1), &elements) ||
        elements > kMaxElements)
      return false;
  return true;
}

Result<std::vector<TensorType>> infer(const Operator& op, const std::vector<std::optional<TensorType>>& inputs) {
  const auto [least, most] = arity(op);
  if (inputs.size() < least || inputs.size() > most) return misfit(fmt::format("{} inputs", inputs.size()));
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (!inputs[i] && (i < least || std::holds_alternative<Concat>(op)))
      return misfit(fmt::format("input {} is missing", i));
  HEDDLE_ASSIGN(Types results, std::visit([&](const auto& kind) { return infer_kind(kind, inputs); }, op));
  for (const TensorType& result : results)
    if (!is_small(result.shape)) return misfit(fmt::format("a result of shape {} is too large", text(result.shape)));
  return results;
}

}  // namespace heddle::network
