/* Determinants of matrices of three rows and columns.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n matrices, at most 14. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t determinant(int n HEDDLE_RANGE(0, 14), const int32_t a[restrict static 126] HEDDLE_RANGE(-100, 100)) {
  int32_t product = 1;
  for (int m = 0; m < n; m++) {
    int32_t up = a[9 * m + 4] * a[9 * m + 8] - a[9 * m + 5] * a[9 * m + 7];
    int32_t mid = a[9 * m + 3] * a[9 * m + 8] - a[9 * m + 5] * a[9 * m + 6];
    product = product * (a[9 * m] * up - a[9 * m + 1] * mid + 1);
  }
  return product;
}
