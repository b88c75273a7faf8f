/* Dot product.
 * Source: textbook.
 * Shape: n int16, at most 256, into an int32. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t dot_product(int n HEDDLE_RANGE(0, 256), const int16_t a[restrict static 256] HEDDLE_RANGE(-2500, 2500),
                    const int16_t b[restrict static 256] HEDDLE_RANGE(-2500, 2500)) {
  int32_t sum = 0;
  for (int i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}
