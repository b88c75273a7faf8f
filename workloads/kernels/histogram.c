/* Histogram of bytes.
 * Source: textbook; the update of a table at a data-dependent index.
 * Shape: n uint8, at most 512, into 256 counters that are kept. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void histogram(int n HEDDLE_RANGE(0, 512), const uint8_t data[restrict static 512],
               uint32_t count[restrict static 256] HEDDLE_RANGE(0, 1000)) {
  for (int i = 0; i < n; i++) count[data[i]]++;
}
