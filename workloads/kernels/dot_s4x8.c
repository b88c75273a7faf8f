/* Dot product of signed elements of 4 bits, eight in a word, two words an iteration.
 * Source: textbook; the element product of int4 inference.
 * Shape: 2 n words, at most 32 (256 elements). */
#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t dot_s4x8(int n HEDDLE_RANGE(0, 16), const heddle_s4x8 a[restrict static 32],
                 const heddle_s4x8 b[restrict static 32]) {
  int32_t sum = 0;
  for (int i = 0; i < n; i++) {
    sum = heddle_s4_dot(a[2 * i], b[2 * i], sum);
    sum = heddle_s4_dot(a[2 * i + 1], b[2 * i + 1], sum);
  }
  return sum;
}
