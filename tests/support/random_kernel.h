// Random C kernels with defined behaviour, to be compiled natively and for the array, and compared.
#pragma once

#include <cstdint>
#include <string>

namespace heddle {

struct RandomKernelOptions {
  int statements = 6;  ///< in the loop body, before nesting
  int expression_depth = 3;
  bool restrict_pointers = true;
  bool nested = false;  ///< a nest of two loops with code around the inner one
  bool divisions = false;
};

/// C11 source with one HEDDLE_KERNEL function `kernel`. Free of undefined behaviour when compiled with -fwrapv: indices
/// stay in their buffers for every n in the declared range, shift counts are masked, divisors are positive. It has
/// run-time trip counts, recurrences, predicated stores, dependences through memory at several distances, indirect
/// accesses, and all integer types up to 32 bits.
std::string random_kernel(std::uint64_t seed, const RandomKernelOptions& options);

/// Options that vary with the seed over everything above.
RandomKernelOptions random_kernel_options(std::uint64_t seed);

}  // namespace heddle
