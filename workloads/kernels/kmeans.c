/* k-means, assignment step: the nearest centre of each point.
 * Source: Lloyd's algorithm (Rodinia kmeans), squared Euclidean distance.
 * Shape: n points in 4 dimensions, at most 64; k centres, at most 8. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void kmeans(int n HEDDLE_RANGE(0, 64), int k HEDDLE_RANGE(1, 8),
            const int16_t point[restrict static 256] HEDDLE_RANGE(-1000, 1000),
            const int16_t centre[restrict static 32] HEDDLE_RANGE(-1000, 1000), uint8_t label[restrict static 64]) {
  for (int i = 0; i < n; i++) {
    int32_t best = INT32_MAX;
    int nearest = 0;
    for (int c = 0; c < k; c++) {
      int32_t distance = 0;
      for (int d = 0; d < 4; d++) {
        int32_t difference = point[i * 4 + d] - centre[c * 4 + d];
        distance += difference * difference;
      }
      if (distance < best) {
        best = distance;
        nearest = c;
      }
    }
    label[i] = (uint8_t)nearest;
  }
}
