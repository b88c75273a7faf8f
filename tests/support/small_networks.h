// Small quantised networks with seeded weights: together, every operator that the lowering knows.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "compiler/compression/quantization/quantize.h"
#include "compiler/network/builder.h"
#include "compiler/tensor/elements.h"
#include "tests/support/matchers.h"

namespace heddle::small_networks {

using namespace network;  // NOLINT: networks only
using tensor::Tensor;
using tensor::Type;

inline Tensor random_floats(std::mt19937& random, Extents shape, double magnitude) {
  Tensor tensor = tensor::make_tensor(Type::kFloat32, std::move(shape));
  std::uniform_real_distribution<float> any(static_cast<float>(-magnitude), static_cast<float>(magnitude));
  for (float& value : tensor::elements<float>(tensor)) value = any(random);
  return tensor;
}

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  ValueId conv(ValueId x, std::int64_t outputs, std::int64_t kernel, std::int64_t pad, std::int64_t groups = 1,
               std::int64_t stride = 1) {
    const std::int64_t depth = b.value(x).type.shape[1] / groups;
    const double magnitude = 1.5 / std::sqrt(static_cast<double>(depth * kernel * kernel));
    const Window window{{kernel, kernel}, {stride, stride}, {1, 1}, {pad, pad}, {pad, pad}};
    return *b.add1(Conv{window, groups},
                   {x, b.constant("w", weights({outputs, depth, kernel, kernel}, magnitude)),
                    b.constant("b", random_floats(random_, {outputs}, 0.2))},
                   "conv");
  }
  ValueId relu(ValueId x) { return *b.add1(Clip{0, std::numeric_limits<double>::infinity()}, {x}, "relu"); }
  ValueId pool(ValueId x) {
    return *b.add1(Pool{PoolKind::kMax, {{2, 2}, {2, 2}, {1, 1}, {0, 0}, {0, 0}}, false}, {x}, "pool");
  }
  ValueId dense(ValueId x, std::int64_t outputs) {
    const std::int64_t depth = b.value(x).type.shape[1];
    return *b.add1(Gemm{1, 1, false, true},
                   {x, b.constant("w", weights({outputs, depth}, 1.5 / std::sqrt(static_cast<double>(depth)))),
                    b.constant("b", random_floats(random_, {outputs}, 0.2))},
                   "dense");
  }
  /// A constant.
  ValueId floats(Extents shape, double magnitude) {
    return b.constant("floats", random_floats(random_, std::move(shape), magnitude));
  }
  static Tensor filled(Extents shape, float value) {
    Tensor tensor = tensor::make_tensor(Type::kFloat32, std::move(shape));
    for (float& each : tensor::elements<float>(tensor)) each = value;
    return tensor;
  }
  Graph quantised(ValueId result, int bits = 8) {
    b.mark_output(result);
    const Graph graph = *std::move(b).finish();
    std::vector<Tensors> calibration;
    for (int k = 0; k < 4; ++k)
      calibration.push_back({{"x", random_floats(random_, graph.value(graph.inputs[0]).type.shape, 1)}});
    compression::QuantizeOptions options;
    options.weight_bits = options.activation_bits = bits;
    auto result_graph = compression::quantize(graph, calibration, options);
    EXPECT_THAT(result_graph, IsOk());
    return *result_graph;
  }

  Builder b{"net"};
  bool sparse = false;  ///< of each four weights along the input's channels the two smallest become 0

 private:
  /// [output][input channel][...].
  Tensor weights(Extents shape, double magnitude) {
    Tensor tensor = random_floats(random_, std::move(shape), magnitude);
    const auto depth = static_cast<std::size_t>(tensor.shape[1]);
    const auto values = tensor::elements<float>(tensor);
    std::size_t inner = 1;
    for (std::size_t axis = 2; axis < tensor.shape.size(); ++axis)
      inner *= static_cast<std::size_t>(tensor.shape[axis]);
    const auto four = [&](std::size_t k, std::size_t c) -> float& {
      return values[(k / inner * depth + c) * inner + k % inner];
    };
    for (std::size_t k = 0; sparse && k < values.size() / depth; ++k) {
      for (std::size_t c = 0; c + 4 <= depth; c += 4) {
        std::vector<std::size_t> order{c, c + 1, c + 2, c + 3};
        std::sort(order.begin(), order.end(),
                  [&](std::size_t x, std::size_t y) { return std::abs(four(k, x)) < std::abs(four(k, y)); });
        four(k, order[0]) = four(k, order[1]) = 0;
      }
    }
    return tensor;
  }

  std::mt19937 random_;
};

/// Two convolutions, two pools, two dense layers: the shape of LeNet-5, half as large.
inline Graph small_lenet(int bits = 8) {
  Maker m(1);
  ValueId v = *m.b.input("x", {Type::kFloat32, {1, 1, 14, 14}});
  v = m.pool(m.relu(m.conv(v, 6, 5, 2)));
  v = m.pool(m.relu(m.conv(v, 8, 4, 0)));
  v = *m.b.add1(Reshape{{1, 8 * 2 * 2}}, {v}, "flat");
  return m.quantised(m.dense(m.relu(m.dense(v, 20)), 10), bits);
}

/// Convolutions one behind another: of signed and unsigned codes, of 8, 16 and 12 channels, with pads and a stride; a
/// dense layer. With `sparse` their weights are 2:4 sparse.
inline Graph small_chain(int bits, bool sparse) {
  Maker m(14);
  m.sparse = sparse;
  ValueId v = *m.b.input("x", {Type::kFloat32, {1, 3, 8, 8}});
  v = m.conv(m.conv(v, 8, 3, 1), 16, 3, 1);
  v = m.relu(m.conv(m.relu(v), 12, 3, 1, 1, 2));
  v = m.relu(m.conv(v, 4, 1, 0));
  return m.quantised(m.dense(*m.b.add1(Reshape{{1, 64}}, {v}, "flat"), 10), bits);
}

/// A convolution of one signed channel, whose columns are whole groups of four, and one of six channels.
inline Graph small_signal(std::int64_t stride) {
  Maker m(15);
  const ValueId x = *m.b.input("x", {Type::kFloat32, {1, 1, 6, 16}});
  const ValueId v = m.relu(m.conv(m.relu(m.conv(x, 6, 5, 2, 1, stride)), 4, 3, 1));
  const Extents shape = m.b.value(v).type.shape;
  return m.quantised(m.dense(*m.b.add1(Reshape{{1, 4 * shape[2] * shape[3]}}, {v}, "flat"), 5));
}

/// What ResNets and MobileNets have besides: a sum, strides, depthwise convolutions, a global mean, a function by
/// table.
inline Graph small_residual(int bits) {
  Maker m(2);
  ValueId v = *m.b.input("x", {Type::kFloat32, {1, 3, 12, 12}});
  v = m.relu(m.conv(v, 8, 3, 1));
  const ValueId side = m.conv(v, 8, 3, 1, 8);
  v = m.relu(*m.b.add1(Binary{BinaryKind::kAdd}, {v, side}, "sum"));
  v = *m.b.add1(Unary{UnaryKind::kHardSwish}, {m.conv(v, 12, 1, 0, 1, 2)}, "swish");
  v = *m.b.add1(Reduce{ReduceKind::kMean, {2, 3}, true}, {v}, "mean");
  v = *m.b.add1(Reshape{{1, 12}}, {v}, "flat");
  return m.quantised(m.dense(v, 5), bits);
}

/// A shortcut as exporters write it (a slice with strides, a pad of channels), and a Softmax, which stays float.
inline Graph small_shortcut(bool softmax) {
  Maker m(4);
  const ValueId x = *m.b.input("x", {Type::kFloat32, {1, 3, 8, 8}});
  const ValueId v = m.relu(m.conv(x, 4, 3, 1));
  const ValueId half = *m.b.add1(Slice{{0, 0, 0, 0}, {1, 1, 2, 2}, {1, 4, 4, 4}}, {v}, "half");
  const ValueId padded = *m.b.add1(Pad{PadMode::kConstant, {0, 2, 0, 0}, {0, 2, 0, 0}, 0}, {half}, "padded");
  const ValueId sum = m.relu(*m.b.add1(Binary{BinaryKind::kAdd}, {m.conv(v, 8, 3, 1, 1, 2), padded}, "sum"));
  // Two windows over one buffer, of which one uses only part of the border.
  const ValueId both =
      m.relu(*m.b.add1(Binary{BinaryKind::kAdd}, {m.conv(sum, 8, 3, 1), m.conv(sum, 8, 5, 2)}, "both"));
  const ValueId again = m.pool(both);
  const ValueId flat = *m.b.add1(Reshape{{1, 32}}, {again}, "flat");
  const ValueId logits = m.dense(flat, 6);
  return m.quantised(softmax ? *m.b.add1(Softmax{1, false}, {logits}, "softmax") : logits);
}

/// Attention: products of two activations, of which one is transposed; a Softmax between them, which stays float; and a
/// product whose second side is the same for all heads.
inline Graph small_attention() {
  Maker m(8);
  const ValueId x = *m.b.input("x", {Type::kFloat32, {1, 2, 6, 8}});
  const ValueId queries = *m.b.add1(Unary{UnaryKind::kHardSwish}, {x}, "queries");
  const ValueId keys = *m.b.add1(Transpose{{0, 1, 3, 2}}, {x}, "keys");
  const ValueId scores = *m.b.add1(MatMul{}, {queries, keys}, "scores");
  const ValueId shares = *m.b.add1(Softmax{3, false}, {scores}, "shares");
  const ValueId taken = *m.b.add1(MatMul{}, {shares, queries}, "taken");
  const ValueId head = *m.b.add1(Slice{{0, 0, 0, 0}, {1, 1, 1, 2}, {1, 1, 6, 4}}, {x}, "head");
  const ValueId common = *m.b.add1(Reshape{{8, 3}}, {head}, "common");
  const ValueId mixed = *m.b.add1(MatMul{}, {taken, common}, "mixed");
  return m.quantised(m.dense(*m.b.add1(Reshape{{1, 36}}, {mixed}, "flat"), 5));
}

/// What exporters make of a transformer's layers: a bias and a factor behind a product, Gelu by Erf, an embedding that
/// is added, a token that is put in front, pieces by Split and Gather.
inline Graph small_transformer() {
  Maker m(9);
  const auto binary = [&](BinaryKind kind, ValueId a, ValueId b) { return *m.b.add1(Binary{kind}, {a, b}); };
  const auto number = [&](float value) {
    Tensor tensor = tensor::make_tensor(Type::kFloat32, {});
    tensor::elements<float>(tensor)[0] = value;
    return m.b.constant("number", std::move(tensor));
  };
  const ValueId x = *m.b.input("x", {Type::kFloat32, {1, 5, 8}});
  const ValueId tokens = *m.b.add1(Concat{1}, {m.floats({1, 1, 8}, 2), x}, "tokens");
  const ValueId placed = binary(BinaryKind::kAdd, tokens, m.floats({1, 6, 8}, 0.3));
  const ValueId wide =
      binary(BinaryKind::kAdd, *m.b.add1(MatMul{}, {placed, m.floats({8, 24}, 0.5)}, "wide"), m.floats({24}, 0.4));
  const auto parts = *m.b.add(Split{2, {8, 16}}, {wide}, {"left", "right"});
  const ValueId pairs = *m.b.add1(Reshape{{1, 6, 2, 8}}, {parts[1]}, "pairs");
  Tensor which = tensor::make_tensor(Type::kInt64, {});
  tensor::elements<std::int64_t>(which)[0] = -1;
  const ValueId second = *m.b.add1(Gather{2}, {pairs, m.b.constant("which", which)}, "second");
  Tensor order = tensor::make_tensor(Type::kInt64, {3});
  for (std::int64_t k = 0; k < 3; ++k) tensor::elements<std::int64_t>(order)[static_cast<std::size_t>(k)] = 5 - 2 * k;
  const ValueId some = *m.b.add1(Gather{1}, {parts[0], m.b.constant("order", order)}, "some");
  const ValueId turned = *m.b.add1(Transpose{{0, 2, 1}}, {second}, "turned");
  const ValueId scores = binary(BinaryKind::kMultiply, *m.b.add1(MatMul{}, {some, turned}, "scores"), number(0.35F));
  const ValueId inner =
      *m.b.add1(Unary{UnaryKind::kErf}, {binary(BinaryKind::kDivide, scores, number(1.41421F))}, "erf");
  const ValueId gelu =
      binary(BinaryKind::kMultiply, binary(BinaryKind::kMultiply, scores, binary(BinaryKind::kAdd, inner, number(1))),
             number(0.5F));
  return m.quantised(m.dense(*m.b.add1(Reshape{{1, 18}}, {gelu}, "flat"), 5));
}

/// What text detectors have besides: channels weighed by their means (squeeze and excitation), HardSwish by its parts,
/// an enlarged map beside another of another scale, a column added to every column.
inline Graph small_detector() {
  Maker m(10);
  const auto binary = [&](BinaryKind kind, ValueId a, ValueId b) { return *m.b.add1(Binary{kind}, {a, b}); };
  const auto number = [&](float value) { return m.b.constant("number", m.filled({1}, value)); };
  const ValueId x = *m.b.input("x", {Type::kFloat32, {1, 3, 8, 8}});
  const ValueId v = m.conv(x, 6, 3, 1);
  const ValueId ramp = *m.b.add1(Clip{0, 6}, {binary(BinaryKind::kAdd, v, number(3))}, "ramp");
  const ValueId swish = binary(BinaryKind::kDivide, binary(BinaryKind::kMultiply, v, ramp), number(6));
  const ValueId mean = *m.b.add1(Reduce{ReduceKind::kMean, {2, 3}, true}, {swish}, "mean");
  const ValueId most = *m.b.add1(Reduce{ReduceKind::kMax, {2, 3}, false}, {swish}, "most");
  const ValueId column = *m.b.add1(Reshape{{1, 6, 1, 1}}, {most}, "column");
  const ValueId squeezed = binary(BinaryKind::kAdd, m.conv(mean, 6, 1, 0), m.conv(column, 6, 1, 0));
  const ValueId gate = *m.b.add1(Unary{UnaryKind::kHardSigmoid, 0.2F, 0.5F}, {squeezed}, "gate");
  const ValueId weighed = binary(BinaryKind::kMultiply, swish, gate);
  const ValueId low = m.relu(m.conv(weighed, 4, 3, 1, 1, 2));
  const Resize twice{
      ResizeMode::kNearest, ResizeCoordinates::kAsymmetric, ResizeNearest::kFloor, -0.75F, false, {1, 4, 8, 8},
      {1, 1, 2, 2}};
  const ValueId large = *m.b.add1(twice, {low}, "large");
  const ValueId both = *m.b.add1(Concat{1}, {m.conv(weighed, 4, 1, 0), large}, "both");
  const ValueId edge = *m.b.add1(Slice{{0, 0, 0, 3}, {1, 1, 1, 1}, {1, 8, 8, 1}}, {both}, "edge");
  const ValueId sum = binary(BinaryKind::kAdd, both, edge);
  return m.quantised(m.dense(*m.b.add1(Reshape{{1, 512}}, {sum}, "flat"), 4));
}

/// Convolutions of groups, with pads, strides and a sum that leaves the layer as it is.
inline Graph small_groups() {
  Maker m(13);
  const ValueId x = *m.b.input("x", {Type::kFloat32, {1, 6, 7, 7}});
  ValueId v = m.relu(m.conv(x, 9, 3, 1, 3));
  v = m.conv(v, 6, 3, 1, 3, 2);
  return m.quantised(m.dense(*m.b.add1(Reshape{{1, 96}}, {m.relu(m.conv(v, 6, 1, 0, 2))}, "flat"), 4));
}

/// A maximum that pads, as ResNet-18 begins, behind a convolution of which one channel is all bias: weights next to
/// nothing, as channels have that training switched off.
inline Graph small_stem() {
  Maker m(5);
  const ValueId x = *m.b.input("x", {Type::kFloat32, {1, 2, 9, 9}});
  Tensor weights = tensor::make_tensor(Type::kFloat32, {4, 2, 3, 3});
  Tensor bias = tensor::make_tensor(Type::kFloat32, {4});
  const auto values = tensor::elements<float>(weights);
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = (k < 18 ? 1e-9F : 0.2F) * (static_cast<float>(k % 7) - 3);
  for (std::size_t c = 0; c < 4; ++c) tensor::elements<float>(bias)[c] = 0.25F * static_cast<float>(c + 1);
  const Window window{{3, 3}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};
  const ValueId v = *m.b.add1(Conv{window, 1}, {x, m.b.constant("w", weights), m.b.constant("b", bias)}, "conv");
  const Window pads{{3, 3}, {2, 2}, {1, 1}, {1, 1}, {1, 1}};
  const ValueId pooled = *m.b.add1(Pool{PoolKind::kMax, pads, false}, {m.relu(v)}, "pool");
  return m.quantised(m.dense(*m.b.add1(Reshape{{1, 100}}, {pooled}, "flat"), 5));
}

/// Codes halved and no more: every second result is a tie.
inline Graph halves() {
  Builder b("halves");
  const auto scalar = [&](float value) {
    Tensor t = tensor::make_tensor(Type::kFloat32, {});
    tensor::elements<float>(t)[0] = value;
    return b.constant("scale", std::move(t));
  };
  const auto coded = [&](ValueId v) {
    const ValueId scale = scalar(1);
    const ValueId zero = b.constant("zero", tensor::make_tensor(Type::kInt8, {}));
    return *b.add1(Dequantize{0}, {*b.add1(Quantize{Type::kInt8, 0}, {v, scale, zero}), scale, zero});
  };
  const ValueId x = coded(*b.input("x", {Type::kFloat32, {1, 1, 8, 8}}));
  Tensor one = tensor::make_tensor(Type::kInt8, {1, 1, 1, 1});
  one.data[0] = 1;
  const ValueId weights = *b.add1(Dequantize{0}, {b.constant("w", std::move(one)), scalar(0.5F)});
  const ValueId y = *b.add1(Conv{{{1, 1}, {1, 1}, {1, 1}, {0, 0}, {0, 0}}, 1}, {x, weights}, "half");
  b.mark_output(*b.add1(Reshape{{1, 64}}, {coded(y)}, "flat"));
  return *std::move(b).finish();
}

}  // namespace heddle::small_networks
