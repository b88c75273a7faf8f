// Attention that exporters wrote by its parts.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/network/graph.h"

namespace heddle::network {

/// A Softmax that stayed, and why.
struct AttentionRemainder {
  std::string node;
  std::string reason;
};

/// MatMul, a constant factor (or divisor) before or behind the mask, a constant mask (a sum with 0 and large negative
/// numbers, or Where), Softmax over the last axis, MatMul become one Attention operator. Rounding between them (a
/// Quantize and its Dequantize) goes: what the operator computes inside has no codes. Values between them that others
/// read keep the parts apart, and so does a row that the mask leaves without keys, if the mask is a sum of finite
/// numbers: softmax would then see them all.
/// `claim` may set the operator's kernel, or refuse the operator by the reason it returns.
struct AttentionCandidate {
  TensorType queries;
  TensorType keys;
  TensorType values;
  const tensor::Tensor* mask = nullptr;  ///< bool, broadcast to the scores; null: none
};
using ClaimAttention = std::function<std::string(const AttentionCandidate& candidate, Attention& op)>;
std::vector<AttentionRemainder> fuse_attention(Graph& graph, const ClaimAttention& claim = {});

}  // namespace heddle::network
