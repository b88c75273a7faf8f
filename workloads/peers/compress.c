/* Keeps what is not zero, with its place.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n words, at most 128. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t compress(int n HEDDLE_RANGE(0, 128), const int8_t in[restrict static 128] HEDDLE_RANGE(-1, 1),
                 int8_t value[restrict static 128], uint8_t place[restrict static 128]) {
  int32_t kept = 0;
  for (int i = 0; i < n; i++) {
    if (in[i] != 0) {
      value[kept] = in[i];
      place[kept] = (uint8_t)i;
      kept++;
    }
  }
  return kept;
}
