/* MiBench-style rijndael: rounds of byte substitution, row shift, column mix and round keys over one block. The S-box
 * here is an affine permutation, since only the shape of the loops matters. */
#include <stdint.h>
#include <stdio.h>

static uint8_t sbox[256], state[16], key[16 * 11];

static uint8_t xtime(uint8_t x) { return (uint8_t)((x << 1) ^ ((x >> 7) * 0x1b)); }

static void substitute_and_shift(uint8_t *s) {
  uint8_t t[16];
  for (int c = 0; c < 4; c++)
    for (int r = 0; r < 4; r++) t[r + 4 * c] = sbox[s[r + 4 * ((c + r) % 4)]];
  for (int i = 0; i < 16; i++) s[i] = t[i];
}

static void mix(uint8_t *s) {
  for (int c = 0; c < 4; c++) {
    uint8_t *p = s + 4 * c;
    uint8_t all = p[0] ^ p[1] ^ p[2] ^ p[3], first = p[0];
    p[0] ^= all ^ xtime(p[0] ^ p[1]);
    p[1] ^= all ^ xtime(p[1] ^ p[2]);
    p[2] ^= all ^ xtime(p[2] ^ p[3]);
    p[3] ^= all ^ xtime(p[3] ^ first);
  }
}

static void add_key(uint8_t *s, const uint8_t *k) {
  for (int i = 0; i < 16; i++) s[i] ^= k[i];
}

int main(void) {
  for (int i = 0; i < 256; i++) sbox[i] = (uint8_t)(i * 167 + 99);
  for (int i = 0; i < 16; i++) state[i] = (uint8_t)(i * 17);
  for (int i = 0; i < 16 * 11; i++) key[i] = (uint8_t)(i * i + 3 * i);
  add_key(state, key);
  for (int round = 1; round <= 10; round++) {
    substitute_and_shift(state);
    if (round < 10) mix(state);
    add_key(state, key + 16 * round);
  }
  for (int i = 0; i < 16; i++) printf("%02x", state[i]);
  printf("\n");
  return 0;
}
