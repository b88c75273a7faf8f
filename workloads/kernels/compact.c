/* Stream compaction: keeps the positive elements, in order.
 * Source: textbook filter; a predicated store at an index that depends on the data.
 * Shape: n int16, at most 256; returns how many were kept. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t compact(int n HEDDLE_RANGE(0, 256), const int16_t in[restrict static 256], int16_t out[restrict static 256]) {
  int32_t kept = 0;
  for (int i = 0; i < n; i++)
    if (in[i] > 0) out[kept++] = in[i];
  return kept;
}
