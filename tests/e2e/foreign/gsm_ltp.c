/* MiBench-style gsm: the search for the lag of the long-term predictor, a cross-correlation with saturating additions,
 * and its gain by comparison with thresholds. */
#include <stdint.h>
#include <stdio.h>

static int16_t d[40], dp[160];

static int16_t saturate(int32_t x) { return (int16_t)(x > 32767 ? 32767 : x < -32768 ? -32768 : x); }

static int32_t correlate(int lambda) {
  int32_t sum = 0;
  for (int k = 0; k < 40; k++) sum += (d[k] >> 2) * (dp[120 + k - lambda] >> 2);
  return sum;
}

static int16_t filter(int lag, int16_t gain, int16_t *out) {
  int16_t peak = 0;
  for (int k = 0; k < 40; k++) {
    int16_t predicted = (int16_t)((gain * dp[120 + k - lag] + 16384) >> 15);
    out[k] = saturate(d[k] - predicted);
    int16_t size = saturate(out[k] < 0 ? -(int32_t)out[k] : out[k]);
    if (size > peak) peak = size;
  }
  return peak;
}

int main(void) {
  static const int16_t thresholds[4] = {6554, 16384, 26214, 32767};
  int16_t e[40];
  for (int k = 0; k < 160; k++) dp[k] = (int16_t)((k * 1237 + k * k * 31) % 6001 - 3000);
  for (int k = 0; k < 40; k++) d[k] = (int16_t)(dp[60 + k] + (k * 13) % 29);
  int32_t best = -2147483647 - 1;
  int lag = 40;
  for (int lambda = 40; lambda <= 120; lambda++) {
    int32_t c = correlate(lambda);
    if (c > best) {
      best = c;
      lag = lambda;
    }
  }
  for (int g = 0; g < 4; g++) printf("%d:%d ", lag, filter(lag, thresholds[g], e));
  unsigned sum = 0;
  for (int k = 0; k < 40; k++) sum = sum * 17u + (uint16_t)e[k];
  printf("%u\n", sum);
  return 0;
}
