/* PolyBench-like: Gauss-Seidel sweeps in place, every neighbour either new or old. */
#include <stdio.h>

#define N 24
#define STEPS 5

int A[N][N];

void kernel_seidel_2d(int tsteps, int n) {
  int t, i, j;
  for (t = 0; t <= tsteps - 1; t++)
    for (i = 1; i <= n - 2; i++)
      for (j = 1; j <= n - 2; j++)
        A[i][j] = (A[i - 1][j - 1] + A[i - 1][j] + A[i - 1][j + 1] + A[i][j - 1] + A[i][j] + A[i][j + 1] +
                   A[i + 1][j - 1] + A[i + 1][j] + A[i + 1][j + 1]) / 9;
}

int main(void) {
  int i, j;
  unsigned long long sum = 0;
  for (i = 0; i < N; i++)
    for (j = 0; j < N; j++) A[i][j] = i * (j + 2) * 100 + 2;
  kernel_seidel_2d(STEPS, N);
  for (i = 0; i < N; i++)
    for (j = 0; j < N; j++) sum += (unsigned long long)A[i][j] * (unsigned)(i + 3 * j + 1);
  printf("seidel %llu\n", sum);
  return 0;
}
