/* Pointwise (1 x 1) convolution: at each pixel, a small matrix by vector product over the channels.
 * Source: MobileNet (Howard et al. 2017), HWC order.
 * Shape: pixels x inputs to pixels x outputs, at most 36 x 16 to 36 x 16. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
void pointwise_conv(int pixels HEDDLE_RANGE(0, 36), int inputs HEDDLE_RANGE(0, 16), int outputs HEDDLE_RANGE(0, 16),
                    const int8_t in[restrict static 576], const int8_t weight[restrict static 256],
                    int32_t out[restrict static 576]) {
  for (int p = 0; p < pixels; p++) {
    for (int o = 0; o < outputs; o++) {
      int32_t sum = 0;
      for (int i = 0; i < inputs; i++) sum += in[p * inputs + i] * weight[o * inputs + i];
      out[p * outputs + o] = sum;
    }
  }
}
