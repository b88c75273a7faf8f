// Types of the operators on codes.
#include <fmt/format.h>

#include "compiler/network/infer_kinds.h"

namespace heddle::network {

Status check_codes(const Inputs& inputs) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i]) continue;
    const tensor::Type element = inputs[i]->element;
    if (i < 2 ? is_byte(element) : element == tensor::Type::kInt32) continue;
    return misfit(
        fmt::format("input {} is {}, expected {}", i, tensor::name(element), i < 2 ? "int8 or uint8" : "int32"));
  }
  return {};
}

namespace {

Status check_range(tensor::Type to, int shift, std::int64_t low, std::int64_t high) {
  if (!is_byte(to)) return misfit(fmt::format("codes of {}", tensor::name(to)));
  const std::int64_t least = to == tensor::Type::kInt8 ? -128 : 0;
  if (low < least || high > least + 255 || low > high)
    return misfit(fmt::format("a range of {}..{} for {}", low, high, tensor::name(to)));
  if (shift < 0 || shift > 31) return misfit(fmt::format("a shift of {}", shift));
  return {};
}

}  // namespace

Result<Types> infer_kind(const IntegerMatMul& /*op*/, const Inputs& in) {
  HEDDLE_TRY(check_codes(in));
  const Extents& a = in[0]->shape;
  const Extents& b = in[1]->shape;
  if (a.size() < 2 || b.size() < 2 || a.back() != b[b.size() - 2])
    return misfit(fmt::format("operands {} and {} do not fit", text(a), text(b)));
  if (in.size() > 2 && in[2] && in[2]->shape != Extents{b.back()})
    return misfit(fmt::format("the bias has shape {}, expected {}", text(in[2]->shape), b.back()));
  HEDDLE_ASSIGN(Extents shape, broadcast({a.begin(), a.end() - 2}, {b.begin(), b.end() - 2}));
  shape.push_back(a[a.size() - 2]);
  shape.push_back(b.back());
  return Types{{tensor::Type::kInt32, std::move(shape)}};
}

Result<Types> infer_kind(const Requantize& op, const Inputs& in) {
  HEDDLE_TRY(check_range(op.to, op.shift, op.low, op.high));
  if (in[0]->element != tensor::Type::kInt32 || in[1]->element != tensor::Type::kInt32)
    return misfit(fmt::format("{} with multipliers of {}, expected int32 and int32", tensor::name(in[0]->element),
                              tensor::name(in[1]->element)));
  if (in[1]->elements() != 1) {
    HEDDLE_TRY(check_axis(op.axis, in[0]->shape.size()));
    if (in[1]->shape != Extents{in[0]->shape[static_cast<std::size_t>(op.axis)]})
      return misfit(
          fmt::format("multipliers of shape {} along axis {} of {}", text(in[1]->shape), op.axis, text(in[0]->shape)));
  }
  return Types{{op.to, in[0]->shape}};
}

namespace {

template <class Op>
Result<Types> infer_pair(const Op& op, const Inputs& in) {
  HEDDLE_TRY(check_codes(in));
  HEDDLE_TRY(check_range(op.to, op.shift, op.low, op.high));
  HEDDLE_ASSIGN(Extents shape, broadcast(in[0]->shape, in[1]->shape));
  return Types{{op.to, std::move(shape)}};
}

}  // namespace

Result<Types> infer_kind(const IntegerAdd& op, const Inputs& in) { return infer_pair(op, in); }

Result<Types> infer_kind(const IntegerMultiply& op, const Inputs& in) { return infer_pair(op, in); }

Result<Types> infer_kind(const Lookup& /*op*/, const Inputs& in) {
  HEDDLE_TRY(check_codes(in));
  if (in[1]->shape != Extents{256}) return misfit(fmt::format("a table of shape {}, expected 256", text(in[1]->shape)));
  return Types{{in[1]->element, in[0]->shape}};
}

}  // namespace heddle::network
