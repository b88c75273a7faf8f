/* Matrix multiplication with 2:4 sparse weights: c = a * transposed b, of which each row keeps two of four weights.
 * Source: the sparsity of NVIDIA's sparse tensor cores (Mishra et al. 2021), with a byte of indices for eight weights.
 * Shape: a is m x 8 k int8 (2 k words a row); b is n x k words of the four weights that eight keep, and n x k bytes that
 * say which (two bits each); c is m x n. m and n at most 16, k at most 2. */
#include "heddle/kernel.h"

HEDDLE_KERNEL
void gemm_s8_sparse(int m HEDDLE_RANGE(0, 16), int n HEDDLE_RANGE(0, 16), int k HEDDLE_RANGE(0, 2),
                    const heddle_s8x4 a[restrict static 64], const heddle_s8x4 b[restrict static 32],
                    const uint8_t index[restrict static 32], int32_t c[restrict static 256]) {
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      int32_t sum = 0;
      for (int p = 0; p < k; p++) {
        const heddle_s8x4 kept =
            heddle_b8_pick(a[2 * (i * k + p)], a[2 * (i * k + p) + 1], index[j * k + p]);
        sum = heddle_s8_dot(kept, b[j * k + p], sum);
      }
      c[i * n + j] = sum;
    }
  }
}
