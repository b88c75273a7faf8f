/* Matrix by vector: y = a * x.
 * Source: textbook.
 * Shape: a is rows x columns, row-major, at most 32 x 32; int16 in, int32 out. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void matvec(int rows HEDDLE_RANGE(0, 32), int columns HEDDLE_RANGE(0, 32),
            const int16_t a[restrict static 1024] HEDDLE_RANGE(-8000, 8000),
            const int16_t x[restrict static 32] HEDDLE_RANGE(-8000, 8000), int32_t y[restrict static 32]) {
  for (int i = 0; i < rows; i++) {
    int32_t sum = 0;
    for (int j = 0; j < columns; j++) sum += a[i * columns + j] * x[j];
    y[i] = sum;
  }
}
