/* One sweep of the five-point Jacobi stencil.
 * Source: PolyBench 4.2 stencils/jacobi-2d on integers: a division by 5 instead of a factor of 0.2.
 * Shape: n x n int32, n at most 20. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void jacobi2d(int n HEDDLE_RANGE(0, 20), const int32_t a[restrict static 400] HEDDLE_RANGE(-1000000, 1000000),
              int32_t b[restrict static 400]) {
  for (int i = 1; i < n - 1; i++)
    for (int j = 1; j < n - 1; j++)
      b[i * n + j] = (a[i * n + j] + a[i * n + j - 1] + a[i * n + j + 1] + a[(i + 1) * n + j] + a[(i - 1) * n + j]) / 5;
}
