/* Normalised lattice filter, one sample through its stages.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n stages, at most 32. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t latnrm(int n HEDDLE_RANGE(0, 32), int sample HEDDLE_RANGE(-4000, 4000),
               const int16_t k[restrict static 32] HEDDLE_RANGE(-128, 127),
               const int16_t c[restrict static 32] HEDDLE_RANGE(-128, 127),
               const int32_t state[restrict static 32] HEDDLE_RANGE(-4000, 4000), int32_t next[restrict static 32]) {
  int32_t top = sample;
  for (int i = 0; i < n; i++) {
    int32_t below = state[i];
    int32_t turned = (k[i] * top + c[i] * below) >> 7;
    top = (c[i] * top - k[i] * below) >> 7;
    next[i] = turned;
  }
  return top;
}
