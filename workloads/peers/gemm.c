/* Inner loop of a product of square matrices.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n x n, at most 12 x 12. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void gemm_row(int n HEDDLE_RANGE(0, 12), const int32_t a[restrict static 12] HEDDLE_RANGE(-1000, 1000),
              const int32_t b[restrict static 144] HEDDLE_RANGE(-1000, 1000), int32_t c[restrict static 12]) {
  for (int j = 0; j < n; j++) {
    int32_t sum = 0;
    for (int k = 0; k < n; k++) sum += a[k] * b[k * n + j];
    c[j] = sum;
  }
}
