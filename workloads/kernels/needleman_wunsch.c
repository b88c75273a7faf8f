/* Global sequence alignment: the score matrix.
 * Source: Needleman and Wunsch 1970 (Rodinia nw), match +1, mismatch -1, gap -2.
 * Shape: two strings of at most 23 letters; the matrix has 24 columns. */
#include <stdint.h>

#include "heddle/kernel.h"

#define WIDTH 24
#define GAP (-2)

HEDDLE_KERNEL
void needleman_wunsch(int n HEDDLE_RANGE(0, 23), int m HEDDLE_RANGE(0, 23),
                      const uint8_t a[restrict static 23] HEDDLE_RANGE(65, 68),
                      const uint8_t b[restrict static 23] HEDDLE_RANGE(65, 68),
                      int16_t score[restrict static WIDTH * WIDTH]) {
  for (int j = 0; j <= m; j++) score[j] = (int16_t)(j * GAP);
  for (int i = 1; i <= n; i++) {
    score[i * WIDTH] = (int16_t)(i * GAP);
    for (int j = 1; j <= m; j++) {
      int best = score[(i - 1) * WIDTH + j - 1] + (a[i - 1] == b[j - 1] ? 1 : -1);
      int up = score[(i - 1) * WIDTH + j] + GAP;
      int left = score[i * WIDTH + j - 1] + GAP;
      if (up > best) best = up;
      if (left > best) best = left;
      score[i * WIDTH + j] = (int16_t)best;
    }
  }
}
