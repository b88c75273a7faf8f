/* IMA ADPCM, 4-bit differences to samples.
 * Source: written anew for Heddle from the published IMA ADPCM algorithm.
 * Shape: n samples, at most 128. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t adpcm_decoder(int n HEDDLE_RANGE(0, 128), const uint8_t in[restrict static 128] HEDDLE_RANGE(0, 15),
                      const int16_t step_table[restrict static 89] HEDDLE_RANGE(7, 32767),
                      const int8_t index_table[restrict static 16] HEDDLE_RANGE(-1, 8),
                      int16_t out[restrict static 128]) {
  int32_t predicted = 0;
  int32_t index = 0;
  for (int i = 0; i < n; i++) {
    int32_t code = in[i];
    int32_t step = step_table[index];
    index += index_table[code & 15];
    index = index < 0 ? 0 : index;
    index = index > 88 ? 88 : index;
    int32_t change = step >> 3;
    if (code & 4) change += step;
    if (code & 2) change += step >> 1;
    if (code & 1) change += step >> 2;
    predicted = code & 8 ? predicted - change : predicted + change;
    predicted = predicted > 32767 ? 32767 : predicted;
    predicted = predicted < -32768 ? -32768 : predicted;
    out[i] = (int16_t)predicted;
  }
  return predicted;
}
