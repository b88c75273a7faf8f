// Operators on integer codes: what Quantize and Dequantize around a float operator become (to_integer.h), so that a
// quantised layer has no float. Every result is exact or rounded once; to_integer() proves that no sum or
// product of a requantisation leaves int32.
#pragma once

#include <cstdint>

#include "compiler/network/window.h"
#include "compiler/tensor/tensor.h"

namespace heddle::network {

/// int32 sums of (x - x_zero) * w over the window, plus the bias; pads add nothing. Inputs: x [N,C,...] int8 or uint8,
/// weights [M,C/groups,kernel...] int8, optional bias [M] int32.
struct IntegerConv {
  Window window;
  std::int64_t groups = 1;
  std::int64_t x_zero = 0;

  bool operator==(const IntegerConv&) const = default;
};

/// int32 sums of (a - a_zero) * (b - b_zero) over the shared axis, plus the bias. Inputs: A [...,M,K] and B [...,K,N]
/// int8 or uint8, batches broadcast; optional bias [N] int32.
struct IntegerMatMul {
  std::int64_t a_zero = 0;
  std::int64_t b_zero = 0;

  bool operator==(const IntegerMatMul&) const = default;
};

/// int32 sums of (x - x_zero) over the window of each channel; pads add nothing. The sums of an average pool.
struct WindowSum {
  Window window;
  std::int64_t x_zero = 0;

  bool operator==(const WindowSum&) const = default;
};

/// clamp(round_half_even(x * multiplier / 2^shift) + zero_point, low, high): numerics::requantize. Inputs: x int32, a
/// positive multiplier int32, a scalar or one per element of `axis`.
struct Requantize {
  tensor::Type to = tensor::Type::kInt8;
  std::int64_t axis = 1;
  int shift = 0;  ///< 0 to 31
  std::int64_t zero_point = 0;
  std::int64_t low = -128;
  std::int64_t high = 127;

  bool operator==(const Requantize&) const = default;
};

/// clamp(round_half_even(((a - a_zero) * a_multiplier + (b - b_zero) * b_multiplier) / 2^shift) + zero_point, low,
/// high). Inputs: codes; shapes broadcast as NumPy's.
struct IntegerAdd {
  tensor::Type to = tensor::Type::kInt8;
  std::int64_t a_zero = 0;
  std::int64_t b_zero = 0;
  std::int64_t a_multiplier = 1;  ///< any sign, so that differences are sums
  std::int64_t b_multiplier = 1;
  int shift = 0;
  std::int64_t zero_point = 0;
  std::int64_t low = -128;
  std::int64_t high = 127;

  bool operator==(const IntegerAdd&) const = default;
};

/// clamp(round_half_even((a - a_zero) * (b - b_zero) * multiplier / 2^shift) + zero_point, low, high). Inputs: codes;
/// shapes broadcast as NumPy's.
struct IntegerMultiply {
  tensor::Type to = tensor::Type::kInt8;
  std::int64_t a_zero = 0;
  std::int64_t b_zero = 0;
  std::int64_t multiplier = 1;  ///< positive
  int shift = 0;
  std::int64_t zero_point = 0;
  std::int64_t low = -128;
  std::int64_t high = 127;

  bool operator==(const IntegerMultiply&) const = default;
};

/// table[x - least code of x's type]. Inputs: x int8 or uint8, table [256] of any 8-bit type: every function of one
/// code, exactly.
struct Lookup {
  bool operator==(const Lookup&) const = default;
};

}  // namespace heddle::network
