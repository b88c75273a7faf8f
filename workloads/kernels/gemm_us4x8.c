/* General matrix multiplication, unsigned int4 by signed int4 into int32, eight elements in a word: c = a * transposed b.
 * Source: as gemm.c; activations after a ReLU and weights of 4 bits.
 * Shape: a is m x k words, b is n x k words, c is m x n, all row-major; m and n at most 16, k at most 2. */
#include "heddle/kernel.h"

HEDDLE_KERNEL
void gemm_us4x8(int m HEDDLE_RANGE(0, 16), int n HEDDLE_RANGE(0, 16), int k HEDDLE_RANGE(0, 2),
                const heddle_u4x8 a[restrict static 32], const heddle_s4x8 b[restrict static 32],
                int32_t c[restrict static 256]) {
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      int32_t sum = 0;
      for (int p = 0; p < k; p++) sum = heddle_us4_dot(a[i * k + p], b[j * k + p], sum);
      c[i * n + j] = sum;
    }
  }
}
