/* IMA ADPCM decoder.
 * Source: the loop of MiBench telecomm/adpcm (Intel/DVI), one code in each byte; a recurrence through a table.
 * Shape: n codes of 4 bits, at most 256, to 16-bit samples; step sizes and index steps come in tables. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void adpcm_decode(int n HEDDLE_RANGE(0, 256), const uint8_t code[restrict static 256] HEDDLE_RANGE(0, 15),
                  const int16_t step_table[restrict static 89] HEDDLE_RANGE(7, 32767),
                  const int8_t index_table[restrict static 16] HEDDLE_RANGE(-1, 8), int16_t out[restrict static 256]) {
  int32_t predicted = 0;
  int32_t index = 0;
  for (int i = 0; i < n; i++) {
    int32_t delta = code[i];
    int32_t step = step_table[index];
    index += index_table[delta];
    if (index < 0) index = 0;
    if (index > 88) index = 88;
    int32_t difference = step >> 3;
    if (delta & 4) difference += step;
    if (delta & 2) difference += step >> 1;
    if (delta & 1) difference += step >> 2;
    if (delta & 8)
      predicted -= difference;
    else
      predicted += difference;
    if (predicted > 32767) predicted = 32767;
    if (predicted < -32768) predicted = -32768;
    out[i] = (int16_t)predicted;
  }
}
