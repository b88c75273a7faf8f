/* Graph network, combination of two inputs followed by a rectifier.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n outputs, at most 64. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void combine_relu(int n HEDDLE_RANGE(0, 64), int bias HEDDLE_RANGE(-100, 100),
                  const int32_t x[restrict static 64] HEDDLE_RANGE(-1000, 1000),
                  const int32_t y[restrict static 64] HEDDLE_RANGE(-1000, 1000),
                  const int32_t w[restrict static 64] HEDDLE_RANGE(-1000, 1000), int32_t out[restrict static 64]) {
  for (int i = 0; i < n; i++) {
    int32_t v = x[i] * w[i] + y[i] * w[i] + bias;
    out[i] = v > 0 ? v : 0;
  }
}
