/* Sparse matrix by vector, compressed sparse rows.
 * Source: textbook CSR (Saad, Iterative Methods); row i has the entries row[i] to row[i + 1] - 1.
 * Shape: at most 32 rows, 32 columns and 256 entries. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void spmv(int rows HEDDLE_RANGE(0, 32), const uint16_t row[restrict static 33] HEDDLE_RANGE(0, 256),
          const uint8_t column[restrict static 256] HEDDLE_RANGE(0, 31),
          const int16_t value[restrict static 256] HEDDLE_RANGE(-2000, 2000),
          const int16_t x[restrict static 32] HEDDLE_RANGE(-2000, 2000), int32_t y[restrict static 32]) {
  for (int i = 0; i < rows; i++) {
    int32_t sum = 0;
    for (int j = row[i]; j < row[i + 1]; j++) sum += value[j] * x[column[j]];
    y[i] = sum;
  }
}
