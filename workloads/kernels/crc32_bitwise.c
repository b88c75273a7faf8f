/* CRC-32, bit by bit.
 * Source: ISO 3309 / zlib polynomial, reflected; textbook loop without a table.
 * Shape: n bytes, at most 64; eight steps each. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
uint32_t crc32_bitwise(int n HEDDLE_RANGE(0, 64), const uint8_t data[restrict static 64]) {
  uint32_t crc = 0xFFFFFFFFu;
  for (int i = 0; i < n; i++) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1u ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
  }
  return ~crc;
}
