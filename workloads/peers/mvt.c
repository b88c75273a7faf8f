/* Two products of a matrix with vectors, one of them transposed, side by side.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n x n, at most 16 x 16. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void mvt(int n HEDDLE_RANGE(0, 16), const int32_t a[restrict static 256] HEDDLE_RANGE(-1000, 1000),
         const int32_t y1[restrict static 16] HEDDLE_RANGE(-1000, 1000),
         const int32_t y2[restrict static 16] HEDDLE_RANGE(-1000, 1000), int32_t x1[restrict static 16],
         int32_t x2[restrict static 16]) {
  for (int i = 0; i < n; i++) {
    int32_t s1 = x1[i];
    int32_t s2 = x2[i];
    for (int j = 0; j < n; j++) {
      s1 += a[i * n + j] * y1[j];
      s2 += a[j * n + i] * y2[j];
    }
    x1[i] = s1;
    x2[i] = s2;
  }
}
