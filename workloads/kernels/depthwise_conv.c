/* Depthwise convolution, 3 x 3, stride 1, no padding: each channel has its own filter.
 * Source: MobileNet (Howard et al. 2017), quantised as in TensorFlow Lite before requantisation.
 * Shape: channels x 10 x 10 in CHW order, at most 8 channels; result channels x 8 x 8. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void depthwise_conv(int channels HEDDLE_RANGE(0, 8), const int8_t in[restrict static 800],
                    const int8_t weight[restrict static 72],
                    const int32_t bias[restrict static 8] HEDDLE_RANGE(-100000, 100000),
                    int32_t out[restrict static 512]) {
  for (int c = 0; c < channels; c++) {
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        int32_t sum = bias[c];
        for (int dy = 0; dy < 3; dy++)
          for (int dx = 0; dx < 3; dx++)
            sum += in[c * 100 + (y + dy) * 10 + x + dx] * weight[c * 9 + dy * 3 + dx];
        out[c * 64 + y * 8 + x] = sum;
      }
    }
  }
}
