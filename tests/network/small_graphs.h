// Networks of a few nodes for tests.
#pragma once

#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "compiler/network/graph.h"

namespace heddle::network {

inline tensor::Tensor floats(Extents shape, const std::vector<float>& values) {
  tensor::Tensor tensor{tensor::Type::kFloat32, std::move(shape),
                        std::vector<std::uint8_t>(values.size() * sizeof(float))};
  std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
  return tensor;
}

inline ValueId add_value(Graph& graph, const std::string& name, TensorType type) {
  graph.values.push_back({name, std::move(type), nullptr, std::nullopt});
  return ValueId(static_cast<std::int64_t>(graph.values.size()) - 1);
}

/// x [1,1,4,4] -> Conv 3x3 (two channels, pads 1) -> Relu.
inline Graph conv_relu() {
  using tensor::Type;
  Graph graph;
  graph.name = "conv_relu";
  const ValueId x = add_value(graph, "x", {Type::kFloat32, {1, 1, 4, 4}});
  const ValueId weights = add_value(graph, "w", {Type::kFloat32, {2, 1, 3, 3}});
  const ValueId bias = add_value(graph, "b", {Type::kFloat32, {2}});
  const ValueId sum = add_value(graph, "sum", {Type::kFloat32, {1, 2, 4, 4}});
  const ValueId y = add_value(graph, "y", {Type::kFloat32, {1, 2, 4, 4}});
  graph.values[weights.index()].constant =
      std::make_shared<tensor::Tensor>(floats({2, 1, 3, 3}, std::vector<float>(18, 1)));
  graph.values[bias.index()].constant = std::make_shared<tensor::Tensor>(floats({2}, {0, -100}));
  graph.nodes.push_back({"conv", Conv{{{3, 3}, {1, 1}, {1, 1}, {1, 1}, {1, 1}}, 1}, {x, weights, bias}, {sum}});
  graph.nodes.push_back({"relu", Clip{0, HUGE_VAL}, {sum}, {y}});
  graph.inputs = {x};
  graph.outputs = {y};
  return graph;
}

}  // namespace heddle::network
