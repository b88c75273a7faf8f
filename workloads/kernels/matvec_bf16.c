/* Matrix times vector in bfloat16 with an fp32 accumulator, rounded to bfloat16 at the end of each row: y = a * x.
 * Source: a dense layer of batch size one, as bfloat16 inference runs it (Kalamkar et al. 2019).
 * Shape: a is m x n row-major, m and n at most 32. */
#include "heddle/kernel.h"

HEDDLE_KERNEL
void matvec_bf16(int m HEDDLE_RANGE(0, 32), int n HEDDLE_RANGE(0, 32), const heddle_bf16 a[restrict static 1024],
                 const heddle_bf16 x[restrict static 32], heddle_bf16 y[restrict static 32]) {
  for (int i = 0; i < m; i++) {
    float sum = 0;
    for (int j = 0; j < n; j++) sum = heddle_bf16_mac(a[i * n + j], x[j], sum);
    y[i] = heddle_bf16_from_fp32(sum);
  }
}
