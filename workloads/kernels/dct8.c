/* Eight-point forward DCT of each row of a block.
 * Source: the even-odd decomposition of JPEG encoders (Loeffler, Ligtenberg, Moschytz 1989), with 13-bit constants.
 * Shape: rows of 8 int16, at most 32. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void dct8(int rows HEDDLE_RANGE(0, 32), const int16_t in[restrict static 256] HEDDLE_RANGE(-255, 255),
          int16_t out[restrict static 256]) {
  for (int i = 0; i < rows; i++) {
    const int16_t *x = in + 8 * i;
    int16_t *y = out + 8 * i;
    int32_t s0 = x[0] + x[7], d0 = x[0] - x[7];
    int32_t s1 = x[1] + x[6], d1 = x[1] - x[6];
    int32_t s2 = x[2] + x[5], d2 = x[2] - x[5];
    int32_t s3 = x[3] + x[4], d3 = x[3] - x[4];
    int32_t e0 = s0 + s3, e3 = s0 - s3;
    int32_t e1 = s1 + s2, e2 = s1 - s2;
    y[0] = (int16_t)((e0 + e1) * 2896 >> 13);
    y[4] = (int16_t)((e0 - e1) * 2896 >> 13);
    y[2] = (int16_t)((e3 * 3784 + e2 * 1567) >> 13);
    y[6] = (int16_t)((e3 * 1567 - e2 * 3784) >> 13);
    y[1] = (int16_t)((d0 * 4017 + d1 * 3406 + d2 * 2276 + d3 * 799) >> 13);
    y[3] = (int16_t)((d0 * 3406 - d1 * 799 - d2 * 4017 - d3 * 2276) >> 13);
    y[5] = (int16_t)((d0 * 2276 - d1 * 4017 + d2 * 799 + d3 * 3406) >> 13);
    y[7] = (int16_t)((d0 * 799 - d1 * 2276 + d2 * 3406 - d3 * 4017) >> 13);
  }
}
