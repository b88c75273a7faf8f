/* The pieces of an integer softmax: maximum, exponential by a shift and a second-order polynomial, sum, division.
 * Source: I-BERT (Kim et al. 2021), in Q8: exp(x) is 2^-z * p(r) with x = r - z * ln 2.
 * Shape: a row of n scores in Q8, at most 64; result in Q8. */
#include <stdint.h>

#include "heddle/kernel.h"

#define LN2 177 /* ln 2 in Q8 */

HEDDLE_KERNEL
void softmax(int n HEDDLE_RANGE(0, 64), const int16_t score[restrict static 64] HEDDLE_RANGE(-2048, 2047),
             uint16_t power[restrict static 64], uint8_t out[restrict static 64]) {
  int32_t largest = INT16_MIN;
  for (int i = 0; i < n; i++)
    if (score[i] > largest) largest = score[i];
  uint32_t sum = 0;
  for (int i = 0; i < n; i++) {
    int32_t x = largest - score[i];
    int32_t z = x / LN2;
    int32_t t = 346 - (x - z * LN2);                       /* (r + 1.353) in Q8 */
    int32_t p = ((92 * t >> 8) * t >> 8) + 88;             /* 0.3585 * t^2 + 0.344 */
    power[i] = z < 16 ? (uint16_t)((uint32_t)p << 6 >> z) : 0;
    sum += power[i];
  }
  for (int i = 0; i < n; i++) out[i] = (uint8_t)((uint32_t)power[i] * 255u / (sum + 1u));
}
