/* Matrix multiplication of fp16 matrices with an fp32 accumulator: c = a * b.
 * Source: the mixed-precision product of tensor cores (Markidis et al. 2018); each step is one fused multiply-accumulate.
 * Shape: a is m x k, b is k x n in fp16, c is m x n in fp32, all row-major, each at most 16 x 16. */
#include "heddle/kernel.h"

HEDDLE_KERNEL
void gemm_fp16(int m HEDDLE_RANGE(0, 16), int n HEDDLE_RANGE(0, 16), int k HEDDLE_RANGE(0, 16),
               const heddle_fp16 a[restrict static 256], const heddle_fp16 b[restrict static 256],
               float c[restrict static 256]) {
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      float sum = 0;
      for (int p = 0; p < k; p++) sum = heddle_fp16_mac(a[i * k + p], b[p * n + j], sum);
      c[i * n + j] = sum;
    }
  }
}
