/* Inclusive prefix sum.
 * Source: textbook scan.
 * Shape: n int32, at most 512. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t prefix_sum(int n HEDDLE_RANGE(0, 512), const int32_t in[restrict static 512] HEDDLE_RANGE(-1000000, 1000000),
                   int32_t out[restrict static 512]) {
  int32_t sum = 0;
  for (int i = 0; i < n; i++) {
    sum += in[i];
    out[i] = sum;
  }
  return sum;
}
