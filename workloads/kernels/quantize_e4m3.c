/* Scales single-precision values and rounds them to 8-bit floating point.
 * Source: casting a tensor to FP8 with a per-tensor scale (Micikevicius et al. 2022), to the all-finite e4m3.
 * Shape: n elements, at most 128. */
#include "heddle/kernel.h"

HEDDLE_KERNEL
void quantize_e4m3(int n HEDDLE_RANGE(0, 128), float scale HEDDLE_RANGE(0.25, 64), const float x[restrict static 128],
                   heddle_e4m3 code[restrict static 128]) {
  for (int i = 0; i < n; i++) code[i] = heddle_e4m3_from_fp32(x[i] * scale);
}
