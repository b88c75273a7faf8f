/* Embench-like (ud): LU decomposition and back substitution on integers, with divisions. */
#include <stdio.h>

#define SIZE 20

static int a[SIZE][SIZE], b[SIZE], x[SIZE];

static int ludcmp(int nmax, int n) {
  int i, j, k, w, y[SIZE];
  for (i = 0; i < n; i++) {
    for (j = i + 1; j <= n; j++) {
      w = a[j][i];
      if (i != 0)
        for (k = 0; k < i; k++) w -= a[j][k] * a[k][i];
      a[j][i] = w / a[i][i];
    }
    for (j = i + 1; j <= n; j++) {
      w = a[i + 1][j];
      for (k = 0; k <= i; k++) w -= a[i + 1][k] * a[k][j];
      a[i + 1][j] = w;
    }
  }
  y[0] = b[0];
  for (i = 1; i <= n; i++) {
    w = b[i];
    for (j = 0; j < i; j++) w -= a[i][j] * y[j];
    y[i] = w;
  }
  x[n] = y[n] / a[n][n];
  for (i = n - 1; i >= 0; i--) {
    w = y[i];
    for (j = i + 1; j <= n; j++) w -= a[i][j] * x[j];
    x[i] = w / a[i][i];
  }
  return nmax;
}

int main(void) {
  int i, j, n = 5, check = 0;
  for (i = 0; i <= n; i++) {
    int w = 0;
    for (j = 0; j <= n; j++) {
      a[i][j] = (i + 1) + (j + 1);
      if (i == j) a[i][j] *= 2;
      w += a[i][j];
    }
    b[i] = w;
  }
  check += ludcmp(SIZE, n);
  for (i = 0; i <= n; i++) check = check * 17 + x[i];
  printf("lu_solve %d\n", check);
  return 0;
}
