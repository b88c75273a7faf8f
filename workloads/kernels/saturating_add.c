/* Elementwise addition of int16 with saturation.
 * Source: the qadd16 loop of fixed-point libraries (CMSIS-DSP arm_add_q15).
 * Shape: n int16 elements, at most 512. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void saturating_add(int n HEDDLE_RANGE(0, 512), const int16_t a[restrict static 512],
                    const int16_t b[restrict static 512], int16_t c[restrict static 512]) {
  for (int i = 0; i < n; i++) {
    int32_t sum = a[i] + b[i];
    if (sum > INT16_MAX) sum = INT16_MAX;
    if (sum < INT16_MIN) sum = INT16_MIN;
    c[i] = (int16_t)sum;
  }
}
