/* Sobel edge detection: |gx| + |gy|, clamped to a pixel.
 * Source: textbook image processing.
 * Shape: height x width pixels, at most 24 x 24; the border is left as it is. */
#include <stdint.h>
#include <stdlib.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void sobel(int height HEDDLE_RANGE(0, 24), int width HEDDLE_RANGE(0, 24), const uint8_t in[restrict static 576],
           uint8_t out[restrict static 576]) {
  for (int y = 1; y < height - 1; y++) {
    for (int x = 1; x < width - 1; x++) {
      const uint8_t *p = in + y * width + x;
      int gx = p[1 - width] + 2 * p[1] + p[1 + width] - p[-1 - width] - 2 * p[-1] - p[-1 + width];
      int gy = p[width - 1] + 2 * p[width] + p[width + 1] - p[-width - 1] - 2 * p[-width] - p[-width + 1];
      int magnitude = abs(gx) + abs(gy);
      out[y * width + x] = (uint8_t)(magnitude > 255 ? 255 : magnitude);
    }
  }
}
