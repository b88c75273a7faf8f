/* PolyBench-style gemver on integers: a rank-2 update, a product with the transpose, and a product. */
#include <stdint.h>
#include <stdio.h>

#define N 20

static int32_t A[N][N];
static int16_t u1[N], v1[N], u2[N], v2[N], y[N], z[N];
static int32_t x[N], w[N];

static void init(void) {
  for (int i = 0; i < N; i++) {
    u1[i] = (int16_t)(i - 7);
    u2[i] = (int16_t)((3 * i & 7) - 4);
    v1[i] = (int16_t)((i * i & 15) - 6);
    v2[i] = (int16_t)(9 - i);
    y[i] = (int16_t)((i & 3) - 2);
    z[i] = (int16_t)(i & 7);
    for (int j = 0; j < N; j++) A[i][j] = (i * 17 + j * 5) % 23 - 11;
  }
}

static void gemver(int alpha, int beta) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) A[i][j] = A[i][j] + u1[i] * v1[j] + u2[i] * v2[j];
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) x[i] = x[i] + beta * A[j][i] * y[j];
  for (int i = 0; i < N; i++) x[i] = x[i] + z[i];
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) w[i] = w[i] + alpha * A[i][j] * (x[j] >> 4);
}

int main(void) {
  init();
  gemver(3, -2);
  for (int i = 0; i < N; i++) printf("%d%c", (int)w[i], i + 1 < N ? ' ' : '\n');
  return 0;
}
