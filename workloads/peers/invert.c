/* Negative of a grey picture with a limit.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n pixels, at most 256. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void invert(int n HEDDLE_RANGE(0, 256), int limit HEDDLE_RANGE(0, 255), const uint8_t in[restrict static 256],
            uint8_t out[restrict static 256]) {
  for (int i = 0; i < n; i++) {
    int v = 255 - in[i];
    out[i] = (uint8_t)(v > limit ? limit : v);
  }
}
