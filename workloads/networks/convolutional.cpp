#include "workloads/networks/convolutional.h"

#include "workloads/networks/layers.h"

namespace heddle::workloads {
namespace {

ValueId conv_norm(Layers& net, ValueId x, std::int64_t filters, Square square) {
  return net.batch_norm(net.conv(x, filters, square));
}

/// Two 3x3 convolutions beside a shortcut.
ValueId residual_block(Layers& net, ValueId x, std::int64_t filters, std::int64_t stride) {
  const ValueId first = net.relu(conv_norm(net, x, filters, {3, stride, 1}));
  const ValueId second = conv_norm(net, first, filters, {3, 1, 1});
  const bool same = stride == 1 && net.channels(x) == filters;
  return net.relu(net.add(second, same ? x : conv_norm(net, x, filters, {1, stride, 0})));
}

Result<network::Graph> cifar_resnet(const std::string& name, int blocks, std::uint64_t seed,
                                    const Extents& image = {1, 3, 32, 32}) {
  Layers net(name, seed);
  ValueId x = net.relu(conv_norm(net, net.input("image", image), 16, {3, 1, 1}));
  for (const std::int64_t filters : {16, 32, 64})
    for (int block = 0; block < blocks; ++block)
      x = residual_block(net, x, filters, block == 0 && filters > 16 ? 2 : 1);
  return net.finish(net.dense(net.global_average(x), 10), "logits");
}

/// 3x3 by channel, then 1x1.
ValueId separable(Layers& net, ValueId x, std::int64_t filters, std::int64_t stride) {
  const ValueId spatial = net.relu(net.batch_norm(net.depthwise(x, {3, stride, 1})));
  return net.relu(conv_norm(net, spatial, filters, {1, 1, 0}));
}

/// Expand, filter by channel, project; the shortcut where shapes allow.
ValueId inverted_residual(Layers& net, ValueId x, std::int64_t factor, std::int64_t filters, std::int64_t stride) {
  ValueId wide = x;
  if (factor > 1) wide = net.relu6(conv_norm(net, x, factor * net.channels(x), {1, 1, 0}));
  const ValueId filtered = net.relu6(net.batch_norm(net.depthwise(wide, {3, stride, 1})));
  const ValueId narrow = conv_norm(net, filtered, filters, {1, 1, 0});
  return stride == 1 && net.channels(x) == filters ? net.add(x, narrow) : narrow;
}

}  // namespace

Result<network::Graph> lenet5(std::uint64_t seed) {
  Layers net("lenet5", seed);
  ValueId x = net.input("image", {1, 1, 28, 28});
  x = net.max_pool(net.relu(net.conv(x, 6, {5, 1, 2}, 1, true)), {2, 2, 0});
  x = net.max_pool(net.relu(net.conv(x, 16, {5, 1, 0}, 1, true)), {2, 2, 0});
  x = net.relu(net.dense(net.flatten(x), 120));
  return net.finish(net.dense(net.relu(net.dense(x, 84)), 10), "logits");
}

Result<network::Graph> resnet8(std::uint64_t seed) { return cifar_resnet("resnet8", 1, seed); }
Result<network::Graph> resnet8_gray(std::uint64_t seed) { return cifar_resnet("resnet8", 1, seed, {1, 1, 28, 28}); }
Result<network::Graph> resnet20(std::uint64_t seed) { return cifar_resnet("resnet20", 3, seed); }

Result<network::Graph> resnet18(std::uint64_t seed) {
  Layers net("resnet18", seed);
  ValueId x = net.relu(conv_norm(net, net.input("image", {1, 3, 224, 224}), 64, {7, 2, 3}));
  x = net.max_pool(x, {3, 2, 1});
  for (const std::int64_t filters : {64, 128, 256, 512})
    for (int block = 0; block < 2; ++block) x = residual_block(net, x, filters, block == 0 && filters > 64 ? 2 : 1);
  return net.finish(net.dense(net.global_average(x), 1000), "logits");
}

Result<network::Graph> mobilenet_v1_025(std::uint64_t seed) {
  Layers net("mobilenet_v1_025", seed);
  ValueId x = net.relu(conv_norm(net, net.input("image", {1, 3, 96, 96}), 8, {3, 2, 1}));
  const std::pair<std::int64_t, std::int64_t> blocks[] = {{16, 1},  {32, 2},  {32, 1},  {64, 2},  {64, 1},
                                                          {128, 2}, {128, 1}, {128, 1}, {128, 1}, {128, 1},
                                                          {128, 1}, {256, 2}, {256, 1}};
  for (const auto& [filters, stride] : blocks) x = separable(net, x, filters, stride);
  return net.finish(net.dense(net.global_average(x), 2), "logits");
}

Result<network::Graph> mobilenet_v2(std::uint64_t seed) {
  Layers net("mobilenet_v2", seed);
  ValueId x = net.relu6(conv_norm(net, net.input("image", {1, 3, 224, 224}), 32, {3, 2, 1}));
  struct Stage {
    std::int64_t factor, filters, blocks, stride;
  };
  for (const Stage& stage :
       {Stage{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}})
    for (std::int64_t block = 0; block < stage.blocks; ++block)
      x = inverted_residual(net, x, stage.factor, stage.filters, block == 0 ? stage.stride : 1);
  x = net.relu6(conv_norm(net, x, 1280, {1, 1, 0}));
  return net.finish(net.dense(net.global_average(x), 1000), "logits");
}

Result<network::Graph> ds_cnn(std::uint64_t seed) {
  Layers net("ds_cnn", seed);
  const network::Window first{{10, 4}, {2, 2}, {1, 1}, {4, 1}, {5, 1}};
  ValueId x = net.relu(net.batch_norm(net.conv(net.input("features", {1, 1, 49, 10}), 64, first)));
  for (int block = 0; block < 4; ++block) x = separable(net, x, 64, 1);
  return net.finish(net.dense(net.global_average(x), 12), "logits");
}

Result<network::Graph> vgg16(std::uint64_t seed) {
  Layers net("vgg16", seed);
  ValueId x = net.input("image", {1, 3, 224, 224});
  const std::pair<std::int64_t, int> stages[] = {{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}};
  for (const auto& [filters, convolutions] : stages) {
    for (int i = 0; i < convolutions; ++i) x = net.relu(net.conv(x, filters, {3, 1, 1}, 1, true));
    x = net.max_pool(x, {2, 2, 0});
  }
  x = net.relu(net.dense(net.flatten(x), 4096));
  return net.finish(net.dense(net.relu(net.dense(x, 4096)), 1000), "logits");
}

}  // namespace heddle::workloads
