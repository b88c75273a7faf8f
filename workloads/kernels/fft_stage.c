/* One stage of an in-place radix-2 decimation-in-time FFT in Q15.
 * Source: the butterfly loop of fix_fft (MiBench, Morpher); the twiddle factors come from a table.
 * Shape: 64 complex points as two arrays; half is the distance of the two legs of a butterfly, a power of two. */
#include <stdint.h>

#include "heddle/kernel.h"

#define POINTS 64

HEDDLE_KERNEL
void fft_stage(int log2_half HEDDLE_RANGE(0, 5), int16_t re[restrict static POINTS], int16_t im[restrict static POINTS],
               const int16_t wr[restrict static POINTS / 2] HEDDLE_RANGE(-32767, 32767),
               const int16_t wi[restrict static POINTS / 2] HEDDLE_RANGE(-32767, 32767)) {
  int half = 1 << log2_half;
  for (int k = 0; k < POINTS / 2; k++) {
    int position = k & (half - 1);
    int top = ((k >> log2_half) << (log2_half + 1)) + position;
    int bottom = top + half;
    int twiddle = position << (5 - log2_half);
    int32_t tr = (wr[twiddle] * re[bottom] >> 16) - (wi[twiddle] * im[bottom] >> 16);
    int32_t ti = (wr[twiddle] * im[bottom] >> 16) + (wi[twiddle] * re[bottom] >> 16);
    int32_t qr = re[top] >> 1;
    int32_t qi = im[top] >> 1;
    re[bottom] = (int16_t)(qr - tr);
    im[bottom] = (int16_t)(qi - ti);
    re[top] = (int16_t)(qr + tr);
    im[top] = (int16_t)(qi + ti);
  }
}
