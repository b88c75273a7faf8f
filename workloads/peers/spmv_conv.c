/* A row of a sparse product and a convolution in one loop.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n entries, at most 64. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t spmv_conv(int n HEDDLE_RANGE(0, 64), const uint8_t column[restrict static 64] HEDDLE_RANGE(0, 63),
                  const int32_t value[restrict static 64] HEDDLE_RANGE(-1000, 1000),
                  const int32_t x[restrict static 64] HEDDLE_RANGE(-1000, 1000),
                  const int16_t in[restrict static 64] HEDDLE_RANGE(-1000, 1000),
                  const int16_t w[restrict static 64] HEDDLE_RANGE(-1000, 1000)) {
  int32_t sparse = 0;
  int32_t dense = 0;
  for (int i = 0; i < n; i++) {
    sparse += value[i] * x[column[i]];
    dense += (in[i] * w[i] + 8) >> 4;
  }
  return sparse ^ dense;
}
