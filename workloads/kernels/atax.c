/* Matrix transpose and vector multiplication: y = a^T * (a * x).
 * Source: PolyBench 4.2 linear-algebra/kernels/atax, on integers.
 * Shape: a is 24 x 20. */
#include <stdint.h>

#include "heddle/kernel.h"

#define M 24
#define N 20

HEDDLE_KERNEL
void atax(const int32_t a[restrict static M * N] HEDDLE_RANGE(-100, 100),
          const int32_t x[restrict static N] HEDDLE_RANGE(-100, 100), int32_t y[restrict static N],
          int32_t tmp[restrict static M]) {
  for (int i = 0; i < N; i++) y[i] = 0;
  for (int i = 0; i < M; i++) {
    tmp[i] = 0;
    for (int j = 0; j < N; j++) tmp[i] = tmp[i] + a[i * N + j] * x[j];
    for (int j = 0; j < N; j++) y[j] = y[j] + a[i * N + j] * tmp[i];
  }
}
