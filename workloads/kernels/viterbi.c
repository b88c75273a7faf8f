/* Viterbi decoding, one add-compare-select step of a trellis.
 * Source: the butterfly of a rate 1/2 convolutional decoder (constraint length 7, 64 states).
 * Shape: 64 states; metrics of 16 bits, the survivors' decisions as bytes. */
#include <stdint.h>

#include "heddle/kernel.h"

#define STATES 64

HEDDLE_KERNEL
void viterbi(const uint16_t metric[restrict static STATES] HEDDLE_RANGE(0, 30000),
             const uint8_t branch[restrict static STATES / 2] HEDDLE_RANGE(0, 30),
             uint16_t next[restrict static STATES], uint8_t decision[restrict static STATES]) {
  for (int i = 0; i < STATES / 2; i++) {
    uint32_t near = branch[i];
    uint32_t far = 30 - near;
    uint32_t low0 = metric[i] + near;
    uint32_t high0 = metric[i + STATES / 2] + far;
    uint32_t low1 = metric[i] + far;
    uint32_t high1 = metric[i + STATES / 2] + near;
    next[2 * i] = (uint16_t)(low0 < high0 ? low0 : high0);
    next[2 * i + 1] = (uint16_t)(low1 < high1 ? low1 : high1);
    decision[2 * i] = low0 >= high0;
    decision[2 * i + 1] = low1 >= high1;
  }
}
