/* PolyBench-like: summed matrix by vector products, global arrays, integers. */
#include <stdio.h>

#define N 30

static int A[N][N], B[N][N], x[N], y[N], tmp[N];

static void init_array(int n) {
  int i, j;
  for (i = 0; i < n; i++) {
    x[i] = (i * 7) % n;
    for (j = 0; j < n; j++) {
      A[i][j] = (i * j + 1) % n;
      B[i][j] = (i * j + 2) % n;
    }
  }
}

static void kernel_gesummv(int n, int alpha, int beta) {
  int i, j;
  for (i = 0; i < n; i++) {
    tmp[i] = 0;
    y[i] = 0;
    for (j = 0; j < n; j++) {
      tmp[i] = A[i][j] * x[j] + tmp[i];
      y[i] = B[i][j] * x[j] + y[i];
    }
    y[i] = alpha * tmp[i] + beta * y[i];
  }
}

int main(void) {
  int i;
  unsigned sum = 0;
  init_array(N);
  kernel_gesummv(N, 3, 2);
  for (i = 0; i < N; i++) sum = sum * 31u + (unsigned)y[i];
  printf("gesummv %08x\n", sum);
  return 0;
}
