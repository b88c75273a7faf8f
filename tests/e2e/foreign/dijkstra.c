/* MiBench-like (network/dijkstra): shortest paths on an adjacency matrix by repeated scans for the nearest node. */
#include <stdio.h>

#define NODES 32
#define NONE 9999

static int AdjMatrix[NODES][NODES];
static int dist[NODES], prev[NODES], done[NODES];

static void dijkstra(int start) {
  for (int i = 0; i < NODES; i++) {
    dist[i] = NONE;
    prev[i] = -1;
    done[i] = 0;
  }
  dist[start] = 0;
  for (int round = 0; round < NODES; round++) {
    int best = -1, best_dist = NONE + 1;
    for (int i = 0; i < NODES; i++)
      if (!done[i] && dist[i] < best_dist) {
        best_dist = dist[i];
        best = i;
      }
    if (best < 0) break;
    done[best] = 1;
    for (int i = 0; i < NODES; i++) {
      int cost = AdjMatrix[best][i];
      if (cost != NONE && best_dist + cost < dist[i]) {
        dist[i] = best_dist + cost;
        prev[i] = best;
      }
    }
  }
}

int main(void) {
  unsigned state = 1, sum = 0;
  for (int i = 0; i < NODES; i++)
    for (int j = 0; j < NODES; j++) {
      state = state * 1103515245u + 12345u;
      AdjMatrix[i][j] = (state >> 16) % 3 == 0 ? (int)((state >> 18) % 50 + 1) : NONE;
    }
  for (int start = 0; start < 4; start++) {
    dijkstra(start);
    for (int i = 0; i < NODES; i++) sum = sum * 33u + (unsigned)(dist[i] * 64 + prev[i] + 1);
  }
  printf("dijkstra %08x\n", sum);
  return 0;
}
