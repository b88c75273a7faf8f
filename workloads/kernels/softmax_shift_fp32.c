/* The first two passes of a softmax in single precision: the maximum, then the shifted values and their sum of squares.
 * Source: the stable softmax (Goodfellow et al., Deep Learning, 4.1); the exponential in between stays with the host.
 * Shape: n elements, at most 128; returns the sum. */
#include <math.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
float softmax_shift_fp32(int n HEDDLE_RANGE(1, 128), const float x[restrict static 128],
                         float shifted[restrict static 128]) {
  float most = x[0];
  for (int i = 1; i < n; i++) most = fmaxf(most, x[i]);
  float sum = 0;
  for (int i = 0; i < n; i++) {
    const float value = x[i] - most;
    shifted[i] = value;
    sum = fmaf(value, value, sum);
  }
  return sum;
}
