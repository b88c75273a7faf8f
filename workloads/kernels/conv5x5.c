/* Two-dimensional convolution, 5 x 5, with zero padding, rounded and clamped back to pixels.
 * Source: textbook Gaussian blur with run-time weights.
 * Shape: 16 x 16 pixels. */
#include <stdint.h>

#include "heddle/kernel.h"

#define SIZE 16

HEDDLE_KERNEL
void conv5x5(const uint8_t in[restrict static SIZE * SIZE], const int8_t weight[restrict static 25],
             uint8_t out[restrict static SIZE * SIZE]) {
  for (int y = 0; y < SIZE; y++) {
    for (int x = 0; x < SIZE; x++) {
      int32_t sum = 128;
      for (int dy = -2; dy <= 2; dy++) {
        for (int dx = -2; dx <= 2; dx++) {
          int yy = y + dy;
          int xx = x + dx;
          if (yy >= 0 && yy < SIZE && xx >= 0 && xx < SIZE)
            sum += in[yy * SIZE + xx] * weight[(dy + 2) * 5 + dx + 2];
        }
      }
      sum >>= 8;
      if (sum < 0) sum = 0;
      if (sum > 255) sum = 255;
      out[y * SIZE + x] = (uint8_t)sum;
    }
  }
}
