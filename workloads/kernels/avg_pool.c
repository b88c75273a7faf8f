/* Average pooling over windows of run-time size, rounded to nearest.
 * Source: TensorFlow Lite AveragePool2D on int8 (division by the count of elements).
 * Shape: 24 x 24 uint8, window x window without overlap, window 1 to 8. */
#include <stdint.h>

#include "heddle/kernel.h"

#define SIZE 24

HEDDLE_KERNEL
void avg_pool(int window HEDDLE_RANGE(1, 8), const uint8_t in[restrict static SIZE * SIZE],
              uint8_t out[restrict static SIZE * SIZE]) {
  int n = SIZE / window;
  int32_t count = window * window;
  for (int y = 0; y < n; y++) {
    for (int x = 0; x < n; x++) {
      int32_t sum = 0;
      for (int dy = 0; dy < window; dy++)
        for (int dx = 0; dx < window; dx++) sum += in[(y * window + dy) * SIZE + x * window + dx];
      out[y * n + x] = (uint8_t)((sum + count / 2) / count);
    }
  }
}
