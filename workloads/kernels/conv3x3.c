/* Two-dimensional convolution, 3 x 3, one channel, no padding.
 * Source: textbook image filter; int8 weights, uint8 pixels, int32 sums as in quantised networks.
 * Shape: height x width pixels, at most 20 x 20; the result has two rows and two columns less. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void conv3x3(int height HEDDLE_RANGE(0, 20), int width HEDDLE_RANGE(0, 20), const uint8_t in[restrict static 400],
             const int8_t weight[restrict static 9], int32_t out[restrict static 400]) {
  for (int y = 0; y < height - 2; y++) {
    for (int x = 0; x < width - 2; x++) {
      int32_t sum = 0;
      for (int dy = 0; dy < 3; dy++)
        for (int dx = 0; dx < 3; dx++) sum += in[(y + dy) * width + x + dx] * weight[dy * 3 + dx];
      out[y * (width - 2) + x] = sum;
    }
  }
}
