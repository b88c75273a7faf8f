/* The kernel of the BiCGStab solver: s = a^T * r and q = a * p in one pass.
 * Source: PolyBench 4.2 linear-algebra/kernels/bicg, on integers.
 * Shape: a is n x m, at most 24 x 24. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void bicg(int n HEDDLE_RANGE(0, 24), int m HEDDLE_RANGE(0, 24),
          const int32_t a[restrict static 576] HEDDLE_RANGE(-1000, 1000),
          const int32_t p[restrict static 24] HEDDLE_RANGE(-1000, 1000),
          const int32_t r[restrict static 24] HEDDLE_RANGE(-1000, 1000), int32_t s[restrict static 24],
          int32_t q[restrict static 24]) {
  for (int j = 0; j < m; j++) s[j] = 0;
  for (int i = 0; i < n; i++) {
    q[i] = 0;
    for (int j = 0; j < m; j++) {
      s[j] = s[j] + r[i] * a[i * m + j];
      q[i] = q[i] + a[i * m + j] * p[j];
    }
  }
}
