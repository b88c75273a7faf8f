// Small quantised networks with seeded weights: together, every operator that the lowering knows.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

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
                   {x, b.constant("w", random_floats(random_, {outputs, depth, kernel, kernel}, magnitude)),
                    b.constant("b", random_floats(random_, {outputs}, 0.2))},
                   "conv");
  }
  ValueId relu(ValueId x) { return *b.add1(Clip{0, std::numeric_limits<double>::infinity()}, {x}, "relu"); }
  ValueId pool(ValueId x) {
    return *b.add1(Pool{PoolKind::kMax, {{2, 2}, {2, 2}, {1, 1}, {0, 0}, {0, 0}}, false}, {x}, "pool");
  }
  ValueId dense(ValueId x, std::int64_t outputs) {
    const std::int64_t depth = b.value(x).type.shape[1];
    return *b.add1(
        Gemm{1, 1, false, true},
        {x, b.constant("w", random_floats(random_, {outputs, depth}, 1.5 / std::sqrt(static_cast<double>(depth)))),
         b.constant("b", random_floats(random_, {outputs}, 0.2))},
        "dense");
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

 private:
  std::mt19937 random_;
};

/// Two convolutions, two pools, two dense layers: the shape of LeNet-5, half as large.
inline Graph small_lenet() {
  Maker m(1);
  ValueId v = *m.b.input("x", {Type::kFloat32, {1, 1, 14, 14}});
  v = m.pool(m.relu(m.conv(v, 6, 5, 2)));
  v = m.pool(m.relu(m.conv(v, 8, 4, 0)));
  v = *m.b.add1(Reshape{{1, 8 * 2 * 2}}, {v}, "flat");
  return m.quantised(m.dense(m.relu(m.dense(v, 20)), 10));
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
