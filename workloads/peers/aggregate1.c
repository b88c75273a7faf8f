/* Graph network, sum over the neighbours of a node, weighted by edge.
 * Source: written anew for Heddle from the name and the textbook algorithm of a kernel of CGRA-Mapper's test set.
 * Shape: n neighbours, at most 64, of 64 nodes with features of 4 words. */
#include <stdint.h>

#include "heddle/kernel.h"

HEDDLE_KERNEL
int32_t aggregate1(int n HEDDLE_RANGE(0, 64), int feature HEDDLE_RANGE(0, 3),
                   const uint8_t neighbour[restrict static 64] HEDDLE_RANGE(0, 63),
                   const int16_t weight[restrict static 64] HEDDLE_RANGE(-100, 100),
                   const int32_t x[restrict static 256] HEDDLE_RANGE(-1000, 1000)) {
  int32_t sum = 0;
  for (int e = 0; e < n; e++) sum += weight[e] * x[4 * neighbour[e] + feature];
  return sum;
}
