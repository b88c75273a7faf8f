/* Butterflies of one stage of a fixed-point Fourier transform.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n butterflies, at most 64, on 128 complex points. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void fft(int n HEDDLE_RANGE(0, 64), const int16_t re[restrict static 128] HEDDLE_RANGE(-16000, 16000),
         const int16_t im[restrict static 128] HEDDLE_RANGE(-16000, 16000), int c HEDDLE_RANGE(-16384, 16384),
         int s HEDDLE_RANGE(-16384, 16384), int16_t out_re[restrict static 128], int16_t out_im[restrict static 128]) {
  for (int i = 0; i < n; i++) {
    int32_t tr = (re[64 + i] * c - im[64 + i] * s) >> 15;
    int32_t ti = (re[64 + i] * s + im[64 + i] * c) >> 15;
    out_re[i] = (int16_t)(re[i] + tr);
    out_im[i] = (int16_t)(im[i] + ti);
    out_re[64 + i] = (int16_t)(re[i] - tr);
    out_im[64 + i] = (int16_t)(im[i] - ti);
  }
}
