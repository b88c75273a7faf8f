/* One output of a 1-D convolution, rounded and scaled.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n taps, at most 64, from any of 64 places. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t conv(int n HEDDLE_RANGE(0, 64), int at HEDDLE_RANGE(0, 63),
             const int16_t x[restrict static 128] HEDDLE_RANGE(-1000, 1000),
             const int16_t w[restrict static 64] HEDDLE_RANGE(-1000, 1000)) {
  int32_t sum = 0;
  for (int i = 0; i < n; i++) sum += (x[at + i] * w[n - 1 - i] + 8) >> 4;
  return sum;
}
