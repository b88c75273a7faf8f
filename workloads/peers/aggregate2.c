/* Graph network, maximum and sum of two features over the neighbours of a node.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n neighbours, at most 64, of 64 nodes with features of 2 words. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t aggregate2(int n HEDDLE_RANGE(0, 64), const uint8_t neighbour[restrict static 64] HEDDLE_RANGE(0, 63),
                   const int32_t x[restrict static 128] HEDDLE_RANGE(-1000, 1000)) {
  int32_t sum = 0;
  int32_t most = 0;
  for (int e = 0; e < n; e++) {
    int32_t first = x[2 * neighbour[e]];
    int32_t second = x[2 * neighbour[e] + 1];
    sum += first;
    most = second > most ? second : most;
  }
  return sum + most;
}
