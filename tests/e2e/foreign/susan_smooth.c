/* MiBench-style susan smoothing: a weighted mean of the neighbours that are alike, weights from a table indexed by the
 * difference of brightness, and a division for every pixel. */
#include <stdint.h>
#include <stdio.h>

#define W 16
#define H 12

static uint8_t image[H][W], out[H][W], alike[512];

static void smooth(void) {
  for (int y = 1; y < H - 1; y++)
    for (int x = 1; x < W - 1; x++) {
      int area = 0, total = 0;
      for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
          int brightness = image[y + dy][x + dx];
          int weight = alike[256 + brightness - image[y][x]];
          area += weight;
          total += weight * brightness;
        }
      out[y][x] = (uint8_t)(total / area);
    }
}

int main(void) {
  for (int d = -256; d < 256; d++) {
    int a = d < 0 ? -d : d;
    alike[256 + d] = (uint8_t)(a > 100 ? 1 : 101 - a);
  }
  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++) image[y][x] = (uint8_t)((x * 37 + y * 91 + x * y) % 251);
  smooth();
  unsigned sum = 0;
  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++) sum = sum * 131u + out[y][x];
  printf("%u\n", sum);
  return 0;
}
