/* Number of set bits of each word.
 * Source: Hacker's Delight (Warren), section 5-1: adding neighbouring fields.
 * Shape: n words of 32 bits, at most 256. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
uint32_t popcount(int n HEDDLE_RANGE(0, 256), const uint32_t in[restrict static 256],
                  uint8_t out[restrict static 256]) {
  uint32_t total = 0;
  for (int i = 0; i < n; i++) {
    uint32_t v = in[i];
    v = v - (v >> 1 & 0x55555555u);
    v = (v & 0x33333333u) + (v >> 2 & 0x33333333u);
    v = (v + (v >> 4)) & 0x0F0F0F0Fu;
    v = v * 0x01010101u >> 24;
    out[i] = (uint8_t)v;
    total += v;
  }
  return total;
}
