/* Two matrix multiplications: d = alpha * a * b * c + beta * d.
 * Source: PolyBench 4.2 linear-algebra/kernels/2mm, on integers.
 * Shape: all matrices 12 x 12, row-major. */
#include <stdint.h>

#include "heddle/kernel.h"

#define N 12

HEDDLE_KERNEL
void mm2(int32_t alpha HEDDLE_RANGE(-4, 4), int32_t beta HEDDLE_RANGE(-4, 4),
         const int32_t a[restrict static N * N] HEDDLE_RANGE(-50, 50),
         const int32_t b[restrict static N * N] HEDDLE_RANGE(-50, 50),
         const int32_t c[restrict static N * N] HEDDLE_RANGE(-50, 50),
         int32_t d[restrict static N * N] HEDDLE_RANGE(-1000, 1000), int32_t tmp[restrict static N * N]) {
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < N; j++) {
      tmp[i * N + j] = 0;
      for (int k = 0; k < N; k++) tmp[i * N + j] += alpha * a[i * N + k] * b[k * N + j];
    }
  }
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < N; j++) {
      d[i * N + j] *= beta;
      for (int k = 0; k < N; k++) d[i * N + j] += tmp[i * N + k] * c[k * N + j];
    }
  }
}
