/* General matrix multiplication in single precision: c = a * b.
 * Source: BLAS level 3 (Dongarra et al. 1990), textbook triple loop; C's own float operators, rounded after each.
 * Shape: a is m x k, b is k x n, c is m x n, all row-major, each at most 16 x 16. */
#include "heddle/kernel.h"

HEDDLE_KERNEL
void gemm_fp32(int m HEDDLE_RANGE(0, 16), int n HEDDLE_RANGE(0, 16), int k HEDDLE_RANGE(0, 16),
               const float a[restrict static 256], const float b[restrict static 256], float c[restrict static 256]) {
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      float sum = 0;
      for (int p = 0; p < k; p++) sum += a[i * k + p] * b[p * n + j];
      c[i * n + j] = sum;
    }
  }
}
