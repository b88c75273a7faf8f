/* y = alpha * x + y in fp16, rounded after the product and after the sum.
 * Source: BLAS level 1 (Lawson et al. 1979) in half precision.
 * Shape: n elements, at most 128. */
#include "heddle/kernel.h"

HEDDLE_KERNEL
void axpy_fp16(int n HEDDLE_RANGE(0, 128), float alpha HEDDLE_RANGE(-4, 4), const heddle_fp16 x[restrict static 128],
               heddle_fp16 y[restrict static 128]) {
  const heddle_fp16 factor = heddle_fp16_from_fp32(alpha);
  for (int i = 0; i < n; i++) y[i] = heddle_fp16_add(heddle_fp16_mul(factor, x[i]), y[i]);
}
