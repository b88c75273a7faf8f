/* Embench-like (edn): a set of DSP routines on short arrays through pointers that may overlap. */
#include <stdio.h>

#define N 100
#define ORDER 16

static short a[200], b[200];
static int output[200];

static void vec_mpy1(short y[], const short x[], short scaler) {
  for (int i = 0; i < 150; i++) y[i] += (short)(scaler * x[i] >> 15);
}

static int mac(const short *p, const short *q, int sqr, int *sum) {
  int dotp = *sum;
  for (int i = 0; i < 150; i++) {
    dotp += q[i] * p[i];
    sqr += q[i] * q[i];
  }
  *sum = dotp;
  return sqr;
}

static void fir(const short array1[], const short coeff[], int out[]) {
  for (int i = 0; i < N - ORDER; i++) {
    int sum = 0;
    for (int j = 0; j < ORDER; j++) sum += array1[i + j] * coeff[j];
    out[i] = sum >> 15;
  }
}

static int latsynth(short p[], const short k[], int n, int f) {
  f -= p[n - 1] * k[n - 1];
  for (int i = n - 2; i >= 0; i--) {
    f -= p[i] * k[i];
    p[i + 1] = (short)(p[i] + (k[i] * (f >> 16) >> 16));
  }
  p[0] = (short)(f >> 16);
  return f;
}

int main(void) {
  int c = 3, d = 0xAAAA, e[1] = {0xEEEE};
  for (int i = 0; i < 200; i++) {
    a[i] = (short)((i * 73) % 600 - 300);
    b[i] = (short)((i * 41) % 500 - 250);
  }
  vec_mpy1(a, b, (short)c);
  c = mac(a, b, c, e);
  fir(a, b, output);
  d = latsynth(a, b, N, d);
  unsigned sum = (unsigned)c ^ (unsigned)d ^ (unsigned)e[0];
  for (int i = 0; i < 200; i++) sum = sum * 7u + (unsigned)output[i] + (unsigned short)a[i];
  printf("edn %08x\n", sum);
  return 0;
}
