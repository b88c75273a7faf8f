// A network: typed operators (operator.h) between tensors of known element type and shape. A value without hidden
// state: copy it, change it, verify it. Importers build it, the evaluator gives its meaning, the lowering reads it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/ids.h"
#include "compiler/base/result.h"
#include "compiler/network/operator.h"
#include "compiler/tensor/tensor.h"

namespace heddle::network {

using ValueId = Id<struct ValueTag>;
using NodeId = Id<struct NodeTag>;

struct TensorType {
  tensor::Type element = tensor::Type::kFloat32;
  Extents shape;

  /// Product of the extents.
  [[nodiscard]] std::int64_t elements() const;
  bool operator==(const TensorType&) const = default;
};

/// "float32[1,16,32,32]".
std::string to_string(const TensorType& type);

/// What integer codes mean: real = scale * (code - zero point).
struct Quantization {
  std::vector<float> scales;              ///< one, or one per element of `axis`
  std::vector<std::int64_t> zero_points;  ///< as many
  std::optional<std::int64_t> axis;       ///< only if there are several

  bool operator==(const Quantization&) const = default;
};

/// A tensor of the graph. It is an input of the graph, a constant, or the output of exactly one node.
struct Value {
  std::string name;  ///< unique, not empty
  TensorType type;
  std::shared_ptr<const tensor::Tensor> constant;  ///< never changed in place: copies of a graph share it
  /// Of integer values that a Quantize of constant scale made or a Dequantize of constant scale reads.
  std::optional<Quantization> quantization;
};

struct Node {
  std::string name;  ///< of the file, or made of the output's
  Operator op;
  std::vector<ValueId> inputs;  ///< in the order operator.h gives; an invalid id is an optional input left out
  std::vector<ValueId> outputs;
};

struct Graph {
  std::string name;
  std::vector<Value> values;
  std::vector<Node> nodes;  ///< in topological order
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;

  [[nodiscard]] const Value& value(ValueId id) const { return values[id.index()]; }
  [[nodiscard]] const Node& node(NodeId id) const { return nodes[id.index()]; }
};

/// Every invariant: ids in range, names unique, each value defined once and before its uses, constants of their type's
/// size, the outputs' types those that infer() gives, quantisations of the right length. The message names the node.
Status verify(const Graph& graph);

/// One line per input, constant, node and output.
std::string print(const Graph& graph);

/// The node that makes each value, invalid for inputs and constants; indexed by value.
std::vector<NodeId> producers(const Graph& graph);
/// The nodes that read each value, ascending, each once; indexed by value.
std::vector<std::vector<NodeId>> consumers(const Graph& graph);

/// Puts the nodes into topological order, keeping the given order where it is free. Fails on a cycle, naming its nodes.
Status sort_nodes(Graph& graph);
/// Removes nodes and values that no output needs (inputs stay); ids change.
void remove_unused(Graph& graph);

/// Multiply-accumulates of a node: convolutions, matrix products and attention (masked pairs too), the rest 0.
std::int64_t macs(const Graph& graph, const Node& node);
/// Elements of the node's constant inputs (weights, biases), each value counted once.
std::int64_t parameters(const Graph& graph, const Node& node);

}  // namespace heddle::network
