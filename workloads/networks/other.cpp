#include "workloads/networks/other.h"

#include <cstdlib>

#include "compiler/tensor/elements.h"
#include "workloads/networks/layers.h"

namespace heddle::workloads {
namespace {

/// Attention and a network of two layers, each behind a normalisation and beside a shortcut.
ValueId encoder_block(Layers& net, ValueId x, std::int64_t heads, ValueId mask = {}) {
  x = net.add(x, net.attention(net.layer_norm(x), heads, mask));
  const std::int64_t width = net.shape(x).back();
  return net.add(x, net.linear(net.gelu(net.linear(net.layer_norm(x), 4 * width)), width));
}

/// 0 within `reach` of the diagonal, a large negative number elsewhere.
ValueId band_mask(Layers& net, std::int64_t tokens, std::int64_t reach) {
  tensor::Tensor mask = tensor::make_tensor(tensor::Type::kFloat32, {tokens, tokens});
  auto values = tensor::elements<float>(mask);
  for (std::int64_t i = 0; i < tokens * tokens; ++i)
    values[static_cast<std::size_t>(i)] = std::abs(i / tokens - i % tokens) <= reach ? 0 : -1e4F;
  return net.constant("mask", std::move(mask));
}

}  // namespace

Result<network::Graph> autoencoder(std::uint64_t seed) {
  Layers net("autoencoder", seed);
  ValueId x = net.input("features", {1, 640});
  for (const std::int64_t width : {128, 128, 128, 128, 8, 128, 128, 128, 128})
    x = net.relu(net.batch_norm(net.dense(x, width)));
  return net.finish(net.dense(x, 640), "reconstruction");
}

Result<network::Graph> vit_small(std::uint64_t seed) {
  constexpr std::int64_t kWidth = 96;
  constexpr std::int64_t kPatches = 64;
  Layers net("vit_small", seed);
  const ValueId patches = net.conv(net.input("image", {1, 3, 32, 32}), kWidth, {4, 4, 0}, 1, true);
  const ValueId tokens = net.transpose(net.reshape(patches, {1, kWidth, kPatches}), {0, 2, 1});
  ValueId x = net.concat(net.weights("class_token", {1, 1, kWidth}, 0.02), tokens, 1);
  x = net.add(x, net.weights("positions", {1, kPatches + 1, kWidth}, 0.02));
  for (int block = 0; block < 4; ++block) x = encoder_block(net, x, 3);
  return net.finish(net.dense(net.select(net.layer_norm(x), 1, 0), 10), "logits");
}

Result<network::Graph> window_transformer(std::uint64_t seed) {
  constexpr std::int64_t kTokens = 256;
  Layers net("window_transformer", seed);
  ValueId x = net.input("tokens", {1, kTokens, 64});
  const ValueId mask = band_mask(net, kTokens, 32);
  for (int block = 0; block < 2; ++block) x = encoder_block(net, x, 4, mask);
  return net.finish(net.layer_norm(x), "states");
}

Result<network::Graph> gcn(std::uint64_t seed) {
  constexpr std::int64_t kNodes = 2708;
  Layers net("gcn", seed);
  const ValueId adjacency = net.input("adjacency", {kNodes, kNodes});
  const ValueId features = net.input("features", {kNodes, 1433});
  const ValueId hidden = net.relu(net.matmul(adjacency, net.linear(features, 16)));
  return net.finish(net.matmul(adjacency, net.linear(hidden, 7)), "logits");
}

}  // namespace heddle::workloads
