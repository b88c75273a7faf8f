/* Layer normalisation, first pass: sum and sum of squares of each row.
 * Source: Ba et al. 2016; the integer part of quantised transformers.
 * Shape: rows x columns int8, at most 16 x 64. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void layernorm_sums(int rows HEDDLE_RANGE(0, 16), int columns HEDDLE_RANGE(0, 64), const int8_t x[restrict static 1024],
                    int32_t sum[restrict static 16], int32_t square[restrict static 16]) {
  for (int i = 0; i < rows; i++) {
    int32_t s = 0;
    int32_t q = 0;
    for (int j = 0; j < columns; j++) {
      int32_t v = x[i * columns + j];
      s += v;
      q += v * v;
    }
    sum[i] = s;
    square[i] = q;
  }
}
