/* A program that belongs on the array only in part: a floating-point loop, calls, a sort by recursion, and one integer loop. */
#include <math.h>
#include <stdio.h>

static double px[8], vx[8];
static int key[32];
static short wave[128], smooth[128];

static void advance(double dt) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
      if (i != j) {
        double d = px[j] - px[i];
        vx[i] += dt * d / (fabs(d * d * d) + 0.5);
      }
  for (int i = 0; i < 8; i++) px[i] += dt * vx[i];
}

static void quicksort(int *a, int n) {
  if (n < 2) return;
  int pivot = a[n / 2], i = 0, j = n - 1;
  while (i <= j) {
    while (a[i] < pivot) i++;
    while (a[j] > pivot) j--;
    if (i <= j) {
      int t = a[i];
      a[i++] = a[j];
      a[j--] = t;
    }
  }
  quicksort(a, j + 1);
  quicksort(a + i, n - i);
}

int main(void) {
  unsigned sum = 0;
  for (int i = 0; i < 8; i++) px[i] = i * 1.25;
  for (int step = 0; step < 10; step++) advance(0.01);
  for (int i = 0; i < 32; i++) key[i] = (i * 37) % 64;
  quicksort(key, 32);
  for (int i = 0; i < 128; i++) wave[i] = (short)(i * i * 31);
  for (int i = 2; i < 126; i++)
    smooth[i] = (short)((wave[i - 2] + 4 * wave[i - 1] + 6 * wave[i] + 4 * wave[i + 1] + wave[i + 2]) >> 4);
  for (int i = 0; i < 32; i++) sum = sum * 3u + (unsigned)key[i];
  for (int i = 0; i < 128; i++) sum = sum * 5u + (unsigned short)smooth[i];
  printf("nbody_mixed %08x %.6f\n", sum, px[0]);
  return 0;
}
