/* Max pooling, 2 x 2, stride 2.
 * Source: textbook.
 * Shape: height x width int8, both even, at most 32 x 32 (odd sizes lose their last row or column). */
#include <stdint.h>

#include "heddle/kernel.h"

static int8_t larger(int8_t a, int8_t b) { return a > b ? a : b; }

HEDDLE_KERNEL
void max_pool(int height HEDDLE_RANGE(0, 32), int width HEDDLE_RANGE(0, 32), const int8_t in[restrict static 1024],
              int8_t out[restrict static 256]) {
  for (int y = 0; y < height / 2; y++) {
    for (int x = 0; x < width / 2; x++) {
      int8_t top = larger(in[2 * y * width + 2 * x], in[2 * y * width + 2 * x + 1]);
      int8_t bottom = larger(in[(2 * y + 1) * width + 2 * x], in[(2 * y + 1) * width + 2 * x + 1]);
      out[y * (width / 2) + x] = larger(top, bottom);
    }
  }
}
