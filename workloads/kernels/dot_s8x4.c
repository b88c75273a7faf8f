/* Dot product of signed bytes, four in a word.
 * Source: the scalar product of SIMD instruction sets (Arm SDOT, RISC-V packed extensions).
 * Shape: n words, at most 64 (256 elements). */
#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t dot_s8x4(int n HEDDLE_RANGE(0, 64), const heddle_s8x4 a[restrict static 64],
                 const heddle_s8x4 b[restrict static 64]) {
  int32_t sum = 0;
  for (int i = 0; i < n; i++) sum = heddle_s8_dot(a[i], b[i], sum);
  return sum;
}
