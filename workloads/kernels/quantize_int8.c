/* Scales single-precision values, rounds them half away from zero, and clamps them to symmetric 8-bit integers.
 * Source: per-tensor symmetric quantisation (Jacob et al. 2018).
 * Shape: n elements, at most 128; |x * scale| < 2^31, beyond which C does not define the conversion. */
#include <math.h>
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void quantize_int8(int n HEDDLE_RANGE(0, 128), float scale HEDDLE_RANGE(0.5, 40),
                   const float x[restrict static 128] HEDDLE_RANGE(-6, 6), int8_t q[restrict static 128]) {
  for (int i = 0; i < n; i++) {
    const float scaled = x[i] * scale;
    const int32_t rounded = (int32_t)(scaled + copysignf(0.5f, scaled));
    q[i] = (int8_t)(rounded < -127 ? -127 : rounded > 127 ? 127 : rounded);
  }
}
