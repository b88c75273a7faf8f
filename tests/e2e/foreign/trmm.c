/* PolyBench-like: triangular matrix multiplication; inner loops whose bounds depend on the outer counter. */
#include <stdio.h>

#define M 20
#define N 24

static int A[M][M], B[M][N];

static void kernel_trmm(int m, int n, int alpha) {
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      for (int k = i + 1; k < m; k++) B[i][j] += A[k][i] * B[k][j];
      B[i][j] = alpha * B[i][j];
    }
}

int main(void) {
  for (int i = 0; i < M; i++) {
    for (int j = 0; j < i; j++) A[i][j] = (i + j) % 5;
    A[i][i] = 1;
    for (int j = 0; j < N; j++) B[i][j] = (N + (i - j)) % 11;
  }
  kernel_trmm(M, N, 2);
  unsigned sum = 0;
  for (int i = 0; i < M; i++)
    for (int j = 0; j < N; j++) sum = (sum << 1 | sum >> 31) ^ (unsigned)B[i][j];
  printf("trmm %08x\n", sum);
  return 0;
}
