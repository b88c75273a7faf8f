// Shapes of what slides a window: convolutions and pools.
#include <fmt/format.h>

#include "compiler/network/infer_kinds.h"
#include "compiler/network/spatial_axes.h"

namespace heddle::network {
namespace {

/// No extent, stride, dilation or pad is larger, so that products of two of them cannot overflow.
constexpr std::int64_t kLargest = std::int64_t{1} << 31;

Status check_list(const Extents& list, std::size_t rank, std::int64_t least, const char* what) {
  if (list.size() != rank) return misfit(fmt::format("{} has {} entries for {} spatial axes", what, list.size(), rank));
  for (const std::int64_t entry : list)
    if (entry < least || entry > kLargest) return misfit(fmt::format("{} of {}", what, entry));
  return {};
}

Status check_window(const Window& window, const Extents& x) {
  if (x.size() < 3) return misfit(fmt::format("the input {} has no spatial axes", text(x)));
  const std::size_t rank = x.size() - 2;
  HEDDLE_TRY(check_list(window.kernel, rank, 1, "kernel"));
  HEDDLE_TRY(check_list(window.strides, rank, 1, "stride"));
  HEDDLE_TRY(check_list(window.dilations, rank, 1, "dilation"));
  HEDDLE_TRY(check_list(window.pads_begin, rank, 0, "pad"));
  return check_list(window.pads_end, rank, 0, "pad");
}

/// The spatial extents of the result after `first` leading ones.
Result<Extents> slide(const Window& window, const Extents& x, Extents result) {
  for (std::size_t axis = 0; axis < window.kernel.size(); ++axis) {
    const std::int64_t reach = window.dilations[axis] * (window.kernel[axis] - 1) + 1;
    const std::int64_t padded = x[axis + 2] + window.pads_begin[axis] + window.pads_end[axis];
    if (padded < reach)
      return misfit(
          fmt::format("a window of {} does not fit the padded extent {} of spatial axis {}", reach, padded, axis));
    result.push_back((padded - reach) / window.strides[axis] + 1);
  }
  return result;
}

Status check_bias(const Inputs& in, std::int64_t channels) {
  if (in.size() < 3 || !in[2] || in[2]->shape == Extents{channels}) return {};
  return misfit(fmt::format("the bias has shape {}, expected {}", text(in[2]->shape), channels));
}

Status check_weights(const Extents& x, const Extents& weights, const Window& window, std::int64_t groups) {
  HEDDLE_TRY(check_window(window, x));
  if (weights.size() != x.size())
    return misfit(fmt::format("input {} and weights {} differ in rank", text(x), text(weights)));
  if (!std::equal(window.kernel.begin(), window.kernel.end(), weights.begin() + 2))
    return misfit(fmt::format("kernel {} but weights {}", text(window.kernel), text(weights)));
  if (groups < 1) return misfit(fmt::format("{} groups", groups));
  return {};
}

template <class Op>
Result<Types> convolve(const Op& op, const Inputs& in, tensor::Type result) {
  const Extents& x = in[0]->shape;
  const Extents& weights = in[1]->shape;
  HEDDLE_TRY(check_weights(x, weights, op.window, op.groups));
  if (x[1] % op.groups != 0 || weights[1] != x[1] / op.groups || weights[0] % op.groups != 0)
    return misfit(fmt::format("input {} and weights {} do not fit {} group(s)", text(x), text(weights), op.groups));
  HEDDLE_TRY(check_bias(in, weights[0]));
  HEDDLE_ASSIGN(Extents shape, slide(op.window, x, {x[0], weights[0]}));
  return Types{{result, std::move(shape)}};
}

Status check_spatial_axes(const Window& window) {
  if (window.kernel.size() <= kMostSpatialAxes) return {};
  return misfit(fmt::format("a window over {} axes, the most is {}", window.kernel.size(), kMostSpatialAxes));
}

}  // namespace

Result<Types> infer_kind(const Conv& op, const Inputs& in) {
  HEDDLE_TRY(check_float(in));
  return convolve(op, in, in[0]->element);
}

Result<Types> infer_kind(const IntegerConv& op, const Inputs& in) {
  HEDDLE_TRY(check_codes(in));
  HEDDLE_TRY(check_spatial_axes(op.window));
  return convolve(op, in, tensor::Type::kInt32);
}

Result<Types> infer_kind(const WindowSum& op, const Inputs& in) {
  HEDDLE_TRY(check_codes(in));
  HEDDLE_TRY(check_window(op.window, in[0]->shape));
  HEDDLE_TRY(check_spatial_axes(op.window));
  HEDDLE_ASSIGN(Extents shape, slide(op.window, in[0]->shape, {in[0]->shape[0], in[0]->shape[1]}));
  return Types{{tensor::Type::kInt32, std::move(shape)}};
}

Result<Types> infer_kind(const ConvTranspose& op, const Inputs& in) {
  HEDDLE_TRY(check_float(in));
  const Extents& x = in[0]->shape;
  const Extents& weights = in[1]->shape;
  HEDDLE_TRY(check_weights(x, weights, op.window, op.groups));
  HEDDLE_TRY(check_list(op.output_pads, x.size() - 2, 0, "output pad"));
  if (weights[0] != x[1] || x[1] % op.groups != 0 || weights[1] > kLargest)
    return misfit(fmt::format("input {} and weights {} do not fit {} group(s)", text(x), text(weights), op.groups));
  std::int64_t channels = 0;
  if (__builtin_mul_overflow(weights[1], op.groups, &channels)) return misfit(fmt::format("{} groups", op.groups));
  HEDDLE_TRY(check_bias(in, channels));
  Extents shape{x[0], channels};
  const Window& w = op.window;
  for (std::size_t axis = 0; axis < w.kernel.size(); ++axis) {
    const std::int64_t extent = w.strides[axis] * (x[axis + 2] - 1) + w.dilations[axis] * (w.kernel[axis] - 1) + 1 +
                                op.output_pads[axis] - w.pads_begin[axis] - w.pads_end[axis];
    if (x[axis + 2] < 1 || extent < 0) return misfit(fmt::format("pads leave nothing of spatial axis {}", axis));
    shape.push_back(extent);
  }
  return Types{{in[0]->element, std::move(shape)}};
}

Result<Types> infer_kind(const Pool& op, const Inputs& in) {
  if (op.kind == PoolKind::kAverage) HEDDLE_TRY(check_float(in));
  const Extents& x = in[0]->shape;
  HEDDLE_TRY(check_window(op.window, x));
  HEDDLE_ASSIGN(Extents shape, slide(op.window, x, {x[0], x[1]}));
  return Types{{in[0]->element, std::move(shape)}};
}

}  // namespace heddle::network
