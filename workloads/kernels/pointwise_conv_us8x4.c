/* Pointwise (1 x 1) convolution of unsigned activations, four channels in a word, with a bias for each output.
 * Source: as pointwise_conv.c; unsigned activations follow a ReLU.
 * Shape: pixels x 4 inputs to pixels x outputs, at most 36 x 16 to 36 x 16. */
#include "heddle/kernel.h"

HEDDLE_KERNEL
void pointwise_conv_us8x4(int pixels HEDDLE_RANGE(0, 36), int inputs HEDDLE_RANGE(0, 4),
                          int outputs HEDDLE_RANGE(0, 16), const heddle_u8x4 in[restrict static 144],
                          const heddle_s8x4 weight[restrict static 64], const int32_t bias[restrict static 16],
                          int32_t out[restrict static 576]) {
  for (int p = 0; p < pixels; p++) {
    for (int o = 0; o < outputs; o++) {
      int32_t sum = 0;
      for (int i = 0; i < inputs; i++) sum = heddle_us8_dot(in[p * inputs + i], weight[o * inputs + i], sum);
      out[p * outputs + o] = sum + bias[o];
    }
  }
}
