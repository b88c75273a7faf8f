/* The two products of BiCG, row by row.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n x n, at most 16 x 16. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void bicg_rows(int n HEDDLE_RANGE(0, 16), const int32_t a[restrict static 256] HEDDLE_RANGE(-1000, 1000),
               const int32_t p[restrict static 16] HEDDLE_RANGE(-1000, 1000),
               const int32_t r[restrict static 16] HEDDLE_RANGE(-1000, 1000), int32_t q[restrict static 16],
               int32_t s[restrict static 16]) {
  for (int i = 0; i < n; i++) {
    int32_t along = 0;
    int32_t ri = r[i];
    for (int j = 0; j < n; j++) {
      along += a[i * n + j] * p[j];
      s[j] += ri * a[i * n + j];
    }
    q[i] = along;
  }
}
