/* For --free-banks: a recurrence fixes the loads of the first and the fifth array to one slot, and four banks of one
 * port are assigned in turn, so that these two would share one. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t chase(int32_t n HEDDLE_RANGE(1, 64), const int32_t y[restrict static 64], const int32_t u[restrict static 64],
              const int32_t v[restrict static 64], const int32_t w[restrict static 64],
              const int32_t z[restrict static 64]) {
  uint32_t at = 0, sum = 0;
  for (int32_t i = 0; i < n; ++i) {
    const uint32_t first = (uint32_t)y[at];
    sum += (uint32_t)(u[i] ^ v[i]) ^ (uint32_t)w[i];
    at = (first ^ (uint32_t)z[at]) & 63;
  }
  return (int32_t)(sum ^ at);
}
