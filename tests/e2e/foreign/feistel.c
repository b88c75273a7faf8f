/* MiBench-like (security/blowfish): sixteen rounds of a Feistel network with four S-boxes, in CBC mode over a buffer. */
#include <stdint.h>
#include <stdio.h>

static uint32_t P[18], S[4][256];
static uint32_t buffer[64];

static void encrypt(uint32_t *data) {
  uint32_t l = data[0], r = data[1], t;
  for (int i = 0; i < 16; i++) {
    l ^= P[i];
    r ^= ((S[0][l >> 24] + S[1][l >> 16 & 0xff]) ^ S[2][l >> 8 & 0xff]) + S[3][l & 0xff];
    t = l;
    l = r;
    r = t;
  }
  t = l;
  l = r ^ P[17];
  r = t ^ P[16];
  data[0] = l;
  data[1] = r;
}

int main(void) {
  uint32_t state = 0x243F6A88u, iv0 = 1, iv1 = 2, sum = 0;
  for (int i = 0; i < 18; i++) P[i] = state = state * 1664525u + 1013904223u;
  for (int b = 0; b < 4; b++)
    for (int i = 0; i < 256; i++) S[b][i] = state = state * 1664525u + 1013904223u;
  for (int i = 0; i < 64; i++) buffer[i] = (uint32_t)i * 0x01010101u;
  for (int i = 0; i < 64; i += 2) {
    buffer[i] ^= iv0;
    buffer[i + 1] ^= iv1;
    encrypt(buffer + i);
    iv0 = buffer[i];
    iv1 = buffer[i + 1];
  }
  for (int i = 0; i < 64; i++) sum = (sum << 3 | sum >> 29) + buffer[i];
  printf("feistel %08x\n", sum);
  return 0;
}
