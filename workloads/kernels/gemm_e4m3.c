/* Matrix multiplication of 8-bit floating-point matrices with an fp32 accumulator: c = a * b.
 * Source: inference in FP8 (Micikevicius et al. 2022), here with the all-finite e4m3; one multiply-accumulate a step.
 * Shape: a is m x k, b is k x n in e4m3, c is m x n in fp32, all row-major, each at most 16 x 16. */
#include "heddle/kernel.h"

HEDDLE_KERNEL
void gemm_e4m3(int m HEDDLE_RANGE(0, 16), int n HEDDLE_RANGE(0, 16), int k HEDDLE_RANGE(0, 16),
               const heddle_e4m3 a[restrict static 256], const heddle_e4m3 b[restrict static 256],
               float c[restrict static 256]) {
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      float sum = 0;
      for (int p = 0; p < k; p++) sum = heddle_e4m3_mac(a[i * k + p], b[p * n + j], sum);
      c[i * n + j] = sum;
    }
  }
}
