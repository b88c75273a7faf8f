/* Autocorrelation at several lags.
 * Source: EEMBC TeleBench autcor00, GSM speech coding.
 * Shape: n int16 samples, at most 128; lags, at most 16. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void autocorrelation(int n HEDDLE_RANGE(0, 128), int lags HEDDLE_RANGE(0, 16),
                     const int16_t x[restrict static 128] HEDDLE_RANGE(-4000, 4000), int32_t r[restrict static 16]) {
  for (int lag = 0; lag < lags; lag++) {
    int32_t sum = 0;
    for (int i = 0; i < n - lag; i++) sum += x[i] * x[i + lag];
    r[lag] = sum >> 4;
  }
}
