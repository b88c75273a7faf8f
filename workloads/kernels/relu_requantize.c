/* ReLU and requantisation: int32 accumulators to int8 by a fixed-point multiplier with rounding.
 * Source: quantised inference (Jacob et al. 2018), with a 16-bit multiplier so that 32-bit products suffice.
 * Shape: n accumulators, at most 256. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void relu_requantize(int n HEDDLE_RANGE(0, 256), int32_t multiplier HEDDLE_RANGE(1, 16383),
                     int32_t shift HEDDLE_RANGE(1, 24), int32_t zero_point HEDDLE_RANGE(-128, 127),
                     const int32_t acc[restrict static 256] HEDDLE_RANGE(-65536, 65536),
                     int8_t out[restrict static 256]) {
  for (int i = 0; i < n; i++) {
    int32_t x = acc[i] > 0 ? acc[i] : 0;
    int32_t scaled = ((x * multiplier + (1 << (shift - 1))) >> shift) + zero_point;
    if (scaled < -128) scaled = -128;
    if (scaled > 127) scaled = 127;
    out[i] = (int8_t)scaled;
  }
}
