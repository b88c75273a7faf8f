/* PolyBench-style fdtd-2d in fixed point: three coupled stencils a time step. */
#include <stdint.h>
#include <stdio.h>

#define T 5
#define NX 14
#define NY 12

static int32_t ex[NX][NY], ey[NX][NY], hz[NX][NY];

int main(void) {
  for (int i = 0; i < NX; i++)
    for (int j = 0; j < NY; j++) {
      ex[i][j] = i * (j + 1) * 8;
      ey[i][j] = i * (j + 2) * 6;
      hz[i][j] = i * (j + 3) * 5;
    }
  for (int t = 0; t < T; t++) {
    for (int j = 0; j < NY; j++) ey[0][j] = t * 256;
    for (int i = 1; i < NX; i++)
      for (int j = 0; j < NY; j++) ey[i][j] = ey[i][j] - ((hz[i][j] - hz[i - 1][j]) >> 1);
    for (int i = 0; i < NX; i++)
      for (int j = 1; j < NY; j++) ex[i][j] = ex[i][j] - ((hz[i][j] - hz[i][j - 1]) >> 1);
    for (int i = 0; i < NX - 1; i++)
      for (int j = 0; j < NY - 1; j++)
        hz[i][j] = hz[i][j] - ((ex[i][j + 1] - ex[i][j] + ey[i + 1][j] - ey[i][j]) * 179 >> 8);
  }
  uint32_t sum = 0;
  for (int i = 0; i < NX; i++)
    for (int j = 0; j < NY; j++) sum = sum * 31u + (uint32_t)hz[i][j];
  printf("%u\n", (unsigned)sum);
  return 0;
}
