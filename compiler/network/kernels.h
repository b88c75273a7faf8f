// What each kind of operator computes. Results are allocated, of the types that infer() gives, and zero.
#pragma once

#include <vector>

#include "compiler/base/result.h"
#include "compiler/network/operator.h"
#include "compiler/tensor/elements.h"

namespace heddle::network {

using Operands = std::vector<const tensor::Tensor*>;
using Results = std::vector<tensor::Tensor>;

/// The operand, or null if it was left out.
inline const tensor::Tensor* optional(const Operands& in, std::size_t index) {
  return index < in.size() ? in[index] : nullptr;
}

Status run(const Conv& op, const Operands& in, Results& out);
Status run(const ConvTranspose& op, const Operands& in, Results& out);
Status run(const Gemm& op, const Operands& in, Results& out);
Status run(const MatMul& op, const Operands& in, Results& out);
Status run(const Pool& op, const Operands& in, Results& out);
Status run(const Reduce& op, const Operands& in, Results& out);
Status run(const ArgExtreme& op, const Operands& in, Results& out);
Status run(const BatchNormalization& op, const Operands& in, Results& out);
Status run(const InstanceNormalization& op, const Operands& in, Results& out);
Status run(const LayerNormalization& op, const Operands& in, Results& out);
Status run(const Softmax& op, const Operands& in, Results& out);
Status run(const Attention& op, const Operands& in, Results& out);
Status run(const Clip& op, const Operands& in, Results& out);
Status run(const Unary& op, const Operands& in, Results& out);
Status run(const Binary& op, const Operands& in, Results& out);
Status run(const Select& op, const Operands& in, Results& out);
Status run(const Cast& op, const Operands& in, Results& out);
Status run(const Quantize& op, const Operands& in, Results& out);
Status run(const Dequantize& op, const Operands& in, Results& out);
Status run(const EncodeFloat& op, const Operands& in, Results& out);
Status run(const DecodeFloat& op, const Operands& in, Results& out);
Status run(const Concat& op, const Operands& in, Results& out);
Status run(const Split& op, const Operands& in, Results& out);
Status run(const Slice& op, const Operands& in, Results& out);
Status run(const Gather& op, const Operands& in, Results& out);
Status run(const Reshape& op, const Operands& in, Results& out);
Status run(const Transpose& op, const Operands& in, Results& out);
Status run(const Expand& op, const Operands& in, Results& out);
Status run(const Tile& op, const Operands& in, Results& out);
Status run(const Pad& op, const Operands& in, Results& out);
Status run(const Resize& op, const Operands& in, Results& out);
Status run(const IntegerConv& op, const Operands& in, Results& out);
Status run(const IntegerMatMul& op, const Operands& in, Results& out);
Status run(const WindowSum& op, const Operands& in, Results& out);
Status run(const Requantize& op, const Operands& in, Results& out);
Status run(const IntegerAdd& op, const Operands& in, Results& out);
Status run(const IntegerMultiply& op, const Operands& in, Results& out);
Status run(const Lookup& op, const Operands& in, Results& out);

}  // namespace heddle::network
