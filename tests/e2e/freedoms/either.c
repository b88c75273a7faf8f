/* For --share-branches: two loads of one array, of which a select takes one. LLVM keeps both. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void either(int32_t limit, const int32_t x[restrict static 64], const int32_t a[restrict static 64],
            int32_t y[restrict static 64]) {
  for (int32_t i = 0; i < 64; ++i) {
    const int32_t here = a[i];
    const int32_t there = a[i ^ 5];
    y[i] = x[i] < limit ? here : there;
  }
}
