/* Fills a vector with multiples of its index.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n words, at most 128. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void init(int n HEDDLE_RANGE(0, 128), int step HEDDLE_RANGE(-100, 100), int32_t out[restrict static 128]) {
  for (int i = 0; i < n; i++) out[i] = i * step;
}
