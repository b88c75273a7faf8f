// Matrix products and normalisations.
#include <fmt/format.h>

#include "compiler/frontend/onnx/node_reader.h"
#include "compiler/tensor/elements.h"

namespace heddle::frontend {
namespace {

Status gemm(NodeReader& node) {
  const network::Gemm op{node.real("alpha", 1), node.real("beta", 1), node.integer("transA", 0) != 0,
                         node.integer("transB", 0) != 0};
  return node.emit(op, node.all_inputs());
}

Status mat_mul(NodeReader& node) { return node.emit(network::MatMul{}, node.all_inputs()); }

Status batch_normalization(NodeReader& node) {
  if (node.integer("training_mode", 0) != 0 || (node.opset() < 7 && node.integer("is_test", 0) == 0))
    return node.unsupported("training_mode");
  if (node.integer("spatial", 1) == 0) return node.unsupported("spatial = 0");
  for (std::size_t i = 1; i < node.outputs(); ++i)
    if (node.wants(i)) return node.unsupported("outputs of the statistics");
  return node.emit(network::BatchNormalization{node.real("epsilon", 1e-5F)}, node.all_inputs());
}

Status instance_normalization(NodeReader& node) {
  return node.emit(network::InstanceNormalization{node.real("epsilon", 1e-5F)}, node.all_inputs());
}

/// The further outputs of LayerNormalization: mean and 1 / standard deviation.
Status statistics(NodeReader& node, std::int64_t axis, float epsilon) {
  using network::Binary;
  using network::BinaryKind;
  Extents axes;
  for (std::int64_t next = axis; next < node.rank(0); ++next) axes.push_back(next);
  const network::Reduce average{network::ReduceKind::kMean, axes, true};
  tensor::Tensor small = tensor::make_tensor(tensor::Type::kFloat32, {});
  tensor::elements<float>(small)[0] = epsilon;
  HEDDLE_ASSIGN(const ValueId mean, node.add(average, {node.input(0)}, "mean"));
  HEDDLE_ASSIGN(const ValueId centred, node.add(Binary{BinaryKind::kSubtract}, {node.input(0), mean}, "centred"));
  HEDDLE_ASSIGN(const ValueId squares, node.add(Binary{BinaryKind::kMultiply}, {centred, centred}, "squares"));
  HEDDLE_ASSIGN(const ValueId variance, node.add(average, {squares}, "variance"));
  HEDDLE_ASSIGN(const ValueId sum,
                node.add(Binary{BinaryKind::kAdd}, {variance, node.add_constant(small, "epsilon")}, "sum"));
  HEDDLE_ASSIGN(const ValueId deviation, node.add(network::Unary{network::UnaryKind::kSqrt}, {sum}, "deviation"));
  HEDDLE_ASSIGN(const ValueId inverse,
                node.add(network::Unary{network::UnaryKind::kReciprocal}, {deviation}, "inverse"));
  node.set(1, mean);
  node.set(2, inverse);
  return {};
}

Status layer_normalization(NodeReader& node) {
  HEDDLE_ASSIGN(const std::int64_t axis, node.axis(node.integer("axis", -1), node.rank(0)));
  const float epsilon = node.real("epsilon", 1e-5F);
  HEDDLE_TRY(node.emit(network::LayerNormalization{axis, epsilon}, node.all_inputs()));
  if (!node.wants(1) && !node.wants(2)) return {};
  return statistics(node, axis, epsilon);
}

Status attention(NodeReader& node) {
  return node.emit(network::Attention{node.real("scale", 1), node.integer("keys_transposed", 0) != 0, nullptr},
                   node.all_inputs());
}

}  // namespace

void add_matrix_rules(Rules& rules) {
  rules["Gemm"] = gemm;
  rules["MatMul"] = mat_mul;
  rules["BatchNormalization"] = batch_normalization;
  rules["InstanceNormalization"] = instance_normalization;
  rules["LayerNormalization"] = layer_normalization;
  rules["heddle.Attention"] = attention;
}

}  // namespace heddle::frontend
