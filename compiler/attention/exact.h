// Attention in double precision, from the mask's definition: what every other model is measured against.
#pragma once

#include "compiler/attention/mask.h"
#include "compiler/attention/streams.h"
#include "compiler/numerics/format.h"

namespace heddle::attention {

/// softmax(scale * q k^T) v over the keys that mask.sees() shows, by query head and row; 0 for a row that sees none.
/// What a code of `format` means, times `unit`, is what is computed with.
std::vector<double> exact_attention(const Mask& mask, const Inputs& inputs, const numerics::ScalarFormat& format,
                                    double scale, double unit = 1);

/// How far outputs are from them.
struct OutputError {
  double relative_rms = 0;  ///< ||outputs - exact|| / ||exact||
  double largest = 0;       ///< the largest difference
  std::int64_t not_finite = 0;
};
OutputError error_of(const Operand& outputs, const numerics::ScalarFormat& format, double unit,
                     const std::vector<double>& exact);

/// Independent Gaussian codes for a workload: values of deviation 1, and queries and keys so that scaled scores have
/// the deviation `logits`. `unit` is what a code of an integer format is worth; 1 for floats.
Inputs random_inputs(const Workload& workload, const numerics::ScalarFormat& format, double logits, double unit,
                     std::uint64_t seed);

/// Integers of 8 bits hold a deviation of 32 codes.
double unit_of(const numerics::ScalarFormat& format);

}  // namespace heddle::attention
