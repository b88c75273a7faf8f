/* Elementwise addition.
 * Source: the first loop of every tutorial.
 * Shape: n int32 elements, at most 512. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void vector_add(int n HEDDLE_RANGE(0, 512), const int32_t a[restrict static 512] HEDDLE_RANGE(-1000000000, 1000000000),
                const int32_t b[restrict static 512] HEDDLE_RANGE(-1000000000, 1000000000),
                int32_t c[restrict static 512]) {
  for (int i = 0; i < n; i++) c[i] = a[i] + b[i];
}
