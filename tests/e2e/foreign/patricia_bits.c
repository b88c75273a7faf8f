/* MiBench-style patricia: longest-prefix match of addresses, here over a table scanned linearly (a loop for an array)
 * and over a trie walked by bits (a loop that leaves by data, for the host). */
#include <stdint.h>
#include <stdio.h>

#define ROUTES 40
#define QUERIES 16

static uint32_t prefix[ROUTES], mask[ROUTES];
static int16_t length[ROUTES], child[2][256];
static int nodes = 1;

static int scan(uint32_t address) {
  int best = -1, longest = -1;
  for (int i = 0; i < ROUTES; i++)
    if (((address ^ prefix[i]) & mask[i]) == 0 && length[i] > longest) {
      longest = length[i];
      best = i;
    }
  return best;
}

static int walk(uint32_t address) {
  int at = 0, depth = 0;
  while (depth < 8 && child[(address >> (31 - depth)) & 1][at] != 0) {
    at = child[(address >> (31 - depth)) & 1][at];
    depth++;
  }
  return depth;
}

int main(void) {
  uint32_t s = 99;
  for (int i = 0; i < ROUTES; i++) {
    s = s * 1664525u + 1013904223u;
    length[i] = (int16_t)(i % 9);
    mask[i] = length[i] == 0 ? 0 : ~0u << (32 - length[i]);
    prefix[i] = s & mask[i];
    int at = 0;
    for (int depth = 0; depth < length[i]; depth++) {
      int bit = (prefix[i] >> (31 - depth)) & 1;
      if (child[bit][at] == 0 && nodes < 256) child[bit][at] = (int16_t)nodes++;
      at = child[bit][at];
    }
  }
  for (int q = 0; q < QUERIES; q++) {
    s = s * 1664525u + 1013904223u;
    printf("%d/%d ", scan(s), walk(s));
  }
  printf("\n");
  return 0;
}
