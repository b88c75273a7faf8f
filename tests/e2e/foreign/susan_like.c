/* MiBench-like (automotive/susan): a brightness table, then a smoothing mask that weighs neighbours by similarity; pointers without restrict. */
#include <stdio.h>
#include <stdlib.h>

typedef unsigned char uchar;

#define X 28
#define Y 20

static void setup_brightness_lut(uchar *bp, int thresh) {
  for (int k = -256; k < 257; k++) {
    int t = k * k / (thresh * thresh);
    bp[k + 256] = (uchar)(t > 10 ? 0 : 100 - 10 * t);
  }
}

static void susan_smoothing(const uchar *in, const uchar *bp, uchar *out) {
  for (int i = 1; i < Y - 1; i++)
    for (int j = 1; j < X - 1; j++) {
      int area = 0, total = 0, centre = in[i * X + j];
      for (int y = -1; y <= 1; y++)
        for (int x = -1; x <= 1; x++) {
          int brightness = in[(i + y) * X + j + x];
          int tmp = bp[256 + brightness - centre];
          area += tmp;
          total += tmp * brightness;
        }
      out[i * X + j] = (uchar)((total - centre * 100) / (area - 100 ? area - 100 : 1));
    }
}

int main(void) {
  uchar *bp = malloc(513), *in = malloc(X * Y), *out = calloc(X * Y, 1);
  unsigned sum = 0;
  if (!bp || !in || !out) return 1;
  setup_brightness_lut(bp, 20);
  for (int i = 0; i < X * Y; i++) in[i] = (uchar)(i * i * 7 + i / 3);
  susan_smoothing(in, bp, out);
  for (int i = 0; i < X * Y; i++) sum = sum * 37u + out[i];
  printf("susan_like %08x\n", sum);
  free(bp);
  free(in);
  free(out);
  return 0;
}
