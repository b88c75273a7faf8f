// Layers of one operator on codes that become loops over rows.
#include <algorithm>

#include "compiler/lowering/emit.h"
#include "compiler/lowering/loops.h"
#include "compiler/lowering/row_nest.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only
using network::Extents;
using network::Node;
using network::ValueId;

namespace {

bool has_border(const Buffer& buffer) {
  const auto some = [](const Extents& border) {
    return std::ranges::any_of(border, [](std::int64_t count) { return count != 0; });
  };
  return some(buffer.border_begin) || some(buffer.border_end);
}

/// Images, rows, columns and channels of memory. What has no border may be cut in any way.
Extents axes_of(const std::vector<Buffer>& buffers) {
  const Extents& shape = buffers.front().shape;
  if (shape.size() == 4 && buffers.front().channels_last) return shape;
  if (std::ranges::any_of(buffers, has_border)) return {};
  std::int64_t elements = 1;
  for (const std::int64_t extent : shape) elements *= extent;
  constexpr std::int64_t kMost = 1024;
  std::int64_t length = 0;
  for (std::int64_t each = 1; each <= std::min(elements, kMost); ++each)
    if (elements % each == 0 && (each % 4 == 0 || length % 4 != 0)) length = each;
  return {1, elements / length, 1, length};
}

/// Where `axes` are in the memory of the buffer.
Lattice lattice_of(const Buffer& buffer, const Extents& axes) {
  if (buffer.shape.size() != 4 || !buffer.channels_last) return {0, 0, axes[3], axes[3]};
  const Extents strides = buffer.strides();
  return {buffer.border_begin[1] * strides[1] + buffer.border_begin[2] * strides[2], strides[0], strides[1],
          strides[2]};
}

/// Rows as one piece, if in every memory a column begins where the one before ends.
void join_columns(RowNest& nest) {
  RowShape& shape = nest.shape;
  const auto joins = [&](const Lattice& at) { return at.column == shape.length; };
  if (!joins(nest.result_at) || !std::ranges::all_of(nest.sources, [&](const RowSource& source) {
        return source.offsets.size() == 1 && joins(source.at);
      }))
    return;
  shape.length *= shape.columns;
  shape.columns = 1;
}

}  // namespace

bool LayerEmitter::shape_rows(const Node& node, std::size_t inputs, RowNest& nest) {
  const ValueId y = node.outputs[0];
  std::vector<Buffer> buffers{buffer(y)};
  const auto are_codes = [&](ValueId id) {
    return type(id).element == tensor::Type::kInt8 || type(id).element == tensor::Type::kUint8;
  };
  if (!are_codes(y)) return false;
  for (std::size_t k = 0; k < inputs; ++k) {
    const ValueId x = node.inputs[k];
    if (graph_.value(x).constant || !are_codes(x) || type(x).shape != type(y).shape ||
        buffer(x).channels_last != buffers.front().channels_last)
      return false;
    buffers.push_back(buffer(x));
  }
  const Extents axes = axes_of(buffers);
  if (axes.empty() || type(y).elements() == 0) return false;
  nest.shape = {axes[0], axes[1], axes[2], axes[3], nest.shape.operations};
  nest.result_at = lattice_of(buffers.front(), axes);
  for (std::size_t k = 0; k < inputs; ++k)
    nest.sources.push_back({flat(memory(node.inputs[k])), type(node.inputs[k]).element,
                            lattice_of(buffers[k + 1], axes), std::vector<std::int64_t>{0}});
  return true;
}

/// The window's places become offsets.
bool LayerEmitter::shape_maximum(const network::Pool& op, const Node& node, RowNest& nest) {
  const ValueId x = node.inputs[0];
  const ValueId y = node.outputs[0];
  const Buffer source = buffer(x);
  const Buffer target = buffer(y);
  const network::Window& window = op.window;
  const bool is_signed = type(x).element == tensor::Type::kInt8;
  if (op.kind != network::PoolKind::kMax || (!is_signed && type(x).element != tensor::Type::kUint8) ||
      window.kernel.size() != 2 || !source.channels_last || !target.channels_last ||
      (network::is_padded(window) && source.border != (is_signed ? -128 : 0)))
    return false;
  const Extents strides = source.strides();
  nest.shape = {target.shape[0], target.shape[1], target.shape[2], target.shape[3],
                window.kernel[0] * window.kernel[1] - 1};
  nest.result_at = lattice_of(target, target.shape);
  RowSource from{flat(memory(x)), type(x).element, lattice_of(source, source.shape), {}};
  from.at.start -= window.pads_begin[0] * strides[1] + window.pads_begin[1] * strides[2];
  from.at.row *= window.strides[0];
  from.at.column *= window.strides[1];
  for (std::int64_t k = 0; k < window.kernel[0]; ++k)
    for (std::int64_t l = 0; l < window.kernel[1]; ++l)
      from.offsets.push_back(k * window.dilations[0] * strides[1] + l * window.dilations[1] * strides[2]);
  nest.sources.push_back(std::move(from));
  nest.body = [](OpBuilder& b, Location loc, const std::vector<Value>& codes) {
    Value most = codes.front();
    for (std::size_t k = 1; k < codes.size(); ++k) most = Words(b, loc).max(most, codes[k]);
    return most;
  };
  return true;
}

template <class Op, class Combine>
bool LayerEmitter::shape_pairs(const Op& op, const Node& node, const Combine& combine, RowNest& nest) {
  constexpr std::int64_t kOperations = 13;
  nest.shape.operations = kOperations;
  const tensor::Type a = type(node.inputs[0]).element;
  const tensor::Type b = type(node.inputs[1]).element;
  nest.body = [op, combine, a, b](OpBuilder& builder, Location loc, const std::vector<Value>& codes) {
    const Words words(builder, loc);
    return words.clamped(op, combine(words, codes[0], a, codes[1], b));
  };
  return shape_rows(node, 2, nest);
}

bool LayerEmitter::emit_by_rows(const Node& node) {
  RowNest nest;
  bool known = false;
  if (const auto* sum = std::get_if<network::IntegerAdd>(&node.op)) known = shape_pairs(*sum, node, SumOf{*sum}, nest);
  if (const auto* product = std::get_if<network::IntegerMultiply>(&node.op))
    known = shape_pairs(*product, node, ProductOf{*product}, nest);
  if (const auto* pool = std::get_if<network::Pool>(&node.op)) known = shape_maximum(*pool, node, nest);
  if (std::get_if<network::Lookup>(&node.op) != nullptr) {
    const auto& table = graph_.value(node.inputs[1]).constant;
    if (!table) return false;
    nest.table.assign(table->data.begin(), table->data.end());
    const std::int64_t first = type(node.inputs[0]).element == tensor::Type::kInt8 ? 128 : 0;
    nest.body = [first](OpBuilder& b, Location loc, const std::vector<Value>& codes) {
      return Words(b, loc).plus(codes[0], first);
    };
    known = shape_rows(node, 1, nest);
  }
  if (!known) return false;
  join_columns(nest);
  bool aligned = !is_port(node.outputs[0]);
  for (const ValueId id : node.inputs) aligned = aligned && !is_port(id);
  nest.result = flat(memory(node.outputs[0]));
  nest.may_be_negative = type(node.outputs[0]).element == tensor::Type::kInt8;
  if (!choose_tile(nest, machine_, aligned)) return false;
  emit_rows(b_, loc_, nest);
  return true;
}

}  // namespace heddle::lowering
