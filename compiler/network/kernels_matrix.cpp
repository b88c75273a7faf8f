// Gemm and MatMul.
#include <algorithm>

#include "compiler/network/gemm.h"
#include "compiler/network/kernels.h"
#include "compiler/network/strided.h"

namespace heddle::network {
namespace {

/// A matrix by its two strides.
struct Matrix {
  const float* data;
  std::int64_t row;
  std::int64_t column;
};

/// c (row-major, rows x columns) += a * b.
void multiply_matrices(std::int64_t rows, std::int64_t columns, std::int64_t depth, const Matrix& a, const Matrix& b,
                       float* c) {
  std::vector<float> panel(static_cast<std::size_t>(depth * kPanel));
  for (std::int64_t first = 0; first < columns; first += kPanel) {
    const std::int64_t count = std::min(kPanel, columns - first);
    for (std::int64_t k = 0; k < depth; ++k)
      for (std::int64_t j = 0; j < count; ++j)
        panel[static_cast<std::size_t>(k * kPanel + j)] = b.data[k * b.row + (first + j) * b.column];
    multiply(rows, count, depth, a.data, a.row, a.column, panel.data(), c + first, columns);
  }
}

Matrix matrix(const tensor::Tensor& tensor, bool transposed) {
  const std::int64_t columns = tensor.shape[1];
  const float* data = tensor::elements<float>(tensor).data();
  return transposed ? Matrix{data, 1, columns} : Matrix{data, columns, 1};
}

}  // namespace

Status run(const Gemm& op, const Operands& in, Results& out) {
  const std::int64_t rows = out[0].shape[0];
  const std::int64_t columns = out[0].shape[1];
  const std::int64_t depth = in[0]->shape[op.transpose_a ? 0 : 1];
  auto result = tensor::elements<float>(out[0]);
  multiply_matrices(rows, columns, depth, matrix(*in[0], op.transpose_a), matrix(*in[1], op.transpose_b),
                    result.data());
  if (op.alpha != 1)
    for (float& value : result) value *= op.alpha;
  const tensor::Tensor* added = optional(in, 2);
  if (added == nullptr) return {};
  const auto source = tensor::elements<float>(*added);
  const Extents strides = broadcast_strides(added->shape, out[0].shape);
  for_each_row<1>(out[0].shape, {strides}, [&](std::int64_t first, const auto& offsets) {
    for (std::int64_t j = 0; j < columns; ++j)
      result[static_cast<std::size_t>(first + j)] +=
          op.beta * source[static_cast<std::size_t>(offsets[0] + j * strides[1])];
  });
  return {};
}

Status run(const MatMul& /*op*/, const Operands& in, Results& out) {
  Extents a = in[0]->shape;
  Extents b = in[1]->shape;
  if (a.size() == 1) a.insert(a.begin(), 1);
  if (b.size() == 1) b.push_back(1);
  const std::int64_t rows = a[a.size() - 2];
  const std::int64_t depth = a.back();
  const std::int64_t columns = b.back();
  Extents batch = out[0].shape;
  batch.resize(batch.size() - (in[0]->shape.size() > 1 ? 1 : 0) - (in[1]->shape.size() > 1 ? 1 : 0));
  batch.push_back(1);  // a row of one
  const auto strides = [&](Extents shape) {
    shape.resize(shape.size() - 2);
    Extents result = broadcast_strides(shape, {batch.begin(), batch.end() - 1});
    result.push_back(0);
    return result;
  };
  const auto x = tensor::elements<float>(*in[0]);
  const auto y = tensor::elements<float>(*in[1]);
  auto result = tensor::elements<float>(out[0]);
  for_each_row<2>(batch, {strides(a), strides(b)}, [&](std::int64_t index, const auto& offsets) {
    multiply_matrices(rows, columns, depth, {x.data() + offsets[0] * rows * depth, depth, 1},
                      {y.data() + offsets[1] * depth * columns, columns, 1}, result.data() + index * rows * columns);
  });
  return {};
}

}  // namespace heddle::network
