/* General matrix multiplication, int8 by int8 into int32: c = a * b.
 * Source: the inner kernel of quantised inference (gemmlowp, CMSIS-NN); textbook triple loop.
 * Shape: a is m x k, b is k x n, c is m x n, all row-major, each at most 16 x 16. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void gemm(int m HEDDLE_RANGE(0, 16), int n HEDDLE_RANGE(0, 16), int k HEDDLE_RANGE(0, 16),
          const int8_t a[restrict static 256], const int8_t b[restrict static 256], int32_t c[restrict static 256]) {
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      int32_t sum = 0;
      for (int p = 0; p < k; p++) sum += a[i * k + p] * b[p * n + j];
      c[i * n + j] = sum;
    }
  }
}
