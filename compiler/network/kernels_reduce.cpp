// Operators that look along axes: reductions, softmax, normalisations. Sums of floats are taken in float64.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "compiler/network/kernels.h"
#include "compiler/network/strided.h"
#include "compiler/tensor/convert.h"

namespace heddle::network {
namespace {

/// A tensor with the reduced axes moved behind the others: rows of `length` elements.
struct Rows {
  tensor::Tensor data;
  std::int64_t length = 1;
};

Rows gather_rows(const tensor::Tensor& x, const Extents& axes) {
  Extents permutation;
  for (std::int64_t axis = 0; axis < static_cast<std::int64_t>(x.shape.size()); ++axis)
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) permutation.push_back(axis);
  permutation.insert(permutation.end(), axes.begin(), axes.end());
  Rows rows;
  Extents shape;
  for (const std::int64_t axis : permutation) shape.push_back(x.shape[static_cast<std::size_t>(axis)]);
  for (const std::int64_t axis : axes) rows.length *= x.shape[static_cast<std::size_t>(axis)];
  if (std::is_sorted(permutation.begin(), permutation.end())) {
    rows.data = x;
    return rows;
  }
  Results result{tensor::make_tensor(x.type, shape)};
  (void)run(Transpose{permutation}, {&x}, result);
  rows.data = std::move(result[0]);
  return rows;
}

template <class T>
double reduce_floats(ReduceKind kind, const T* row, std::int64_t length) {
  double sum = 0;
  const auto add = [&](auto f) {
    for (std::int64_t i = 0; i < length; ++i) sum += f(static_cast<double>(row[i]));
    return sum;
  };
  switch (kind) {
    case ReduceKind::kMean: return add([](double x) { return x; }) / static_cast<double>(length);
    case ReduceKind::kSum: return add([](double x) { return x; });
    case ReduceKind::kL1: return add([](double x) { return std::abs(x); });
    case ReduceKind::kL2: return std::sqrt(add([](double x) { return x * x; }));
    case ReduceKind::kSumSquare: return add([](double x) { return x * x; });
    case ReduceKind::kLogSum: return std::log(add([](double x) { return x; }));
    case ReduceKind::kLogSumExp: {
      const double most = length > 0 ? *std::max_element(row, row + length) : 0;
      return most + std::log(add([most](double x) { return std::exp(x - most); }));
    }
    case ReduceKind::kProduct: return std::accumulate(row, row + length, 1.0, [](double p, T x) { return p * x; });
    case ReduceKind::kMax: return length > 0 ? *std::max_element(row, row + length) : -HUGE_VAL;
    case ReduceKind::kMin: break;
  }
  return length > 0 ? *std::min_element(row, row + length) : HUGE_VAL;
}

/// Integers: sums wrap around, a mean truncates; the other kinds by way of floats.
template <class T>
T reduce_integers(ReduceKind kind, const T* row, std::int64_t length) {
  std::uint64_t sum = 0;
  std::uint64_t product = 1;
  for (std::int64_t i = 0; i < length; ++i) {
    const auto value = static_cast<std::uint64_t>(row[i]);
    if (kind == ReduceKind::kSumSquare)
      sum += value * value;
    else if (kind == ReduceKind::kL1)
      sum += row[i] < T{0} ? std::uint64_t{0} - value : value;
    else
      sum += value;
    product *= value;
  }
  switch (kind) {
    case ReduceKind::kProduct: return static_cast<T>(product);
    case ReduceKind::kSum:
    case ReduceKind::kL1:
    case ReduceKind::kSumSquare: return static_cast<T>(sum);
    case ReduceKind::kMean: return length == 0 ? T{0} : static_cast<T>(static_cast<std::int64_t>(sum) / length);
    case ReduceKind::kMax: return length > 0 ? *std::max_element(row, row + length) : std::numeric_limits<T>::lowest();
    case ReduceKind::kMin: return length > 0 ? *std::min_element(row, row + length) : std::numeric_limits<T>::max();
    default: return tensor::converted<T>(reduce_floats(kind, row, length));
  }
}

}  // namespace

Status run(const Reduce& op, const Operands& in, Results& out) {
  const Rows rows = gather_rows(*in[0], op.axes);
  tensor::dispatch(in[0]->type, [&](auto zero) {
    using T = decltype(zero);
    const T* row = tensor::elements<T>(rows.data).data();
    for (T& result : tensor::elements<T>(out[0])) {
      if constexpr (std::is_floating_point_v<T>)
        result = static_cast<T>(reduce_floats(op.kind, row, rows.length));
      else
        result = reduce_integers(op.kind, row, rows.length);
      row += rows.length;
    }
  });
  return {};
}

Status run(const ArgExtreme& op, const Operands& in, Results& out) {
  const Rows rows = gather_rows(*in[0], {op.axis});
  tensor::dispatch(in[0]->type, [&](auto zero) {
    using T = decltype(zero);
    const T* row = tensor::elements<T>(rows.data).data();
    for (std::int64_t& result : tensor::elements<std::int64_t>(out[0])) {
      std::int64_t best = 0;
      for (std::int64_t i = 1; i < rows.length; ++i) {
        const bool better = op.minimum ? row[i] < row[best] : row[i] > row[best];
        if (better || (op.last && row[i] == row[best])) best = i;
      }
      result = best;
      row += rows.length;
    }
  });
  return {};
}

Status run(const Softmax& op, const Operands& in, Results& out) {
  const auto x = tensor::elements<float>(*in[0]);
  auto y = tensor::elements<float>(out[0]);
  const auto axis = static_cast<std::size_t>(op.axis);
  const Extents& shape = in[0]->shape;
  const std::int64_t length = shape[axis];
  const std::int64_t inner = product(shape, axis + 1, shape.size());
  const std::int64_t rows = length == 0 ? 0 : static_cast<std::int64_t>(x.size()) / length;
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t first = row / inner * inner * length + row % inner;
    const auto at = [&](std::int64_t i) { return static_cast<std::size_t>(first + i * inner); };
    float most = x[at(0)];
    for (std::int64_t i = 1; i < length; ++i) most = std::max(most, x[at(i)]);
    double sum = 0;
    for (std::int64_t i = 0; i < length; ++i) sum += y[at(i)] = std::exp(x[at(i)] - most);
    for (std::int64_t i = 0; i < length; ++i)
      y[at(i)] = static_cast<float>(op.log ? x[at(i)] - most - std::log(sum) : y[at(i)] / sum);
  }
  return {};
}

Status run(const BatchNormalization& op, const Operands& in, Results& out) {
  const auto x = tensor::elements<float>(*in[0]);
  const auto scale = tensor::elements<float>(*in[1]);
  const auto bias = tensor::elements<float>(*in[2]);
  const auto mean = tensor::elements<float>(*in[3]);
  const auto variance = tensor::elements<float>(*in[4]);
  auto y = tensor::elements<float>(out[0]);
  const auto inner = static_cast<std::size_t>(product(in[0]->shape, 2, in[0]->shape.size()));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t channel = i / inner % scale.size();
    const float factor = scale[channel] / std::sqrt(variance[channel] + op.epsilon);
    y[i] = (x[i] - mean[channel]) * factor + bias[channel];
  }
  return {};
}

namespace {

/// (x - mean) / sqrt(variance + epsilon) of `length` elements.
void normalize(const float* x, std::int64_t length, float epsilon, float* y) {
  double mean = 0;
  for (std::int64_t i = 0; i < length; ++i) mean += x[i];
  mean /= static_cast<double>(length);
  double variance = 0;
  for (std::int64_t i = 0; i < length; ++i) variance += (x[i] - mean) * (x[i] - mean);
  variance /= static_cast<double>(length);
  const double factor = 1 / std::sqrt(variance + static_cast<double>(epsilon));
  for (std::int64_t i = 0; i < length; ++i) y[i] = static_cast<float>((x[i] - mean) * factor);
}

}  // namespace

Status run(const InstanceNormalization& op, const Operands& in, Results& out) {
  const auto x = tensor::elements<float>(*in[0]);
  const auto scale = tensor::elements<float>(*in[1]);
  const auto bias = tensor::elements<float>(*in[2]);
  auto y = tensor::elements<float>(out[0]);
  const std::int64_t length = product(in[0]->shape, 2, in[0]->shape.size());
  const std::int64_t rows = length == 0 ? 0 : static_cast<std::int64_t>(x.size()) / length;
  for (std::int64_t row = 0; row < rows; ++row) {
    normalize(x.data() + row * length, length, op.epsilon, y.data() + row * length);
    const std::size_t channel = static_cast<std::size_t>(row) % scale.size();
    for (std::int64_t i = 0; i < length; ++i) {
      float& value = y[static_cast<std::size_t>(row * length + i)];
      value = value * scale[channel] + bias[channel];
    }
  }
  return {};
}

Status run(const LayerNormalization& op, const Operands& in, Results& out) {
  const auto x = tensor::elements<float>(*in[0]);
  const Extents& shape = in[0]->shape;
  const Extents tail(shape.begin() + op.axis, shape.end());
  const std::int64_t length = product(tail, 0, tail.size());
  Results factors{tensor::make_tensor(tensor::Type::kFloat32, tail)};
  Results offsets{tensor::make_tensor(tensor::Type::kFloat32, tail)};
  (void)run(Expand{tail}, {in[1]}, factors);
  if (optional(in, 2) != nullptr) (void)run(Expand{tail}, {in[2]}, offsets);
  const auto scale = tensor::elements<float>(std::as_const(factors[0]));
  const auto bias = tensor::elements<float>(std::as_const(offsets[0]));
  auto y = tensor::elements<float>(out[0]);
  for (std::size_t first = 0; length > 0 && first < x.size(); first += static_cast<std::size_t>(length)) {
    normalize(x.data() + first, length, op.epsilon, y.data() + first);
    for (std::size_t i = 0; i < scale.size(); ++i) y[first + i] = y[first + i] * scale[i] + bias[i];
  }
  return {};
}

}  // namespace heddle::network
