// Attention that exporters wrote by its parts.
#pragma once

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
std::vector<AttentionRemainder> fuse_attention(Graph& graph);

}  // namespace heddle::network
