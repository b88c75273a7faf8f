/* General matrix multiplication, int8 by int8 into int32, four elements in a word: c = a * transposed b.
 * Source: as gemm.c; the layout of quantised inference, where both factors lie along the sum.
 * Shape: a is m x k words, b is n x k words, c is m x n, all row-major; m and n at most 16, k at most 4. */
#include "heddle/kernel.h"

HEDDLE_KERNEL
void gemm_s8x4(int m HEDDLE_RANGE(0, 16), int n HEDDLE_RANGE(0, 16), int k HEDDLE_RANGE(0, 4),
               const heddle_s8x4 a[restrict static 64], const heddle_s8x4 b[restrict static 64],
               int32_t c[restrict static 256]) {
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      int32_t sum = 0;
      for (int p = 0; p < k; p++) sum = heddle_s8_dot(a[i * k + p], b[j * k + p], sum);
      c[i * n + j] = sum;
    }
  }
}
