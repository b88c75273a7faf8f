// Shapes of what moves elements and computes nothing, or only between neighbours.
#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "compiler/network/infer_kinds.h"

namespace heddle::network {
namespace {

Status check_rank(const Extents& list, const Extents& x, const char* what) {
  if (list.size() == x.size()) return {};
  return misfit(fmt::format("{} has {} entries, the input has {} axes", what, list.size(), x.size()));
}

}  // namespace

Result<Types> infer_kind(const Concat& op, const Inputs& in) {
  TensorType result = *in[0];
  HEDDLE_TRY(check_axis(op.axis, result.shape.size()));
  const auto axis = static_cast<std::size_t>(op.axis);
  for (std::size_t i = 1; i < in.size(); ++i) {
    Extents other = in[i]->shape;
    if (in[i]->element != result.element || other.size() != result.shape.size())
      return misfit(fmt::format("{} and {} cannot be joined", to_string(*in[0]), to_string(*in[i])));
    if (__builtin_add_overflow(result.shape[axis], other[axis], &result.shape[axis]))
      return misfit("the result is too large");
    other[axis] = result.shape[axis];
    if (other != result.shape)
      return misfit(
          fmt::format("{} and {} cannot be joined along axis {}", to_string(*in[0]), to_string(*in[i]), op.axis));
  }
  return Types{result};
}

Result<Types> infer_kind(const Split& op, const Inputs& in) {
  HEDDLE_TRY(check_axis(op.axis, in[0]->shape.size()));
  const auto axis = static_cast<std::size_t>(op.axis);
  Types results;
  std::int64_t rest = in[0]->shape[axis];
  for (const std::int64_t size : op.sizes) {
    if (size < 0 || size > rest)
      return misfit(fmt::format("sizes {} of an extent of {}", text(op.sizes), in[0]->shape[axis]));
    rest -= size;
    results.push_back(*in[0]);
    results.back().shape[axis] = size;
  }
  if (rest != 0 || results.empty())
    return misfit(fmt::format("sizes {} of an extent of {}", text(op.sizes), in[0]->shape[axis]));
  return results;
}

Result<Types> infer_kind(const Slice& op, const Inputs& in) {
  const Extents& x = in[0]->shape;
  HEDDLE_TRY(check_rank(op.starts, x, "starts"));
  HEDDLE_TRY(check_rank(op.steps, x, "steps"));
  HEDDLE_TRY(check_rank(op.counts, x, "counts"));
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    const std::int64_t count = op.counts[axis];
    std::int64_t last = 0;
    if (count < 0 || count > kMaxElements || __builtin_mul_overflow(count - 1, op.steps[axis], &last) ||
        __builtin_add_overflow(last, op.starts[axis], &last))
      return misfit(fmt::format("{} elements of axis {}", count, axis));
    const auto inside = [&](std::int64_t at) { return at >= 0 && at < x[axis]; };
    if (count > 0 && (!inside(op.starts[axis]) || !inside(last)))
      return misfit(fmt::format("elements {} to {} of axis {}, which has {}", op.starts[axis], last, axis, x[axis]));
  }
  return Types{{in[0]->element, op.counts}};
}

Result<Types> infer_kind(const Gather& op, const Inputs& in) {
  const Extents& x = in[0]->shape;
  HEDDLE_TRY(check_axis(op.axis, x.size()));
  if (in[1]->element != tensor::Type::kInt32 && in[1]->element != tensor::Type::kInt64)
    return misfit(fmt::format("indices of type {}", tensor::name(in[1]->element)));
  const auto at = x.begin() + op.axis;
  Extents shape(x.begin(), at);
  shape.insert(shape.end(), in[1]->shape.begin(), in[1]->shape.end());
  shape.insert(shape.end(), at + 1, x.end());
  return Types{{in[0]->element, std::move(shape)}};
}

Result<Types> infer_kind(const Reshape& op, const Inputs& in) {
  const TensorType result{in[0]->element, op.shape};
  std::int64_t elements = 1;
  for (const std::int64_t extent : op.shape)
    if (extent < 0 || __builtin_mul_overflow(elements, extent, &elements))
      return misfit(fmt::format("shape {}", text(op.shape)));
  if (elements != in[0]->elements())
    return misfit(fmt::format("{} has {} elements, the shape {} has {}", to_string(*in[0]), in[0]->elements(),
                              text(op.shape), elements));
  return Types{result};
}

Result<Types> infer_kind(const Transpose& op, const Inputs& in) {
  const Extents& x = in[0]->shape;
  HEDDLE_TRY(check_rank(op.permutation, x, "permutation"));
  std::vector<bool> seen(x.size());
  Extents shape;
  for (const std::int64_t axis : op.permutation) {
    HEDDLE_TRY(check_axis(axis, x.size()));
    const auto at = static_cast<std::size_t>(axis);
    if (seen[at]) return misfit(fmt::format("permutation {} names axis {} twice", text(op.permutation), axis));
    seen[at] = true;
    shape.push_back(x[at]);
  }
  return Types{{in[0]->element, std::move(shape)}};
}

Result<Types> infer_kind(const Expand& op, const Inputs& in) {
  HEDDLE_ASSIGN(const Extents shape, broadcast(in[0]->shape, op.shape));
  if (shape != op.shape) return misfit(fmt::format("{} does not expand to {}", to_string(*in[0]), text(op.shape)));
  return Types{{in[0]->element, shape}};
}

Result<Types> infer_kind(const Tile& op, const Inputs& in) {
  TensorType result = *in[0];
  HEDDLE_TRY(check_rank(op.repeats, result.shape, "repeats"));
  for (std::size_t axis = 0; axis < op.repeats.size(); ++axis)
    if (op.repeats[axis] < 0 || __builtin_mul_overflow(result.shape[axis], op.repeats[axis], &result.shape[axis]))
      return misfit(fmt::format("{} repeats", op.repeats[axis]));
  return Types{result};
}

Result<Types> infer_kind(const Pad& op, const Inputs& in) {
  TensorType result = *in[0];
  HEDDLE_TRY(check_rank(op.begin, result.shape, "begin"));
  HEDDLE_TRY(check_rank(op.end, result.shape, "end"));
  for (std::size_t axis = 0; axis < op.begin.size(); ++axis) {
    std::int64_t& extent = result.shape[axis];
    const std::int64_t before = extent;
    const std::int64_t most = std::max(op.begin[axis], op.end[axis]);
    if (op.mode == PadMode::kReflect && most > 0 && most >= before)
      return misfit(fmt::format("a reflected pad of {} on an extent of {}", most, before));
    if (op.mode == PadMode::kEdge && most > 0 && before == 0) return misfit("an edge pad of an empty axis");
    // What is cut off at either end is there.
    if (__builtin_add_overflow(extent, op.begin[axis], &extent) || extent < 0 ||
        __builtin_add_overflow(extent, op.end[axis], &extent) || extent < 0 || op.end[axis] < -before)
      return misfit(fmt::format("pads {} and {} on an extent of {}", op.begin[axis], op.end[axis], before));
  }
  return Types{result};
}

Result<Types> infer_kind(const Resize& op, const Inputs& in) {
  const Extents& x = in[0]->shape;
  if (op.mode != ResizeMode::kNearest) HEDDLE_TRY(check_float(in));
  HEDDLE_TRY(check_rank(op.sizes, x, "sizes"));
  if (op.scales.size() != x.size())
    return misfit(fmt::format("{} scales, the input has {} axes", op.scales.size(), x.size()));
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    if (!std::isfinite(op.scales[axis]) || op.scales[axis] <= 0)
      return misfit(fmt::format("a scale of {}", op.scales[axis]));
    if (op.sizes[axis] < 0 || (x[axis] == 0) != (op.sizes[axis] == 0))
      return misfit(fmt::format("an extent of {} resized to {}", x[axis], op.sizes[axis]));
  }
  return Types{{in[0]->element, op.sizes}};
}

}  // namespace heddle::network
