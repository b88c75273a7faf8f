/* PolyBench-style syr2k: the lower triangle of C += alpha (A B' + B A'). */
#include <stdint.h>
#include <stdio.h>

#define N 12
#define M 9

static int32_t C[N][N];
static int8_t A[N][M], B[N][M];

int main(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < M; j++) {
      A[i][j] = (int8_t)((i * j + 1) % 17 - 8);
      B[i][j] = (int8_t)((i * 3 + j * 2) % 19 - 9);
    }
  for (int i = 0; i < N; i++) {
    for (int j = 0; j <= i; j++) C[i][j] *= 2;
    for (int k = 0; k < M; k++)
      for (int j = 0; j <= i; j++) C[i][j] += A[j][k] * 3 * B[i][k] + B[j][k] * 3 * A[i][k];
  }
  for (int i = 0; i < N; i++) {
    for (int j = 0; j <= i; j++) printf("%d ", (int)C[i][j]);
    printf("\n");
  }
  return 0;
}
