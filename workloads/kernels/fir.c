/* Finite impulse response filter in Q15.
 * Source: DSPstone / CMSIS-DSP arm_fir_q15, textbook form.
 * Shape: n outputs from n + 15 samples with 16 taps, n at most 128. */
#include <stdint.h>

#include "heddle/kernel.h"

#define TAPS 16

HEDDLE_KERNEL
void fir(int n HEDDLE_RANGE(0, 128), const int16_t x[restrict static 143],
         const int16_t h[restrict static TAPS] HEDDLE_RANGE(-2048, 2047), int16_t y[restrict static 128]) {
  for (int i = 0; i < n; i++) {
    int32_t acc = 0;
    for (int k = 0; k < TAPS; k++) acc += x[i + k] * h[TAPS - 1 - k];
    y[i] = (int16_t)(acc >> 15);
  }
}
