/* Rectifier and histogram of its results in one loop.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n words, at most 256, in 128 classes. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void relu_histogram(int n HEDDLE_RANGE(0, 256), const int32_t in[restrict static 256] HEDDLE_RANGE(-128, 127),
                    int32_t out[restrict static 256],
                    int32_t count[restrict static 128] HEDDLE_RANGE(0, 1000)) {
  for (int i = 0; i < n; i++) {
    int32_t v = in[i] > 0 ? in[i] : 0;
    out[i] = v;
    count[v & 127]++;
  }
}
