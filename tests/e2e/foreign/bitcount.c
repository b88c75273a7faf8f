/* MiBench-like (automotive/bitcount): five ways to count bits, among them a loop with a data-dependent end, a table and recursion. */
#include <stdio.h>

static char bits[256];

static int bit_count(long x) {
  int n = 0;
  if (x)
    do n++;
    while (0 != (x = x & (x - 1)));
  return n;
}

static int bitcount_fields(unsigned i) {
  i = ((i & 0xAAAAAAAAu) >> 1) + (i & 0x55555555u);
  i = ((i & 0xCCCCCCCCu) >> 2) + (i & 0x33333333u);
  i = ((i & 0xF0F0F0F0u) >> 4) + (i & 0x0F0F0F0Fu);
  i = ((i & 0xFF00FF00u) >> 8) + (i & 0x00FF00FFu);
  i = ((i & 0xFFFF0000u) >> 16) + (i & 0x0000FFFFu);
  return (int)i;
}

static int ntbl_bitcnt(unsigned x) {
  int cnt = bits[x & 0xF];
  if (0 != (x >>= 4)) cnt += ntbl_bitcnt(x);
  return cnt;
}

static int bit_shifter(unsigned x) {
  int n = 0;
  for (unsigned i = 0; x && i < 32; ++i, x >>= 1) n += (int)(x & 1u);
  return n;
}

int main(void) {
  int n[5] = {0, 0, 0, 0, 0};
  unsigned seed = 1;
  for (int i = 0; i < 256; i++) bits[i] = (char)(bits[i / 2] + (i & 1));
  for (int j = 0; j < 300; j++, seed += 13u * 0x10001u) {
    n[0] += bit_count((long)seed);
    n[1] += bitcount_fields(seed);
    n[2] += ntbl_bitcnt(seed);
    n[3] += bit_shifter(seed);
    n[4] += bits[seed & 0xFFu] + bits[seed >> 8 & 0xFFu] + bits[seed >> 16 & 0xFFu] + bits[seed >> 24];
  }
  printf("bitcount %d %d %d %d %d\n", n[0], n[1], n[2], n[3], n[4]);
  return 0;
}
