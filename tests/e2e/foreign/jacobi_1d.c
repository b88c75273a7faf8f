/* PolyBench-style jacobi-1d in fixed point: two sweeps a step, arrays on the stack, bounds as 64-bit integers. */
#include <stdint.h>
#include <stdio.h>

static void jacobi(long steps, long n, int32_t *a, int32_t *b) {
  for (long t = 0; t < steps; t++) {
    for (long i = 1; i < n - 1; i++) b[i] = (a[i - 1] + a[i] + a[i + 1]) * 85 >> 8;
    for (long i = 1; i < n - 1; i++) a[i] = (b[i - 1] + b[i] + b[i + 1]) * 85 >> 8;
  }
}

int main(void) {
  int32_t a[50], b[50];
  for (int i = 0; i < 50; i++) a[i] = b[i] = (i * i * 37 + 11) % 1000;
  jacobi(6, 50, a, b);
  for (int i = 0; i < 50; i++) printf("%d ", (int)a[i]);
  printf("\n");
  return 0;
}
