/* Scales a signal so that its range becomes 0 to 255: minimum, maximum, then a division for each element.
 * Source: contrast stretching of image processing.
 * Shape: n uint16, at most 128. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void normalize(int n HEDDLE_RANGE(0, 128), const uint16_t in[restrict static 128], uint8_t out[restrict static 128]) {
  uint32_t low = UINT16_MAX;
  uint32_t high = 0;
  for (int i = 0; i < n; i++) {
    if (in[i] < low) low = in[i];
    if (in[i] > high) high = in[i];
  }
  for (int i = 0; i < n; i++) out[i] = high == low ? 0 : (uint8_t)((in[i] - low) * 255u / (high - low));
}
