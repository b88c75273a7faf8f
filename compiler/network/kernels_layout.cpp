// Operators that move elements.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "compiler/network/kernels.h"
#include "compiler/network/strided.h"
#include "compiler/tensor/convert.h"

namespace heddle::network {
namespace {

/// tables[axis][i] = stride * index(axis, i).
template <class Index>
OffsetTables make_tables(const Extents& result, const Extents& source, Index index) {
  const Extents strides = row_major(source);
  OffsetTables tables(result.size());
  for (std::size_t axis = 0; axis < result.size(); ++axis) {
    tables[axis].reserve(static_cast<std::size_t>(result[axis]));
    for (std::int64_t i = 0; i < result[axis]; ++i) {
      const std::int64_t at = index(axis, i);
      tables[axis].push_back(at == kFill ? kFill : at * strides[axis]);
    }
  }
  return tables;
}

/// Bytes of one step along `axis` and of everything behind it.
std::size_t slab_bytes(const tensor::Tensor& tensor, std::int64_t axis) {
  const auto first = static_cast<std::size_t>(axis);
  return static_cast<std::size_t>(product(tensor.shape, first, tensor.shape.size()) * tensor::bytes_of(tensor.type));
}

/// Index into a reflected axis: ... 2 1 | 0 1 2 | 1 0 ...
std::int64_t reflected(std::int64_t at, std::int64_t extent) {
  if (at < 0) return -at;
  return at < extent ? at : 2 * (extent - 1) - at;
}

}  // namespace

Status run(const Concat& op, const Operands& in, Results& out) {
  const std::size_t whole = slab_bytes(out[0], op.axis);
  std::size_t start = 0;
  for (const tensor::Tensor* part : in) {
    const std::size_t bytes = slab_bytes(*part, op.axis);
    for (std::size_t from = 0, to = start; bytes > 0 && from < part->data.size(); from += bytes, to += whole)
      std::memcpy(out[0].data.data() + to, part->data.data() + from, bytes);
    start += bytes;
  }
  return {};
}

Status run(const Split& op, const Operands& in, Results& out) {
  const std::size_t whole = slab_bytes(*in[0], op.axis);
  std::size_t start = 0;
  for (tensor::Tensor& part : out) {
    const std::size_t bytes = slab_bytes(part, op.axis);
    for (std::size_t to = 0, from = start; bytes > 0 && to < part.data.size(); to += bytes, from += whole)
      std::memcpy(part.data.data() + to, in[0]->data.data() + from, bytes);
    start += bytes;
  }
  return {};
}

Status run(const Slice& op, const Operands& in, Results& out) {
  const auto tables = make_tables(out[0].shape, in[0]->shape, [&](std::size_t axis, std::int64_t i) {
    return op.starts[axis] + i * op.steps[axis];
  });
  take(tables, *in[0], nullptr, out[0]);
  return {};
}

Status run(const Gather& op, const Operands& in, Results& out) {
  const tensor::Tensor& source = *in[0];
  const std::int64_t extent = source.shape[static_cast<std::size_t>(op.axis)];
  std::vector<std::int64_t> indices;
  tensor::dispatch(in[1]->type, [&](auto zero) {
    for (const auto index : tensor::elements<decltype(zero)>(*in[1]))
      indices.push_back(static_cast<std::int64_t>(index));
  });
  for (std::int64_t& index : indices) {
    if (index < -extent || index >= extent)
      return fail(ErrorCode::kBadInput, fmt::format("index {} into an axis of {}", index, extent));
    if (index < 0) index += extent;
  }
  const std::size_t step = slab_bytes(source, op.axis + 1);
  const std::size_t whole = slab_bytes(source, op.axis);
  std::uint8_t* to = out[0].data.data();
  if (out[0].data.empty()) return {};
  for (std::size_t base = 0; base < source.data.size(); base += whole) {
    for (const std::int64_t index : indices) {
      std::memcpy(to, source.data.data() + base + static_cast<std::size_t>(index) * step, step);
      to += step;
    }
  }
  return {};
}

Status run(const Reshape& /*op*/, const Operands& in, Results& out) {
  out[0].data = in[0]->data;
  return {};
}

Status run(const Transpose& op, const Operands& in, Results& out) {
  const Extents strides = row_major(in[0]->shape);
  OffsetTables tables;
  for (std::size_t axis = 0; axis < op.permutation.size(); ++axis) {
    tables.emplace_back();
    for (std::int64_t i = 0; i < out[0].shape[axis]; ++i)
      tables.back().push_back(i * strides[static_cast<std::size_t>(op.permutation[axis])]);
  }
  take(tables, *in[0], nullptr, out[0]);
  return {};
}

Status run(const Expand& /*op*/, const Operands& in, Results& out) {
  const Extents strides = broadcast_strides(in[0]->shape, out[0].shape);
  OffsetTables tables;
  for (std::size_t axis = 0; axis < strides.size(); ++axis) {
    tables.emplace_back();
    for (std::int64_t i = 0; i < out[0].shape[axis]; ++i) tables.back().push_back(i * strides[axis]);
  }
  take(tables, *in[0], nullptr, out[0]);
  return {};
}

Status run(const Tile& /*op*/, const Operands& in, Results& out) {
  const Extents& shape = in[0]->shape;
  take(make_tables(out[0].shape, shape, [&](std::size_t axis, std::int64_t i) { return i % shape[axis]; }), *in[0],
       nullptr, out[0]);
  return {};
}

Status run(const Pad& op, const Operands& in, Results& out) {
  const Extents& shape = in[0]->shape;
  const auto index = [&](std::size_t axis, std::int64_t i) {
    const std::int64_t at = i - op.begin[axis];
    if (at >= 0 && at < shape[axis]) return at;
    if (op.mode == PadMode::kConstant) return kFill;
    if (op.mode == PadMode::kEdge) return at < 0 ? 0 : shape[axis] - 1;
    return reflected(at, shape[axis]);
  };
  std::array<std::uint8_t, 8> fill{};
  tensor::dispatch(out[0].type, [&](auto zero) {
    const auto value = tensor::converted<decltype(zero)>(op.value);
    std::memcpy(fill.data(), &value, sizeof(value));
  });
  take(make_tables(out[0].shape, shape, index), *in[0], fill.data(), out[0]);
  return {};
}

}  // namespace heddle::network
