/* PolyBench-style covariance in integers: means by division, centring, and the upper triangle of the products. */
#include <stdint.h>
#include <stdio.h>

#define POINTS 24
#define VARIABLES 8

static int32_t data[POINTS][VARIABLES], mean[VARIABLES], cov[VARIABLES][VARIABLES];

static void covariance(void) {
  for (int j = 0; j < VARIABLES; j++) {
    mean[j] = 0;
    for (int i = 0; i < POINTS; i++) mean[j] += data[i][j];
    mean[j] /= POINTS;
  }
  for (int i = 0; i < POINTS; i++)
    for (int j = 0; j < VARIABLES; j++) data[i][j] -= mean[j];
  for (int i = 0; i < VARIABLES; i++)
    for (int j = i; j < VARIABLES; j++) {
      cov[i][j] = 0;
      for (int k = 0; k < POINTS; k++) cov[i][j] += data[k][i] * data[k][j];
      cov[i][j] /= POINTS - 1;
      cov[j][i] = cov[i][j];
    }
}

int main(void) {
  uint32_t state = 12345;
  for (int i = 0; i < POINTS; i++)
    for (int j = 0; j < VARIABLES; j++) {
      state = state * 1103515245u + 12345u;
      data[i][j] = (int32_t)(state >> 22) - 512;
    }
  covariance();
  for (int i = 0; i < VARIABLES; i++)
    for (int j = 0; j < VARIABLES; j++) printf("%d%c", (int)cov[i][j], j + 1 < VARIABLES ? ' ' : '\n');
  return 0;
}
