/* All shortest paths.
 * Source: PolyBench 4.2 medley/floyd-warshall, on integers.
 * Shape: n x n distances, n at most 12, updated in place. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void floyd_warshall(int n HEDDLE_RANGE(0, 12), int32_t path[restrict static 144] HEDDLE_RANGE(1, 1000)) {
  for (int k = 0; k < n; k++)
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++) {
        int32_t through = path[i * n + k] + path[k * n + j];
        path[i * n + j] = path[i * n + j] < through ? path[i * n + j] : through;
      }
}
