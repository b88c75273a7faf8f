/* MiBench-style qsort: an iterative quicksort with Lomuto's partition, whose swap is a data-dependent store. */
#include <stdio.h>

#define N 48

static int partition(int *v, int low, int high) {
  int pivot = v[high];
  int to = low;
  for (int i = low; i < high; i++)
    if (v[i] < pivot) {
      int t = v[to];
      v[to] = v[i];
      v[i] = t;
      to++;
    }
  v[high] = v[to];
  v[to] = pivot;
  return to;
}

static void sort(int *v, int n) {
  int stack[2 * N], top = 0;
  stack[top++] = 0;
  stack[top++] = n - 1;
  while (top > 0) {
    int high = stack[--top], low = stack[--top];
    if (low >= high) continue;
    int p = partition(v, low, high);
    stack[top++] = low;
    stack[top++] = p - 1;
    stack[top++] = p + 1;
    stack[top++] = high;
  }
}

int main(void) {
  int v[N];
  unsigned s = 7;
  for (int i = 0; i < N; i++) {
    s = s * 1664525u + 1013904223u;
    v[i] = (int)(s >> 20) - 2048;
  }
  sort(v, N);
  for (int i = 0; i < N; i++) printf("%d ", v[i]);
  printf("\n");
  return 0;
}
