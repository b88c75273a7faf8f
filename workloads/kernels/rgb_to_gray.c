/* Colour to luminance.
 * Source: ITU-R BT.601 weights in 8 bits, as in image libraries; an array of structs.
 * Shape: n pixels, at most 256. */
#include <stdint.h>

#include "heddle/kernel.h"

struct pixel {
  uint8_t red;
  uint8_t green;
  uint8_t blue;
};

HEDDLE_KERNEL
void rgb_to_gray(int n HEDDLE_RANGE(0, 256), const struct pixel in[restrict static 256],
                 uint8_t out[restrict static 256]) {
  for (int i = 0; i < n; i++) out[i] = (uint8_t)((77 * in[i].red + 150 * in[i].green + 29 * in[i].blue + 128) >> 8);
}
