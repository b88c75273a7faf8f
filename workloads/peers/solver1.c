/* Gauss-Seidel sweep over a tridiagonal system in fixed point.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n unknowns, at most 62, in place. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void solver1(int n HEDDLE_RANGE(0, 62), const int16_t low[restrict static 64] HEDDLE_RANGE(-64, 64),
             const int16_t high[restrict static 64] HEDDLE_RANGE(-64, 64),
             const int32_t b[restrict static 64] HEDDLE_RANGE(-1000, 1000),
             int32_t x[restrict static 64] HEDDLE_RANGE(-1000, 1000)) {
  for (int i = 1; i <= n; i++) x[i] = b[i] - ((low[i] * x[i - 1] + high[i] * x[i + 1]) >> 8);
}
