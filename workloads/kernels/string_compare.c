/* Comparison of two strings of fixed maximal length, with predication instead of an early exit.
 * Source: constant-time memcmp of cryptographic libraries; like strncmp it stops to look after the end of a string.
 * Shape: at most n characters, n at most 128; result negative, zero or positive. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t string_compare(int n HEDDLE_RANGE(0, 128), const uint8_t a[restrict static 128] HEDDLE_RANGE(0, 3),
                       const uint8_t b[restrict static 128] HEDDLE_RANGE(0, 3)) {
  int32_t result = 0;
  int32_t running = 1;
  for (int i = 0; i < n; i++) {
    if (running && a[i] != b[i]) {
      result = a[i] - b[i];
      running = 0;
    }
    if (a[i] == 0) running = 0;
  }
  return result;
}
