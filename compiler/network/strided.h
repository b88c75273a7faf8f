// Walking over tensors by strides (in elements).
#pragma once

#include <array>
#include <vector>

#include "compiler/network/operator.h"

namespace heddle::network {

/// Strides of a row-major tensor.
Extents row_major(const Extents& shape);
/// Strides of a tensor of `shape` seen under the broadcast shape `result`: 0 where it is repeated.
Extents broadcast_strides(const Extents& shape, const Extents& result);
/// Whether a tensor of `shape`, seen under the broadcast shape `result`, is repeated along every axis but `axis`.
bool varies_along_only(const Extents& shape, const Extents& result, std::size_t axis);
/// Product of the extents from `first` up to `last`.
std::int64_t product(const Extents& shape, std::size_t first, std::size_t last);

/// Visits `shape` row by row: row(first element of the result, offset of each operand), last-axis strides are the
/// caller's to apply. A scalar is one row of one element.
template <std::size_t N, class Row>
void for_each_row(const Extents& shape, const std::array<Extents, N>& strides, Row row) {
  const std::size_t outer = shape.empty() ? 0 : shape.size() - 1;
  const std::int64_t length = shape.empty() ? 1 : shape.back();
  const std::int64_t rows = product(shape, 0, outer);
  if (length == 0) return;
  Extents index(outer, 0);
  std::array<std::int64_t, N> offsets{};
  for (std::int64_t r = 0; r < rows; ++r) {
    row(r * length, offsets);
    for (std::size_t axis = outer; axis-- > 0;) {
      for (std::size_t i = 0; i < N; ++i) offsets[i] += strides[i][axis];
      if (++index[axis] < shape[axis]) break;
      for (std::size_t i = 0; i < N; ++i) offsets[i] -= strides[i][axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

/// For every axis of a result, where its index leads in the source: an offset in elements, or kFill.
using OffsetTables = std::vector<std::vector<std::int64_t>>;
constexpr std::int64_t kFill = -1;

/// The element of the result at (i, j, ...) is source[tables[0][i] + tables[1][j] + ...], or `fill` if any is kFill.
void take(const OffsetTables& tables, const tensor::Tensor& source, const std::uint8_t* fill, tensor::Tensor& result);

}  // namespace heddle::network
