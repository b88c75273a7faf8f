/* IMA ADPCM, samples to 4-bit differences.
 * Source: written anew for Heddle from the published IMA ADPCM algorithm.
 * Shape: n samples, at most 128. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t adpcm_coder(int n HEDDLE_RANGE(0, 128), const int16_t in[restrict static 128],
                    const int16_t step_table[restrict static 89] HEDDLE_RANGE(7, 32767),
                    const int8_t index_table[restrict static 16] HEDDLE_RANGE(-1, 8), uint8_t out[restrict static 128]) {
  int32_t predicted = 0;
  int32_t index = 0;
  for (int i = 0; i < n; i++) {
    int32_t step = step_table[index];
    int32_t difference = in[i] - predicted;
    int32_t sign = difference < 0 ? 8 : 0;
    int32_t rest = difference < 0 ? -difference : difference;
    int32_t change = step >> 3;
    int32_t code = 0;
    if (rest >= step) {
      code = 4;
      rest -= step;
      change += step;
    }
    if (rest >= step >> 1) {
      code |= 2;
      rest -= step >> 1;
      change += step >> 1;
    }
    if (rest >= step >> 2) {
      code |= 1;
      change += step >> 2;
    }
    predicted = sign ? predicted - change : predicted + change;
    predicted = predicted > 32767 ? 32767 : predicted;
    predicted = predicted < -32768 ? -32768 : predicted;
    code |= sign;
    index += index_table[code];
    index = index < 0 ? 0 : index;
    index = index > 88 ? 88 : index;
    out[i] = (uint8_t)code;
  }
  return predicted;
}
