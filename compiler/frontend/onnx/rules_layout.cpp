// Operators that move elements.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "compiler/frontend/onnx/node_reader.h"
#include "compiler/network/infer.h"

namespace heddle::frontend {
namespace {

/// The same elements under another shape; nothing at all if it is the shape already.
Status reshape_to(NodeReader& node, Extents shape) {
  if (shape == node.shape(0)) {
    node.set(0, node.input(0));
    return {};
  }
  return node.emit(network::Reshape{std::move(shape)}, {node.input(0)});
}

Status reshape(NodeReader& node) {
  HEDDLE_ASSIGN(Extents wanted, node.constant_integers(1, "shape"));
  const Extents before = node.shape(0);
  const bool keep_zero = node.integer("allowzero", 0) != 0;
  std::size_t open = wanted.size();
  std::int64_t known = 1;
  for (std::size_t axis = 0; axis < wanted.size(); ++axis) {
    if (wanted[axis] == 0 && !keep_zero) {
      if (axis >= before.size())
        return node.malformed(fmt::format("shape copies axis {} of an input of rank {}", axis, before.size()));
      wanted[axis] = before[axis];
    }
    if (wanted[axis] < -1 || (wanted[axis] == -1 && open < wanted.size()))
      return node.malformed(fmt::format("shape {} is no shape", fmt::join(wanted, "x")));
    if (wanted[axis] == -1)
      open = axis;
    else if (__builtin_mul_overflow(known, wanted[axis], &known))
      return node.malformed("shape is too large");
  }
  if (open < wanted.size()) {
    const std::int64_t elements = node.type(0).elements();
    if (known == 0 || elements % known != 0)
      return node.malformed(fmt::format("{} elements do not fill the shape {}", elements, fmt::join(wanted, "x")));
    wanted[open] = elements / known;
  }
  return reshape_to(node, std::move(wanted));
}

Status flatten(NodeReader& node) {
  const std::int64_t rank = node.rank(0);
  std::int64_t axis = node.integer("axis", 1);
  if (axis < -rank || axis > rank) return node.malformed(fmt::format("axis {} of a tensor of rank {}", axis, rank));
  if (axis < 0) axis += rank;
  const Extents shape = node.shape(0);
  const auto product = [](auto first, auto last) {
    return std::accumulate(first, last, std::int64_t{1}, std::multiplies<>());
  };
  return reshape_to(node, {product(shape.begin(), shape.begin() + axis), product(shape.begin() + axis, shape.end())});
}

Status squeeze(NodeReader& node) {
  const Extents shape = node.shape(0);
  HEDDLE_ASSIGN(const std::optional<Extents> given, node.integers_or_input("axes", 13, 1));
  HEDDLE_ASSIGN(const Extents axes, node.axes(given.value_or(Extents()), node.rank(0)));
  Extents result;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const bool named = std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(axis)) != axes.end();
    if (named && shape[axis] != 1)
      return node.malformed(fmt::format("axis {} has {} elements, expected 1", axis, shape[axis]));
    if (!(given ? named : shape[axis] == 1)) result.push_back(shape[axis]);
  }
  return reshape_to(node, std::move(result));
}

Status unsqueeze(NodeReader& node) {
  HEDDLE_ASSIGN(const std::optional<Extents> given, node.integers_or_input("axes", 13, 1));
  if (!given) return node.malformed("axes are missing");
  const std::int64_t rank = node.rank(0) + static_cast<std::int64_t>(given->size());
  HEDDLE_ASSIGN(const Extents axes, node.axes(*given, rank));
  const Extents shape = node.shape(0);
  Extents result;
  for (std::int64_t axis = 0, next = 0; axis < rank; ++axis) {
    const bool added = std::find(axes.begin(), axes.end(), axis) != axes.end();
    result.push_back(added ? 1 : shape[static_cast<std::size_t>(next++)]);
  }
  return reshape_to(node, std::move(result));
}

Status transpose(NodeReader& node) {
  Extents permutation = node.integers("perm");
  if (!node.has("perm"))
    for (std::int64_t axis = node.rank(0); axis-- > 0;) permutation.push_back(axis);
  return node.emit(network::Transpose{permutation}, {node.input(0)});
}

Status concat(NodeReader& node) {
  HEDDLE_ASSIGN(const std::int64_t axis, node.axis(node.integer("axis", 1), node.rank(0)));
  return node.emit(network::Concat{axis}, node.all_inputs());
}

Status split(NodeReader& node) {
  HEDDLE_ASSIGN(const std::int64_t axis, node.axis(node.integer("axis", 0), node.rank(0)));
  HEDDLE_ASSIGN(std::optional<Extents> sizes, node.integers_or_input("split", 13, 1));
  const auto parts = static_cast<std::int64_t>(node.outputs());
  if (!sizes) {
    const std::int64_t extent = node.shape(0)[static_cast<std::size_t>(axis)];
    if (parts == 0 || extent % parts != 0)
      return node.malformed(fmt::format("an extent of {} in {} equal parts", extent, parts));
    sizes = Extents(static_cast<std::size_t>(parts), extent / parts);
  }
  if (static_cast<std::int64_t>(sizes->size()) != parts)
    return node.malformed(fmt::format("{} sizes, {} outputs", sizes->size(), parts));
  return node.emit(network::Split{axis, *sizes}, {node.input(0)});
}

/// Bounds of ONNX's Slice as first index, step and count. INT64 limits mean "to the end".
void slice_axis(std::int64_t start, std::int64_t end, std::int64_t step, std::int64_t extent, network::Slice& op,
                std::size_t axis) {
  const auto bound = [extent](std::int64_t at, std::int64_t low, std::int64_t high) {
    return std::min(std::max(at < 0 ? at + extent : at, low), high);
  };
  const std::int64_t first = step > 0 ? bound(start, 0, extent) : bound(start, 0, extent - 1);
  const std::int64_t last = step > 0 ? bound(end, 0, extent) : bound(end, -1, extent - 1);
  const std::int64_t distance = step > 0 ? last - first : first - last;
  // A step beyond the extent is one that takes one element; no overflow, not even for the smallest integer.
  const std::int64_t stride = step > 0 ? std::min(step, extent + 1) : -std::max(step, -extent - 1);
  op.starts[axis] = first;
  op.steps[axis] = step > 0 ? stride : -stride;
  op.counts[axis] = distance > 0 ? (distance + stride - 1) / stride : 0;
}

Status slice(NodeReader& node) {
  const Extents shape = node.shape(0);
  HEDDLE_ASSIGN(const std::optional<Extents> starts, node.integers_or_input("starts", 10, 1));
  HEDDLE_ASSIGN(const std::optional<Extents> ends, node.integers_or_input("ends", 10, 2));
  HEDDLE_ASSIGN(std::optional<Extents> axes, node.integers_or_input("axes", 10, 3));
  HEDDLE_ASSIGN(std::optional<Extents> steps, node.integers_or_input("steps", 10, 4));
  if (!starts || !ends) return node.malformed("starts or ends are missing");
  if (!axes) {
    axes = Extents(starts->size());
    std::iota(axes->begin(), axes->end(), 0);
  }
  if (!steps) steps = Extents(starts->size(), 1);
  HEDDLE_ASSIGN(axes, node.axes(*axes, node.rank(0)));
  if (ends->size() != starts->size() || axes->size() != starts->size() || steps->size() != starts->size())
    return node.malformed("starts, ends, axes and steps differ in length");
  network::Slice op{Extents(shape.size(), 0), Extents(shape.size(), 1), shape};
  for (std::size_t i = 0; i < starts->size(); ++i) {
    const auto axis = static_cast<std::size_t>((*axes)[i]);
    if ((*steps)[i] == 0) return node.malformed("a step of 0");
    slice_axis((*starts)[i], (*ends)[i], (*steps)[i], shape[axis], op, axis);
  }
  return node.emit(std::move(op), {node.input(0)});
}

Status gather(NodeReader& node) {
  HEDDLE_ASSIGN(const std::int64_t axis, node.axis(node.integer("axis", 0), node.rank(0)));
  return node.emit(network::Gather{axis}, {node.input(0), node.input(1)});
}

Status expand(NodeReader& node) {
  HEDDLE_ASSIGN(const Extents wanted, node.constant_integers(1, "shape"));
  auto shape = network::broadcast(node.shape(0), wanted);
  if (!shape) return node.malformed(shape.error().message);
  return node.emit(network::Expand{std::move(*shape)}, {node.input(0)});
}

Status tile(NodeReader& node) {
  HEDDLE_ASSIGN(const Extents repeats, node.constant_integers(1, "repeats"));
  return node.emit(network::Tile{repeats}, {node.input(0)});
}

Status pad(NodeReader& node) {
  network::Pad op;
  const std::string mode = node.text("mode", "constant");
  if (mode == "reflect")
    op.mode = network::PadMode::kReflect;
  else if (mode == "edge")
    op.mode = network::PadMode::kEdge;
  else if (mode != "constant")
    return node.unsupported(fmt::format("mode '{}'", mode));
  HEDDLE_ASSIGN(const std::optional<Extents> pads, node.integers_or_input("pads", 11, 1));
  op.value = node.real("value", 0);
  if (node.opset() >= 11 && node.has_input(2)) {
    HEDDLE_ASSIGN(op.value, node.constant_number(2, "constant_value"));
  }
  const std::int64_t rank = node.rank(0);
  if (!pads || static_cast<std::int64_t>(pads->size()) != 2 * rank) return node.malformed("pads do not fit the input");
  op.begin.assign(pads->begin(), pads->begin() + rank);
  op.end.assign(pads->begin() + rank, pads->end());
  return node.emit(std::move(op), {node.input(0)});
}

/// Extents of an image [N,C,H,W] and the block size, if they fit.
Result<std::int64_t> block_size(const NodeReader& node, const Extents& shape) {
  const std::int64_t block = node.integer("blocksize", 0);
  if (shape.size() != 4 || block < 1 || block > (1 << 15))
    return node.malformed(fmt::format("blocks of {} of a tensor of rank {}", block, shape.size()));
  return block;
}

Status depth_to_space(NodeReader& node) {
  const Extents x = node.shape(0);
  HEDDLE_ASSIGN(const std::int64_t block, block_size(node, x));
  const std::int64_t depth = x[1] / (block * block);
  const bool column_first = node.text("mode", "DCR") == "CRD";
  const Extents apart =
      column_first ? Extents{x[0], depth, block, block, x[2], x[3]} : Extents{x[0], block, block, depth, x[2], x[3]};
  HEDDLE_ASSIGN(const ValueId blocks, node.add(network::Reshape{apart}, {node.input(0)}, "blocks"));
  const Extents order = column_first ? Extents{0, 1, 4, 2, 5, 3} : Extents{0, 3, 4, 1, 5, 2};
  HEDDLE_ASSIGN(const ValueId moved, node.add(network::Transpose{order}, {blocks}, "moved"));
  return node.emit(network::Reshape{{x[0], depth, x[2] * block, x[3] * block}}, {moved});
}

Status space_to_depth(NodeReader& node) {
  const Extents x = node.shape(0);
  HEDDLE_ASSIGN(const std::int64_t block, block_size(node, x));
  const Extents apart{x[0], x[1], x[2] / block, block, x[3] / block, block};
  HEDDLE_ASSIGN(const ValueId blocks, node.add(network::Reshape{apart}, {node.input(0)}, "blocks"));
  HEDDLE_ASSIGN(const ValueId moved, node.add(network::Transpose{{0, 3, 5, 1, 2, 4}}, {blocks}, "moved"));
  return node.emit(network::Reshape{{x[0], x[1] * block * block, x[2] / block, x[3] / block}}, {moved});
}

}  // namespace

void add_layout_rules(Rules& rules) {
  rules["Reshape"] = reshape;
  rules["Flatten"] = flatten;
  rules["Squeeze"] = squeeze;
  rules["Unsqueeze"] = unsqueeze;
  rules["Transpose"] = transpose;
  rules["Concat"] = concat;
  rules["Split"] = split;
  rules["Slice"] = slice;
  rules["Gather"] = gather;
  rules["Expand"] = expand;
  rules["Tile"] = tile;
  rules["Pad"] = pad;
  rules["DepthToSpace"] = depth_to_space;
  rules["SpaceToDepth"] = space_to_depth;
}

}  // namespace heddle::frontend
