// RUN: %ir | %dfg -passes=heddle-dfg | %filecheck %s
// What stays on the host, and why.
#include <stdio.h>

void show(int n, const int *a) {
  for (int i = 0; i < n; i++) printf("%d\n", a[i]);
}
// CHECK-DAG: ; host show:6: calls printf

int find(const int *a) {
  int i = 0;
  while (a[i] != 0) i++;
  return i;
}
// CHECK-DAG: ; host find:12: exit depends on data computed in the loop

double mean(int n, const double *a) {
  double s = 0;
  for (int i = 0; i < n; i++) s += a[i];
  return s;
}
// CHECK-DAG: ; host mean:19: double-precision {{add|load|arithmetic}}

long sum(int n, const long *a) {
  long s = 0;
  for (int i = 0; i < n; i++) s += a[i];
  return s;
}
// CHECK-DAG: ; host sum:26: 64-bit arithmetic on a 32-bit array

void divide(int n, float d, float *a) {
  for (int i = 0; i < n; i++) a[i] /= d;
}
// CHECK-DAG: ; host divide:32: floating point divide

void round_all(int n, const float *a, long *out) {
  for (int i = 0; i < n; i++) out[i] = (long)a[i];
}
// CHECK-DAG: ; host round_all:37: {{.*}}64-bit
