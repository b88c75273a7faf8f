/* Forward substitution: each unknown needs the ones before it.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n unknowns, at most 16, unit diagonal. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void solver0(int n HEDDLE_RANGE(0, 16), const int32_t l[restrict static 256] HEDDLE_RANGE(-8, 8),
             const int32_t b[restrict static 16] HEDDLE_RANGE(-100, 100), int32_t x[restrict static 16]) {
  for (int i = 0; i < n; i++) {
    int32_t sum = b[i];
    for (int j = 0; j < i; j++) sum -= l[16 * i + j] * x[j];
    x[i] = sum;
  }
}
