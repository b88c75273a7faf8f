/* Second-order recursive filter, direct form I, in Q14.
 * Source: CMSIS-DSP arm_biquad_cascade_df1_q15 (one section); a recurrence of distance one and two.
 * Shape: n int16 samples, at most 256. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void biquad(int n HEDDLE_RANGE(0, 256), int16_t b0 HEDDLE_RANGE(-8000, 8000), int16_t b1 HEDDLE_RANGE(-8000, 8000),
            int16_t b2 HEDDLE_RANGE(-8000, 8000), int16_t a1 HEDDLE_RANGE(-8000, 8000),
            int16_t a2 HEDDLE_RANGE(-8000, 8000), const int16_t x[restrict static 256], int16_t y[restrict static 256]) {
  int32_t x1 = 0, x2 = 0, y1 = 0, y2 = 0;
  for (int i = 0; i < n; i++) {
    int32_t acc = (b0 * x[i] + b1 * x1 + b2 * x2 + a1 * y1 + a2 * y2) >> 14;
    x2 = x1;
    x1 = x[i];
    y2 = y1;
    y1 = acc > 32767 ? 32767 : acc < -32768 ? -32768 : acc;
    y[i] = (int16_t)y1;
  }
}
