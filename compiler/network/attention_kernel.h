// Who computes an Attention operator, if it is not the float evaluator.
#pragma once

#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/tensor/tensor.h"

namespace heddle::network {

/// Implementations stand in higher rooms: accelerators that have taken the operator.
class AttentionKernel {
 public:
  virtual ~AttentionKernel() = default;
  /// Operands as the operator has them, without the mask, which the kernel knows; `result` has its type.
  virtual Status run(const std::vector<const tensor::Tensor*>& operands, tensor::Tensor& result) const = 0;
  /// Where it runs, which mask it has, what it takes: for reports.
  [[nodiscard]] virtual std::string describe() const = 0;
};

}  // namespace heddle::network
