/* One output of a finite impulse response filter.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n taps, at most 128. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t fir(int n HEDDLE_RANGE(0, 128), const int32_t x[restrict static 128] HEDDLE_RANGE(-1000, 1000),
            const int32_t h[restrict static 128] HEDDLE_RANGE(-1000, 1000)) {
  int32_t sum = 0;
  for (int i = 0; i < n; i++) sum += x[i] * h[i];
  return sum;
}
