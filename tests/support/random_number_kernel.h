// Random C kernels that compute with float and the types of heddle/numbers.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace heddle {

/// C11 source with one HEDDLE_KERNEL function `kernel`: recurrences in float and in codes, predicated stores, all
/// functions of two of `formats` drawn at random, conversions, comparisons. Without undefined behaviour, and without a
/// way to tell one NaN from another.
std::string random_number_kernel(std::uint64_t seed, const std::vector<std::string>& formats = {
                                                         "fp16", "bf16", "e4m3", "e5m2", "e3m2", "e2m3", "e2m1"});

}  // namespace heddle
