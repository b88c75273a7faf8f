#include "workloads/networks/layers.h"

#include <fmt/format.h>

#include <cmath>

#include "compiler/tensor/elements.h"

namespace heddle::workloads {

std::string Layers::numbered(const std::string& kind) { return fmt::format("{}{}", kind, ++counts_[kind]); }

ValueId Layers::node(network::Operator op, std::vector<ValueId> inputs, const std::string& name) {
  auto result = builder_.add1(std::move(op), std::move(inputs), name);
  HEDDLE_CHECK(result.has_value(), result ? "" : result.error().message);
  return *result;
}

ValueId Layers::input(const std::string& name, Extents shape) {
  auto result = builder_.input(name, {tensor::Type::kFloat32, std::move(shape)});
  HEDDLE_CHECK(result.has_value(), result ? "" : result.error().message);
  return *result;
}

ValueId Layers::weights(const std::string& name, Extents shape, double deviation) {
  tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kFloat32, std::move(shape));
  for (float& weight : tensor::elements<float>(tensor)) {
    // Three numbers of 21 bits from each draw: four draws make the twelve.
    double sum = -6;
    for (int draw = 0; draw < 4; ++draw) {
      const std::uint64_t bits = random_.next();
      for (unsigned part = 0; part < 3; ++part) sum += static_cast<double>((bits >> (21 * part)) & 0x1FFFFFU) * 0x1p-21;
    }
    weight = static_cast<float>(sum * deviation);
  }
  return constant(name, std::move(tensor));
}

ValueId Layers::uniform(const std::string& name, std::int64_t count, double low, double high) {
  tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kFloat32, {count});
  for (float& value : tensor::elements<float>(tensor)) value = static_cast<float>(low + (high - low) * random_.unit());
  return constant(name, std::move(tensor));
}

ValueId Layers::scalar(const std::string& name, float value) {
  tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kFloat32, {});
  tensor::elements<float>(tensor)[0] = value;
  return constant(name, std::move(tensor));
}

ValueId Layers::conv(ValueId x, std::int64_t filters, const network::Window& window, std::int64_t groups, bool bias) {
  const std::string name = numbered("conv");
  Extents shape{filters, channels(x) / groups};
  std::int64_t seen = shape[1];
  for (const std::int64_t extent : window.kernel) {
    shape.push_back(extent);
    seen *= extent;
  }
  std::vector<ValueId> inputs{x, weights(name + ".weight", shape, std::sqrt(2.0 / static_cast<double>(seen)))};
  if (bias) inputs.push_back(uniform(name + ".bias", filters, -0.1, 0.1));
  return node(network::Conv{window, groups}, inputs, name);
}

ValueId Layers::conv(ValueId x, std::int64_t filters, Square square, std::int64_t groups, bool bias) {
  const Extents pads(2, square.pad);
  return conv(x, filters, {Extents(2, square.kernel), Extents(2, square.stride), Extents(2, 1), pads, pads}, groups,
              bias);
}

ValueId Layers::batch_norm(ValueId x) {
  const std::string name = numbered("norm");
  const std::int64_t count = channels(x);
  const ValueId scale = uniform(name + ".scale", count, 0.8, 1.2);
  const ValueId bias = uniform(name + ".bias", count, -0.2, 0.2);
  const ValueId mean = uniform(name + ".mean", count, -0.2, 0.2);
  const ValueId variance = uniform(name + ".variance", count, 0.8, 1.2);
  return node(network::BatchNormalization{1e-5F}, {x, scale, bias, mean, variance}, name);
}

ValueId Layers::relu(ValueId x) { return node(network::Clip{0, HUGE_VAL}, {x}, numbered("relu")); }
ValueId Layers::relu6(ValueId x) { return node(network::Clip{0, 6}, {x}, numbered("relu")); }

ValueId Layers::max_pool(ValueId x, Square square) {
  const Extents pads(2, square.pad);
  const network::Window window{Extents(2, square.kernel), Extents(2, square.stride), Extents(2, 1), pads, pads};
  return node(network::Pool{network::PoolKind::kMax, window}, {x}, numbered("pool"));
}

ValueId Layers::global_average(ValueId x) {
  return node(network::Reduce{network::ReduceKind::kMean, {2, 3}, false}, {x}, numbered("mean"));
}

ValueId Layers::flatten(ValueId x) {
  const std::int64_t batch = shape(x)[0];
  return reshape(x, {batch, builder_.value(x).type.elements() / batch});
}

ValueId Layers::dense(ValueId x, std::int64_t outputs) {
  const std::string name = numbered("dense");
  const std::int64_t inputs = shape(x).back();
  const ValueId weight = weights(name + ".weight", {outputs, inputs}, std::sqrt(2.0 / static_cast<double>(inputs)));
  return node(network::Gemm{1, 1, false, true}, {x, weight, uniform(name + ".bias", outputs, -0.1, 0.1)}, name);
}

ValueId Layers::linear(ValueId x, std::int64_t outputs) {
  const std::string name = numbered("linear");
  const std::int64_t inputs = shape(x).back();
  const ValueId weight = weights(name + ".weight", {inputs, outputs}, std::sqrt(1.0 / static_cast<double>(inputs)));
  return add(node(network::MatMul{}, {x, weight}, name), uniform(name + ".bias", outputs, -0.1, 0.1));
}

ValueId Layers::layer_norm(ValueId x) {
  const std::string name = numbered("norm");
  const auto axis = static_cast<std::int64_t>(shape(x).size()) - 1;
  const std::int64_t width = shape(x).back();
  const ValueId scale = uniform(name + ".scale", width, 0.8, 1.2);
  return node(network::LayerNormalization{axis, 1e-5F}, {x, scale, uniform(name + ".bias", width, -0.1, 0.1)}, name);
}

ValueId Layers::softmax(ValueId x, std::int64_t axis) { return node(network::Softmax{axis}, {x}, numbered("softmax")); }
ValueId Layers::add(ValueId a, ValueId b) {
  return node(network::Binary{network::BinaryKind::kAdd}, {a, b}, numbered("add"));
}
ValueId Layers::multiply(ValueId a, ValueId b) {
  return node(network::Binary{network::BinaryKind::kMultiply}, {a, b}, numbered("mul"));
}
ValueId Layers::matmul(ValueId a, ValueId b) { return node(network::MatMul{}, {a, b}, numbered("matmul")); }
ValueId Layers::reshape(ValueId x, Extents to) {
  return node(network::Reshape{std::move(to)}, {x}, numbered("reshape"));
}
ValueId Layers::transpose(ValueId x, Extents permutation) {
  return node(network::Transpose{std::move(permutation)}, {x}, numbered("transpose"));
}
ValueId Layers::concat(ValueId a, ValueId b, std::int64_t axis) {
  return node(network::Concat{axis}, {a, b}, numbered("concat"));
}

/// x / 2 * (1 + erf(x / sqrt 2)), in ONNX's own operators.
ValueId Layers::gelu(ValueId x) {
  const ValueId scaled = multiply(x, scalar("inverse_root", 0.70710678F));
  const ValueId erf = node(network::Unary{network::UnaryKind::kErf}, {scaled}, numbered("erf"));
  const ValueId raised = add(erf, scalar("one", 1));
  return multiply(multiply(x, raised), scalar("half", 0.5F));
}

ValueId Layers::select(ValueId x, std::int64_t axis, std::int64_t index) {
  tensor::Tensor at = tensor::make_tensor(tensor::Type::kInt64, {});
  tensor::elements<std::int64_t>(at)[0] = index;
  return node(network::Gather{axis}, {x, constant("index", std::move(at))}, numbered("gather"));
}

ValueId Layers::attention(ValueId x, std::int64_t heads, ValueId mask) {
  const Extents size = shape(x);
  const std::int64_t width = size[2] / heads;
  // [N,T,3W] -> [3,N,H,T,W/H]
  const ValueId parts = reshape(linear(x, 3 * size[2]), {size[0], size[1], 3, heads, width});
  const ValueId apart = transpose(parts, {2, 0, 3, 1, 4});
  const ValueId queries = select(apart, 0, 0);
  const ValueId keys = transpose(select(apart, 0, 1), {0, 1, 3, 2});
  const ValueId values = select(apart, 0, 2);
  ValueId scores = multiply(matmul(queries, keys), scalar("scale", 1 / std::sqrt(static_cast<float>(width))));
  if (mask.valid()) scores = add(scores, mask);
  const ValueId mixed = matmul(softmax(scores, 3), values);
  return linear(reshape(transpose(mixed, {0, 2, 1, 3}), size), size[2]);
}

Result<network::Graph> Layers::finish(ValueId output, const std::string& name) {
  builder_.mark_output(output);
  HEDDLE_ASSIGN(network::Graph graph, std::move(builder_).finish());
  network::Value& value = graph.values[graph.outputs[0].index()];
  for (network::Node& node : graph.nodes)
    if (node.name == value.name) node.name = name;
  value.name = name;
  HEDDLE_TRY(verify(graph));
  return graph;
}

}  // namespace heddle::workloads
