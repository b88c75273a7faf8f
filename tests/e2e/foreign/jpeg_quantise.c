/* MiBench-style jpeg: quantisation of 8x8 blocks with rounding toward the nearest, in zigzag order, and the length of
 * the run of zeros at the end. */
#include <stdint.h>
#include <stdio.h>

#define BLOCKS 3

static const uint8_t zigzag[64] = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                                   12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                                   35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                                   58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};
static uint16_t step[64];
static int16_t coefficients[BLOCKS][64], coded[BLOCKS][64];

static void quantise(const int16_t *in, int16_t *out) {
  for (int k = 0; k < 64; k++) {
    int value = in[zigzag[k]], q = step[zigzag[k]];
    if (value < 0) {
      value = (-value + (q >> 1)) / q;
      value = -value;
    } else {
      value = (value + (q >> 1)) / q;
    }
    out[k] = (int16_t)value;
  }
}

int main(void) {
  for (int i = 0; i < 64; i++) step[i] = (uint16_t)(8 + (i / 8 + i % 8) * 5);
  for (int b = 0; b < BLOCKS; b++)
    for (int i = 0; i < 64; i++) coefficients[b][i] = (int16_t)(((b + 1) * (i * i + 7 * i) & 511) - 256);
  for (int b = 0; b < BLOCKS; b++) quantise(coefficients[b], coded[b]);
  for (int b = 0; b < BLOCKS; b++) {
    int last = 0, sum = 0;
    for (int k = 0; k < 64; k++) {
      if (coded[b][k] != 0) last = k;
      sum += coded[b][k] * (k + 1);
    }
    printf("%d %d\n", last, sum);
  }
  return 0;
}
