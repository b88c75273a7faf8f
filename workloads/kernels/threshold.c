/* Marks and counts the pixels above a threshold; the others keep their old mark.
 * Source: image segmentation; a store under a condition.
 * Shape: n uint8 pixels, at most 512. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t threshold(int n HEDDLE_RANGE(0, 512), uint8_t limit, const uint8_t pixel[restrict static 512],
                  uint8_t mark[restrict static 512]) {
  int32_t count = 0;
  for (int i = 0; i < n; i++) {
    if (pixel[i] > limit) {
      mark[i] = 255;
      count++;
    }
  }
  return count;
}
