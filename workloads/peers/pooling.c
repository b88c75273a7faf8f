/* Maximum of neighbouring pairs.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n results, at most 128, of 2 n words. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void pooling(int n HEDDLE_RANGE(0, 128), const int16_t in[restrict static 256], int16_t out[restrict static 128]) {
  for (int i = 0; i < n; i++) {
    int16_t a = in[2 * i];
    int16_t b = in[2 * i + 1];
    out[i] = a > b ? a : b;
  }
}
