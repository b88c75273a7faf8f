// Quantised operators. QLinear ones become Dequantize, the float operator and Quantize, so that a network is quantised
// in one form only; what runs them in integers recognises that form.
#include <fmt/format.h>

#include "compiler/frontend/onnx/node_reader.h"
#include "compiler/frontend/onnx/window.h"
#include "compiler/numerics/format.h"

namespace heddle::frontend {
namespace {

/// The axis of a scale: 0 for a scalar, else from the end if negative.
Result<std::int64_t> scale_axis(const NodeReader& node, std::size_t scale, std::int64_t axis, std::int64_t rank) {
  if (node.type(scale).elements() == 1) return 0;
  return node.axis(axis, rank);
}

Status quantize_linear(NodeReader& node) {
  const tensor::Type to = node.has_input(2) ? node.type(2).element : tensor::Type::kUint8;
  HEDDLE_ASSIGN(const std::int64_t axis, scale_axis(node, 1, node.integer("axis", 1), node.rank(0)));
  return node.emit(network::Quantize{to, axis}, node.all_inputs());
}

Status dequantize_linear(NodeReader& node) {
  HEDDLE_ASSIGN(const std::int64_t axis, scale_axis(node, 1, node.integer("axis", 1), node.rank(0)));
  return node.emit(network::Dequantize{axis}, node.all_inputs());
}

/// The real value of inputs first (codes), first + 1 (scale) and first + 2 (zero point).
Result<ValueId> real_input(NodeReader& node, std::size_t first, std::int64_t scales_along, const std::string& suffix) {
  HEDDLE_ASSIGN(const std::int64_t axis, scale_axis(node, first + 1, scales_along, node.rank(first)));
  return node.add(network::Dequantize{axis}, {node.input(first), node.input(first + 1), node.input(first + 2)}, suffix);
}

/// Ends a QLinear operator: `value` quantised by inputs `scale` and `scale` + 1.
Status quantized_output(NodeReader& node, ValueId value, std::size_t scale) {
  return node.emit(network::Quantize{node.type(scale + 1).element, 0},
                   {value, node.input(scale), node.input(scale + 1)});
}

Status q_linear_conv(NodeReader& node) {
  const Extents x_shape = node.shape(0);
  const Extents w_shape = node.shape(3);
  if (x_shape.size() < 3 || w_shape.size() != x_shape.size())
    return node.malformed(fmt::format("an input of rank {} and weights of rank {}", x_shape.size(), w_shape.size()));
  HEDDLE_ASSIGN(network::Window window, read_window(node, x_shape.size() - 2, {w_shape.begin() + 2, w_shape.end()}));
  HEDDLE_TRY(resolve_auto_pad(node, {x_shape.begin() + 2, x_shape.end()}, window));
  HEDDLE_ASSIGN(const ValueId x, real_input(node, 0, 0, "x"));
  HEDDLE_ASSIGN(const ValueId weights, real_input(node, 3, 0, "w"));
  std::vector<ValueId> inputs{x, weights};
  if (node.has_input(8)) {  // codes of scale x_scale * w_scale
    HEDDLE_ASSIGN(const ValueId scale,
                  node.add(network::Binary{network::BinaryKind::kMultiply}, {node.input(1), node.input(4)}, "b_scale"));
    HEDDLE_ASSIGN(const ValueId bias, node.add(network::Dequantize{0}, {node.input(8), scale}, "b"));
    inputs.push_back(bias);
  }
  HEDDLE_ASSIGN(const ValueId sum, node.add(network::Conv{window, node.integer("group", 1)}, inputs, "conv"));
  return quantized_output(node, sum, 6);
}

Status q_linear_mat_mul(NodeReader& node) {
  HEDDLE_ASSIGN(const ValueId a, real_input(node, 0, -2, "a"));
  HEDDLE_ASSIGN(const ValueId b, real_input(node, 3, -1, "b"));
  HEDDLE_ASSIGN(const ValueId product, node.add(network::MatMul{}, {a, b}, "product"));
  return quantized_output(node, product, 6);
}

template <network::BinaryKind Kind>
Status q_linear_binary(NodeReader& node) {
  HEDDLE_ASSIGN(const ValueId a, real_input(node, 0, 0, "a"));
  HEDDLE_ASSIGN(const ValueId b, real_input(node, 3, 0, "b"));
  HEDDLE_ASSIGN(const ValueId result, node.add(network::Binary{Kind}, {a, b}, "result"));
  return quantized_output(node, result, 6);
}

Status q_linear_global_average_pool(NodeReader& node) {
  if (node.integer("channels_last", 0) != 0) return node.unsupported("channels_last");
  Extents axes;
  for (std::int64_t axis = 2; axis < node.rank(0); ++axis) axes.push_back(axis);
  HEDDLE_ASSIGN(const ValueId x, real_input(node, 0, 0, "x"));
  HEDDLE_ASSIGN(const ValueId mean, node.add(network::Reduce{network::ReduceKind::kMean, axes, true}, {x}, "mean"));
  return quantized_output(node, mean, 3);
}

template <network::UnaryKind Kind>
Status q_linear_unary(NodeReader& node) {
  HEDDLE_ASSIGN(const ValueId x, real_input(node, 0, 0, "x"));
  const float alpha = Kind == network::UnaryKind::kLeakyRelu ? node.real("alpha", 0.01F) : 0;
  HEDDLE_ASSIGN(const ValueId result, node.add(network::Unary{Kind, alpha}, {x}, "result"));
  return quantized_output(node, result, 3);
}

/// Domain "heddle": codes of the minifloat that the attribute `format` names.
template <class Op>
Status minifloat_codes(NodeReader& node) {
  auto format = numerics::parse_float_format(node.text("format", ""));
  if (!format) return node.malformed(format.error().message);
  HEDDLE_ASSIGN(const std::int64_t axis, scale_axis(node, 1, node.integer("axis", 0), node.rank(0)));
  return node.emit(Op{*format, axis}, node.all_inputs());
}

}  // namespace

void add_quantized_rules(Rules& rules) {
  rules["QuantizeLinear"] = quantize_linear;
  rules["DequantizeLinear"] = dequantize_linear;
  rules["heddle.EncodeFloat"] = minifloat_codes<network::EncodeFloat>;
  rules["heddle.DecodeFloat"] = minifloat_codes<network::DecodeFloat>;
  rules["QLinearConv"] = q_linear_conv;
  rules["QLinearMatMul"] = q_linear_mat_mul;
  rules["com.microsoft.QLinearAdd"] = q_linear_binary<network::BinaryKind::kAdd>;
  rules["com.microsoft.QLinearMul"] = q_linear_binary<network::BinaryKind::kMultiply>;
  rules["com.microsoft.QLinearGlobalAveragePool"] = q_linear_global_average_pool;
  rules["com.microsoft.QLinearSigmoid"] = q_linear_unary<network::UnaryKind::kSigmoid>;
  rules["com.microsoft.QLinearLeakyRelu"] = q_linear_unary<network::UnaryKind::kLeakyRelu>;
}

}  // namespace heddle::frontend
