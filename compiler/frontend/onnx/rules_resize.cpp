// Resize and its predecessor Upsample.
#include <fmt/format.h>

#include <cmath>

#include "compiler/frontend/onnx/node_reader.h"
#include "compiler/tensor/elements.h"

namespace heddle::frontend {
namespace {

using network::Resize;
using network::ResizeCoordinates;
using network::ResizeMode;
using network::ResizeNearest;

/// The entry of a table of words, or an error that names the attribute.
template <class T>
Result<T> word(const NodeReader& node, const std::string& attribute, const std::string& otherwise,
               const std::map<std::string, T>& words) {
  const std::string text = node.text(attribute, otherwise);
  const auto found = words.find(text);
  if (found == words.end()) return node.unsupported(fmt::format("{} '{}'", attribute, text));
  return found->second;
}

Result<std::vector<float>> read_scales(const NodeReader& node, std::size_t index) {
  HEDDLE_ASSIGN(const tensor::Tensor* tensor, node.constant(index, "scales"));
  if (tensor->type != tensor::Type::kFloat32) return node.malformed("scales are not float32");
  const auto scales = tensor::elements<float>(*tensor);
  return std::vector<float>(scales.begin(), scales.end());
}

Status emit_scaled(NodeReader& node, Resize op) {
  const Extents shape = node.shape(0);
  if (op.scales.size() != shape.size())
    return node.malformed(fmt::format("{} scales for {} axes", op.scales.size(), shape.size()));
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const double size = std::floor(static_cast<double>(shape[axis]) * static_cast<double>(op.scales[axis]));
    if (!(size >= 0 && size < 0x1p31)) return node.malformed(fmt::format("a scale of {}", op.scales[axis]));
    op.sizes.push_back(static_cast<std::int64_t>(size));
  }
  return node.emit(std::move(op), {node.input(0)});
}

/// Upsample, and Resize of opset 10: places are index / scale, rounded down.
Status resize_10(NodeReader& node) {
  Resize op;
  op.coordinates = ResizeCoordinates::kAsymmetric;
  op.nearest = ResizeNearest::kFloor;
  HEDDLE_ASSIGN(op.mode, word<ResizeMode>(node, "mode", "nearest",
                                          {{"nearest", ResizeMode::kNearest},
                                           {"linear", ResizeMode::kLinear},
                                           {"bilinear", ResizeMode::kLinear}}));
  if (node.has("scales")) {
    op.scales = node.reals("scales");
  } else {
    HEDDLE_ASSIGN(op.scales, read_scales(node, 1));
  }
  return emit_scaled(node, std::move(op));
}

Status resize(NodeReader& node) {
  if (node.opset() < 11) return resize_10(node);
  Resize op;
  HEDDLE_ASSIGN(op.mode, word<ResizeMode>(node, "mode", "nearest",
                                          {{"nearest", ResizeMode::kNearest},
                                           {"linear", ResizeMode::kLinear},
                                           {"cubic", ResizeMode::kCubic}}));
  HEDDLE_ASSIGN(op.coordinates, word<ResizeCoordinates>(node, "coordinate_transformation_mode", "half_pixel",
                                                        {{"half_pixel", ResizeCoordinates::kHalfPixel},
                                                         {"pytorch_half_pixel", ResizeCoordinates::kPytorchHalfPixel},
                                                         {"align_corners", ResizeCoordinates::kAlignCorners},
                                                         {"asymmetric", ResizeCoordinates::kAsymmetric},
                                                         {"tf_half_pixel_for_nn", ResizeCoordinates::kTfHalfPixel}}));
  HEDDLE_ASSIGN(op.nearest, word<ResizeNearest>(node, "nearest_mode", "round_prefer_floor",
                                                {{"round_prefer_floor", ResizeNearest::kRoundPreferFloor},
                                                 {"round_prefer_ceil", ResizeNearest::kRoundPreferCeil},
                                                 {"floor", ResizeNearest::kFloor},
                                                 {"ceil", ResizeNearest::kCeil}}));
  op.cubic_a = node.real("cubic_coeff_a", -0.75F);
  op.exclude_outside = node.integer("exclude_outside", 0) != 0;
  const bool has_scales = node.has_input(2) && node.type(2).elements() > 0;
  if (has_scales) {
    HEDDLE_ASSIGN(op.scales, read_scales(node, 2));
    return emit_scaled(node, std::move(op));
  }
  HEDDLE_ASSIGN(op.sizes, node.constant_integers(3, "sizes"));
  const Extents shape = node.shape(0);
  if (op.sizes.size() != shape.size())
    return node.malformed(fmt::format("{} sizes for {} axes", op.sizes.size(), shape.size()));
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    op.scales.push_back(shape[axis] == 0 ? 1 : static_cast<float>(op.sizes[axis]) / static_cast<float>(shape[axis]));
  return node.emit(std::move(op), {node.input(0)});
}

}  // namespace

void add_resize_rules(Rules& rules) {
  rules["Resize"] = resize;
  rules["Upsample"] = resize_10;
}

}  // namespace heddle::frontend
