/* Merge of two sorted runs.
 * Source: the inner loop of merge sort, with a run-time length and without early exit.
 * Shape: runs of n and m int32, at most 64 each. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void merge_step(int n HEDDLE_RANGE(0, 64), int m HEDDLE_RANGE(0, 64), const int32_t a[restrict static 64],
                const int32_t b[restrict static 64], int32_t out[restrict static 128]) {
  int i = 0;
  int j = 0;
  for (int k = 0; k < n + m; k++) {
    if (j >= m || (i < n && a[i] <= b[j]))
      out[k] = a[i++];
    else
      out[k] = b[j++];
  }
}
