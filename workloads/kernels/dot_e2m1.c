/* Dot product of two vectors of 4-bit floating-point codes, one code a byte, with an fp32 accumulator.
 * Source: the element product of MXFP4 (OCP Microscaling Formats v1.0, section 5.3.3) without the block scales.
 * Shape: n elements, at most 256. */
#include "heddle/kernel.h"

HEDDLE_KERNEL
float dot_e2m1(int n HEDDLE_RANGE(0, 256), const heddle_e2m1 x[restrict static 256],
               const heddle_e2m1 y[restrict static 256]) {
  float sum = 0;
  for (int i = 0; i < n; i++) sum = heddle_e2m1_mac(x[i], y[i], sum);
  return sum;
}
