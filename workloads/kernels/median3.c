/* Median of three neighbours: removes single outliers from a signal.
 * Source: textbook; minimum and maximum instead of a sort.
 * Shape: n int16 samples, at most 256; the first and the last are left as they are. */
#include <stdint.h>

#include "heddle/kernel.h"

static int16_t smaller(int16_t a, int16_t b) { return a < b ? a : b; }
static int16_t larger(int16_t a, int16_t b) { return a > b ? a : b; }

HEDDLE_KERNEL
void median3(int n HEDDLE_RANGE(0, 256), const int16_t x[restrict static 256], int16_t y[restrict static 256]) {
  for (int i = 1; i < n - 1; i++)
    y[i] = larger(smaller(x[i - 1], x[i]), smaller(larger(x[i - 1], x[i]), x[i + 1]));
}
