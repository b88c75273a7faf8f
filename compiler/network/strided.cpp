#include "compiler/network/strided.h"

#include <cstring>

namespace heddle::network {

Extents row_major(const Extents& shape) {
  Extents strides(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * shape[axis];
  return strides;
}

Extents broadcast_strides(const Extents& shape, const Extents& result) {
  Extents strides(result.size() - shape.size(), 0);
  const Extents own = row_major(shape);
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const bool repeated = shape[axis] == 1 && result[strides.size()] != 1;
    strides.push_back(repeated ? 0 : own[axis]);
  }
  return strides;
}

bool varies_along_only(const Extents& shape, const Extents& result, std::size_t axis) {
  if (shape.size() > result.size()) return false;
  const std::size_t missing = result.size() - shape.size();
  for (std::size_t k = 0; k < shape.size(); ++k)
    if (shape[k] != 1 && (k + missing != axis || shape[k] != result[axis])) return false;
  return true;
}

std::int64_t product(const Extents& shape, std::size_t first, std::size_t last) {
  std::int64_t result = 1;
  for (std::size_t axis = first; axis < last; ++axis) result *= shape[axis];
  return result;
}

namespace {

/// take() for elements of a fixed size, so that a copy is one move.
template <std::size_t Bytes>
void take_sized(const OffsetTables& tables, const tensor::Tensor& source, const std::uint8_t* fill,
                tensor::Tensor& result) {
  const std::size_t outer = tables.empty() ? 0 : tables.size() - 1;
  const std::vector<std::int64_t> one{0};
  const std::vector<std::int64_t>& row = tables.empty() ? one : tables.back();
  const std::int64_t rows = product(result.shape, 0, outer);
  std::uint8_t* to = result.data.data();
  Extents index(outer, 0);
  for (std::int64_t r = 0; r < rows && !row.empty(); ++r) {
    std::int64_t base = 0;
    for (std::size_t axis = 0; axis < outer && base != kFill; ++axis) {
      const std::int64_t offset = tables[axis][static_cast<std::size_t>(index[axis])];
      base = offset == kFill ? kFill : base + offset;
    }
    for (const std::int64_t offset : row) {
      const bool outside = base == kFill || offset == kFill;
      std::memcpy(to, outside ? fill : source.data.data() + static_cast<std::size_t>(base + offset) * Bytes, Bytes);
      to += Bytes;
    }
    for (std::size_t axis = outer; axis-- > 0;) {
      if (++index[axis] < result.shape[axis]) break;
      index[axis] = 0;
    }
  }
}

}  // namespace

void take(const OffsetTables& tables, const tensor::Tensor& source, const std::uint8_t* fill, tensor::Tensor& result) {
  switch (tensor::bytes_of(result.type)) {
    case 1: return take_sized<1>(tables, source, fill, result);
    case 2: return take_sized<2>(tables, source, fill, result);
    case 4: return take_sized<4>(tables, source, fill, result);
    default: return take_sized<8>(tables, source, fill, result);
  }
}

}  // namespace heddle::network
