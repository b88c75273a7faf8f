/* Rectifier with a bias.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n words, at most 128. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void relu(int n HEDDLE_RANGE(0, 128), int bias HEDDLE_RANGE(-50, 50),
          const int32_t in[restrict static 128] HEDDLE_RANGE(-1000, 1000), int32_t out[restrict static 128]) {
  for (int i = 0; i < n; i++) {
    int32_t v = in[i] + bias;
    out[i] = v > 0 ? v : 0;
  }
}
