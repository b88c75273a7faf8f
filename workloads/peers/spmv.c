/* One row of a sparse matrix by a vector.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n entries, at most 64; columns below 64. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t spmv_row(int n HEDDLE_RANGE(0, 64), const uint8_t column[restrict static 64] HEDDLE_RANGE(0, 63),
                 const int32_t value[restrict static 64] HEDDLE_RANGE(-1000, 1000),
                 const int32_t x[restrict static 64] HEDDLE_RANGE(-1000, 1000)) {
  int32_t sum = 0;
  for (int i = 0; i < n; i++) sum += value[i] * x[column[i]];
  return sum;
}
