/* Sum of absolute differences of a block against a search window: the cost of each candidate position.
 * Source: motion estimation of video encoders (MPEG-2, H.264).
 * Shape: an 8 x 8 block of uint8 in a window of stride 32; candidates along one row, at most 24. */
#include <stdint.h>
#include <stdlib.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void sad(int candidates HEDDLE_RANGE(0, 24), const uint8_t block[restrict static 64],
         const uint8_t window[restrict static 256], uint32_t cost[restrict static 24]) {
  for (int c = 0; c < candidates; c++) {
    uint32_t sum = 0;
    for (int y = 0; y < 8; y++)
      for (int x = 0; x < 8; x++) sum += (uint32_t)abs(block[y * 8 + x] - window[y * 32 + c + x]);
    cost[c] = sum;
  }
}
