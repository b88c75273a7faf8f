// onnxruntime (npm, installed by scripts/setup) as a judge of whole networks.
#pragma once

#include <filesystem>
#include <string>

#include "compiler/base/result.h"
#include "compiler/network/evaluate.h"
#include "tests/support/onnxruntime.h"

namespace heddle::frontend {

/// What onnxruntime computes, as the file says or with all its optimisations.
Result<network::Tensors> run_onnxruntime(const std::filesystem::path& model, const network::Tensors& inputs,
                                         bool optimized = false);

/// Inputs in [-1, 1), the same for the same seed.
network::Tensors random_inputs(const network::Graph& graph, std::uint64_t seed);

/// The largest difference of two float tensors of one shape, relative to the second's largest magnitude; infinite if
/// the shapes differ or a value is not a number.
double relative_difference(const tensor::Tensor& ours, const tensor::Tensor& theirs);

}  // namespace heddle::frontend
