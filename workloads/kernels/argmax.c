/* Position and value of the largest element, the first one if there are several.
 * Source: the last layer of a classifier; two recurrences that share a condition.
 * Shape: n int16, at most 256; returns the position, -1 if n = 0. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t argmax(int n HEDDLE_RANGE(0, 256), const int16_t x[restrict static 256], int16_t best[restrict static 1]) {
  int32_t position = -1;
  int32_t largest = INT32_MIN;
  for (int i = 0; i < n; i++) {
    if (x[i] > largest) {
      largest = x[i];
      position = i;
    }
  }
  if (n > 0) best[0] = (int16_t)largest;
  return position;
}
