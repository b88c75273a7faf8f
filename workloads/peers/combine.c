/* Graph network, combination: two features by two weights, summed over inputs.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n inputs, at most 64. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void combine(int n HEDDLE_RANGE(0, 64), const int32_t x[restrict static 64] HEDDLE_RANGE(-1000, 1000),
             const int32_t w0[restrict static 64] HEDDLE_RANGE(-1000, 1000),
             const int32_t w1[restrict static 64] HEDDLE_RANGE(-1000, 1000), int32_t out[restrict static 2]) {
  int32_t s0 = out[0];
  int32_t s1 = out[1];
  for (int i = 0; i < n; i++) {
    s0 += x[i] * w0[i];
    s1 += x[i] * w1[i];
  }
  out[0] = s0;
  out[1] = s1;
}
