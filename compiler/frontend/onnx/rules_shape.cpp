// Constants, and operators that ask for shapes: all of them are values by the end of the import.
#include <fmt/format.h>

#include <cmath>

#include "compiler/frontend/onnx/node_reader.h"
#include "compiler/tensor/convert.h"
#include "compiler/tensor/elements.h"

namespace heddle::frontend {
namespace {

using tensor::Tensor;
using tensor::Type;

template <class T>
Tensor vector_of(Type type, const std::vector<T>& values) {
  Tensor result = tensor::make_tensor(type, {static_cast<std::int64_t>(values.size())});
  std::copy(values.begin(), values.end(), tensor::elements<T>(result).begin());
  return result;
}

template <class T>
Tensor scalar_of(Type type, T value) {
  Tensor result = tensor::make_tensor(type, {});
  tensor::elements<T>(result)[0] = value;
  return result;
}

Status set_constant(NodeReader& node, Tensor tensor) {
  node.set(0, node.builder().constant(node.output_name(0), std::move(tensor)));
  return {};
}

Status constant(NodeReader& node) {
  if (const auto* proto = node.tensor("value")) {
    HEDDLE_ASSIGN(Tensor tensor, read_tensor(*proto, fmt::format("constant '{}'", node.output_name(0))));
    return set_constant(node, std::move(tensor));
  }
  if (node.has("value_float")) return set_constant(node, scalar_of(Type::kFloat32, node.real("value_float", 0)));
  if (node.has("value_floats")) return set_constant(node, vector_of(Type::kFloat32, node.reals("value_floats")));
  if (node.has("value_int")) return set_constant(node, scalar_of(Type::kInt64, node.integer("value_int", 0)));
  if (node.has("value_ints")) return set_constant(node, vector_of(Type::kInt64, node.integers("value_ints")));
  return node.unsupported("a constant of strings or a sparse one");
}

Status alias(NodeReader& node) {
  node.set(0, node.input(0));
  return {};
}

/// The identity, and a mask of what was kept: everything.
Status dropout(NodeReader& node) {
  if (node.opset() < 7 && node.integer("is_test", 0) == 0) return node.unsupported("training");
  if (node.has_input(2)) {
    HEDDLE_ASSIGN(const double training, node.constant_number(2, "training_mode"));
    double ratio = 0.5;
    if (node.has_input(1)) {
      HEDDLE_ASSIGN(ratio, node.constant_number(1, "ratio"));
    }
    if (training != 0 && ratio != 0) return node.unsupported("training_mode");
  }
  if (node.wants(1)) {
    if (node.opset() < 10) return node.unsupported("the second output (mask)");
    const ValueId kept = node.add_constant({Type::kBool, {}, {1}}, "kept");
    HEDDLE_ASSIGN(const ValueId mask, node.add(network::Expand{node.shape(0)}, {kept}, "mask"));
    node.set(1, mask);
  }
  return alias(node);
}

Status shape(NodeReader& node) {
  const std::int64_t rank = node.rank(0);
  const auto bound = [&](std::int64_t at) {
    return std::min(std::max<std::int64_t>(at < 0 ? at + rank : at, 0), rank);
  };
  const std::int64_t start = bound(node.integer("start", 0));
  const std::int64_t end = std::max(start, node.has("end") ? bound(node.integer("end", 0)) : rank);
  const Extents extents = node.shape(0);
  return set_constant(node, vector_of(Type::kInt64, Extents(extents.begin() + start, extents.begin() + end)));
}

Status size(NodeReader& node) { return set_constant(node, scalar_of(Type::kInt64, node.type(0).elements())); }

Status constant_of_shape(NodeReader& node) {
  HEDDLE_ASSIGN(const Extents extents, node.constant_integers(0, "input"));
  Tensor value = scalar_of(Type::kFloat32, 0.0F);
  if (const auto* proto = node.tensor("value")) {
    HEDDLE_ASSIGN(value, read_tensor(*proto, "the attribute value"));
    if (value.elements() != 1)
      return node.malformed(fmt::format("value has {} elements, expected one", value.elements()));
    value.shape.clear();
  }
  return node.emit(network::Expand{extents}, {node.add_constant(std::move(value), "value")});
}

/// Elements of a range, or -1 if there is no such range. Only what fits a shape is ever allowed.
std::int64_t range_length(double start, double limit, double delta) {
  const double length = std::ceil((limit - start) / delta);
  return length >= 0 && length < 1e7 ? static_cast<std::int64_t>(length) : length < 0 ? 0 : -1;
}

Status range(NodeReader& node) {
  HEDDLE_ASSIGN(const double start, node.constant_number(0, "start"));
  HEDDLE_ASSIGN(const double limit, node.constant_number(1, "limit"));
  HEDDLE_ASSIGN(const double delta, node.constant_number(2, "delta"));
  const std::int64_t length = range_length(start, limit, delta);
  if (length < 0) return node.malformed(fmt::format("no range from {} to {} by {}", start, limit, delta));
  Tensor result = tensor::make_tensor(node.type(0).element, {length});
  tensor::dispatch(result.type, [&](auto zero) {
    using T = decltype(zero);
    auto values = tensor::elements<T>(result);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = tensor::converted<T>(start + static_cast<double>(i) * delta);
  });
  return set_constant(node, std::move(result));
}

}  // namespace

void add_shape_rules(Rules& rules) {
  rules["Constant"] = constant;
  rules["ConstantOfShape"] = constant_of_shape;
  rules["Identity"] = alias;
  rules["Dropout"] = dropout;
  rules["Shape"] = shape;
  rules["Size"] = size;
  rules["Range"] = range;
}

}  // namespace heddle::frontend
