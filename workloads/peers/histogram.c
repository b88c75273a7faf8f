/* Counts values by class.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n words, at most 256, in 32 classes. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void histogram32(int n HEDDLE_RANGE(0, 256), const uint8_t in[restrict static 256],
                 int32_t count[restrict static 32] HEDDLE_RANGE(0, 1000)) {
  for (int i = 0; i < n; i++) count[in[i] >> 3]++;
}
