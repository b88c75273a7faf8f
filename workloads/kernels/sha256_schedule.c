/* SHA-256 message schedule: 48 words, each from words 2, 7, 15 and 16 before it.
 * Source: FIPS 180-4, section 6.2.2, step 1; dependences through memory at several distances.
 * Shape: 64 words, the first 16 given. */
#include <stdint.h>

#include "heddle/kernel.h"

static uint32_t rotate(uint32_t x, int by) { return x >> by | x << (32 - by); }

HEDDLE_KERNEL
void sha256_schedule(uint32_t w[restrict static 64]) {
  for (int t = 16; t < 64; t++) {
    uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
    uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
}
