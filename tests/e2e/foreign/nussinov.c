/* PolyBench-style Nussinov: base pairs of an RNA by dynamic programming. The outer loop runs down, the others depend
 * on it, and every cell reads cells of the same sweep. */
#include <stdint.h>
#include <stdio.h>

#define N 24
#define MAX(a, b) ((a) >= (b) ? (a) : (b))

static uint8_t seq[N];
static int32_t table[N][N];

static int pairs(int a, int b) { return a + b == 3; }

static void nussinov(void) {
  for (int i = N - 1; i >= 0; i--)
    for (int j = i + 1; j < N; j++) {
      if (j - 1 >= 0) table[i][j] = MAX(table[i][j], table[i][j - 1]);
      if (i + 1 < N) table[i][j] = MAX(table[i][j], table[i + 1][j]);
      if (j - 1 >= 0 && i + 1 < N) {
        if (i < j - 1)
          table[i][j] = MAX(table[i][j], table[i + 1][j - 1] + pairs(seq[i], seq[j]));
        else
          table[i][j] = MAX(table[i][j], table[i + 1][j - 1]);
      }
      for (int k = i + 1; k < j; k++) table[i][j] = MAX(table[i][j], table[i][k] + table[k + 1][j]);
    }
}

int main(void) {
  for (int i = 0; i < N; i++) seq[i] = (uint8_t)((i * 7 + i / 3) % 4);
  nussinov();
  printf("%d\n", (int)table[0][N - 1]);
  return 0;
}
