// 2^x and 1/x as the hardware computes them: piecewise linear between exact table entries, then rounded once.
//
// fp_exp2.sv and fp_recip.sv of rtl/arithmetic are the same functions, bit for bit. Both interpolate along chords of a
// convex function, so before rounding the result is never below the true value, apart from the roundings named below:
//   exp2   x is truncated toward zero to 2^-(Y + 4); table entries have Y + 4 fractional bits, rounded to nearest. The
//   chord is above
//          2^x by at most ln(2)^2 / 8 / segments^2 = 0.0601 / segments^2 of it. Exact for integers x; monotone.
//   recip  table entries have Y + 4 fractional bits, rounded to nearest. The chord is above 1/x by at most 0.25 /
//   segments^2 of it.
//          Exact for powers of two.
// Largest errors of the rounded result, over all inputs with a finite result, in units of the last place of a normal
// result / in smallest subnormals (0.5 would be correct rounding); measured against MPFR by
// tests/arithmetic/float/elementary_error_test.cpp:
//   segments      8              16             32             64             128
//   exp2   fp16   2.326 / 1.414  1.024 / 0.608  0.678 / 0.530  0.605 / 0.501
//   exp2   bf16   0.731 / 0.510  0.592 / 0.510  0.575 / 0.510
//   recip  fp16                  2.292 / 1.356  0.901 / 0.722  0.620 / 0.542  0.555 / 0.524
//   recip  bf16                  0.624 / 0.544  0.551 / 0.515  0.551 / 0.519
// fp32: the bounds of the chords above plus 1.3 * 2^-24, so 1.0e-6 and 3.9e-6 with 256 segments.
#pragma once

#include "compiler/numerics/format.h"
#include "compiler/numerics/value.h"

namespace heddle::numerics {

/// 2^x. NaN gives NaN, +inf +inf, -inf +0, zeros 1; overflow as `encode` has it, small results are subnormal, then 0.
/// `format` is signed, with subnormals; `segments` is a power of two of 2 .. min(256, 2^(Y + 3)).
Code exp2_pwl(const FloatFormat& format, Code x, int segments, Overflow overflow = Overflow::kIeee);

/// 1/x. NaN gives NaN, zeros give infinity of their sign (what `encode` makes of it) and infinities zero.
/// `format` is signed, with subnormals; `segments` is a power of two of 2 .. min(256, 2^(Y - 1)).
Code recip_pwl(const FloatFormat& format, Code x, int segments, Overflow overflow = Overflow::kIeee);

}  // namespace heddle::numerics
