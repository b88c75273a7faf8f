/* PolyBench-style symm: C = alpha A B + beta C with A symmetric, only its lower triangle stored. The inner trip count
 * depends on the outer loop, and the last statement reads what the inner loop summed. */
#include <stdint.h>
#include <stdio.h>

#define M 14
#define N 10

static int32_t C[M][N], A[M][M], B[M][N];

static void symm(int32_t alpha, int32_t beta) {
  for (int i = 0; i < M; i++)
    for (int j = 0; j < N; j++) {
      int32_t temp = 0;
      for (int k = 0; k < i; k++) {
        C[k][j] += alpha * B[i][j] * A[i][k];
        temp += B[k][j] * A[i][k];
      }
      C[i][j] = beta * C[i][j] + alpha * B[i][j] * A[i][i] + alpha * temp;
    }
}

int main(void) {
  for (int i = 0; i < M; i++) {
    for (int j = 0; j <= i; j++) A[i][j] = (i + 2 * j) % 9 - 4;
    for (int j = 0; j < N; j++) {
      B[i][j] = (3 * i + j) % 7 - 3;
      C[i][j] = i - j;
    }
  }
  symm(2, 3);
  long sum = 0;
  for (int i = 0; i < M; i++)
    for (int j = 0; j < N; j++) sum = sum * 3 % 1000003 + C[i][j];
  printf("%ld\n", sum);
  return 0;
}
