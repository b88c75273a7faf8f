// Layers with seeded weights, chained onto a graph.
#pragma once

#include <string>

#include "compiler/base/random.h"
#include "compiler/network/builder.h"

namespace heddle::workloads {

using network::Extents;
using network::ValueId;

/// Window of a layer: kernel, stride and pads of both axes.
struct Square {
  std::int64_t kernel = 3;
  std::int64_t stride = 1;
  std::int64_t pad = 1;
};

/// Makes networks that are sound by construction: an error of the builder is a defect here (HEDDLE_CHECK).
///
/// Weights are normal with variance 2 / (inputs of one result), the sum of twelve uniform numbers: no function of libm
/// takes part, so the bytes are the same on every machine.
class Layers {
 public:
  Layers(const std::string& name, std::uint64_t seed) : builder_(name), random_(seed) {}

  ValueId input(const std::string& name, Extents shape);
  ValueId conv(ValueId x, std::int64_t filters, Square square, std::int64_t groups = 1, bool bias = false);
  ValueId conv(ValueId x, std::int64_t filters, const network::Window& window, std::int64_t groups = 1,
               bool bias = false);
  ValueId depthwise(ValueId x, Square square) { return conv(x, channels(x), square, channels(x)); }
  ValueId batch_norm(ValueId x);
  ValueId relu(ValueId x);
  ValueId relu6(ValueId x);
  ValueId max_pool(ValueId x, Square square);
  /// Mean over the spatial axes, as [N,C].
  ValueId global_average(ValueId x);
  ValueId flatten(ValueId x);
  /// Gemm with bias on [N,inputs].
  ValueId dense(ValueId x, std::int64_t outputs);
  /// MatMul with bias on [...,inputs].
  ValueId linear(ValueId x, std::int64_t outputs);
  ValueId layer_norm(ValueId x);
  ValueId softmax(ValueId x, std::int64_t axis);
  ValueId add(ValueId a, ValueId b);
  ValueId multiply(ValueId a, ValueId b);
  ValueId matmul(ValueId a, ValueId b);
  ValueId reshape(ValueId x, Extents shape);
  ValueId transpose(ValueId x, Extents permutation);
  ValueId gelu(ValueId x);
  ValueId concat(ValueId a, ValueId b, std::int64_t axis);
  /// One element of an axis, which goes away.
  ValueId select(ValueId x, std::int64_t axis, std::int64_t index);
  /// Multi-head self-attention on [N,tokens,width]; `mask` ([tokens,tokens], added to the scores) may be invalid.
  ValueId attention(ValueId x, std::int64_t heads, ValueId mask = {});
  ValueId constant(const std::string& name, tensor::Tensor tensor) {
    return builder_.constant(name, std::move(tensor));
  }
  ValueId scalar(const std::string& name, float value);
  /// Normal numbers of this deviation.
  ValueId weights(const std::string& name, Extents shape, double deviation);

  [[nodiscard]] const Extents& shape(ValueId x) const { return builder_.value(x).type.shape; }
  [[nodiscard]] std::int64_t channels(ValueId x) const { return shape(x)[1]; }
  /// The graph with this one output, under this name.
  Result<network::Graph> finish(ValueId output, const std::string& name);

 private:
  ValueId node(network::Operator op, std::vector<ValueId> inputs, const std::string& name);
  ValueId uniform(const std::string& name, std::int64_t count, double low, double high);
  std::string numbered(const std::string& kind);

  network::Builder builder_;
  Random random_;
  std::map<std::string, int> counts_;
};

}  // namespace heddle::workloads
