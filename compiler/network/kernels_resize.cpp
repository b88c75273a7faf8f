// Resampling: for every axis and coordinate of the result, which input elements it takes and with what weights. Axes
// are treated one after another.
#include <algorithm>
#include <cmath>

#include "compiler/network/kernels.h"
#include "compiler/network/strided.h"
#include "compiler/tensor/convert.h"

namespace heddle::network {
namespace {

/// The place in the input that an index of the result stands for.
double source_place(const Resize& op, std::size_t axis, std::int64_t index, std::int64_t input) {
  const auto at = static_cast<double>(index);
  const auto scale = static_cast<double>(op.scales[axis]);
  const std::int64_t output = op.sizes[axis];
  switch (op.coordinates) {
    case ResizeCoordinates::kHalfPixel: return (at + 0.5) / scale - 0.5;
    case ResizeCoordinates::kPytorchHalfPixel: return output > 1 ? (at + 0.5) / scale - 0.5 : 0;
    case ResizeCoordinates::kAlignCorners:
      return output > 1 ? at * static_cast<double>(input - 1) / static_cast<double>(output - 1) : 0;
    case ResizeCoordinates::kAsymmetric: return at / scale;
    case ResizeCoordinates::kTfHalfPixel: break;
  }
  return (at + 0.5) / scale;
}

std::int64_t nearest(ResizeNearest mode, double place) {
  switch (mode) {
    case ResizeNearest::kRoundPreferFloor: return tensor::converted<std::int64_t>(std::ceil(place - 0.5));
    case ResizeNearest::kRoundPreferCeil: return tensor::converted<std::int64_t>(std::floor(place + 0.5));
    case ResizeNearest::kFloor: return tensor::converted<std::int64_t>(std::floor(place));
    case ResizeNearest::kCeil: break;
  }
  return tensor::converted<std::int64_t>(std::ceil(place));
}

struct Contribution {
  std::int64_t index;
  float weight;
};

/// Keys' cubic convolution at a distance.
double cubic(double distance, double a) {
  const double d = std::abs(distance);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

std::vector<Contribution> contributions(const Resize& op, std::size_t axis, std::int64_t index, std::int64_t input) {
  const double place = source_place(op, axis, index, input);
  const auto base = tensor::converted<std::int64_t>(std::floor(place));
  const bool is_cubic = op.mode == ResizeMode::kCubic;
  std::vector<Contribution> result;
  double sum = 0;
  for (std::int64_t i = base - (is_cubic ? 1 : 0); i <= base + (is_cubic ? 2 : 1); ++i) {
    const double distance = place - static_cast<double>(i);
    double weight = is_cubic ? cubic(distance, op.cubic_a) : 1 - std::abs(distance);
    if (op.exclude_outside && (i < 0 || i >= input)) weight = 0;
    sum += weight;
    result.push_back({std::clamp<std::int64_t>(i, 0, input - 1), static_cast<float>(weight)});
  }
  if (op.exclude_outside && sum != 0)
    for (Contribution& part : result) part.weight = static_cast<float>(part.weight / sum);
  return result;
}

/// Resamples one axis of a float tensor.
tensor::Tensor resample(const Resize& op, std::size_t axis, const tensor::Tensor& x) {
  Extents shape = x.shape;
  shape[axis] = op.sizes[axis];
  tensor::Tensor result = tensor::make_tensor(x.type, shape);
  const auto from = tensor::elements<float>(x);
  auto to = tensor::elements<float>(result);
  const std::int64_t inner = product(shape, axis + 1, shape.size());
  const std::int64_t outer = product(shape, 0, axis);
  for (std::int64_t j = 0; j < shape[axis]; ++j) {
    const auto parts = contributions(op, axis, j, x.shape[axis]);
    for (std::int64_t o = 0; o < outer; ++o) {
      for (std::int64_t i = 0; i < inner; ++i) {
        float sum = 0;
        for (const Contribution& part : parts)
          sum += part.weight * from[static_cast<std::size_t>((o * x.shape[axis] + part.index) * inner + i)];
        to[static_cast<std::size_t>((o * shape[axis] + j) * inner + i)] = sum;
      }
    }
  }
  return result;
}

bool changes(const Resize& op, std::size_t axis, std::int64_t input) {
  return op.scales[axis] != 1 || op.sizes[axis] != input;
}

}  // namespace

Status run(const Resize& op, const Operands& in, Results& out) {
  const Extents& shape = in[0]->shape;
  if (op.mode == ResizeMode::kNearest) {
    const Extents strides = row_major(shape);
    OffsetTables tables(shape.size());
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      for (std::int64_t i = 0; i < op.sizes[axis]; ++i) {
        const double place = source_place(op, axis, i, shape[axis]);
        const std::int64_t at = changes(op, axis, shape[axis]) ? nearest(op.nearest, place) : i;
        tables[axis].push_back(std::clamp<std::int64_t>(at, 0, shape[axis] - 1) * strides[axis]);
      }
    }
    take(tables, *in[0], nullptr, out[0]);
    return {};
  }
  tensor::Tensor current = *in[0];
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    if (changes(op, axis, shape[axis])) current = resample(op, axis, current);
  out[0] = std::move(current);
  return {};
}

}  // namespace heddle::network
