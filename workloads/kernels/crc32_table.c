/* CRC-32 with a table of 256 words.
 * Source: zlib's byte-wise loop (Sarwate 1988); a recurrence through memory.
 * Shape: n bytes, at most 512. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
uint32_t crc32_table(int n HEDDLE_RANGE(0, 512), const uint8_t data[restrict static 512],
                     const uint32_t table[restrict static 256]) {
  uint32_t crc = 0xFFFFFFFFu;
  for (int i = 0; i < n; i++) crc = crc >> 8 ^ table[(crc ^ data[i]) & 0xFFu];
  return ~crc;
}
