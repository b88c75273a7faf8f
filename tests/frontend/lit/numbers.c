// RUN: %ir | %dfg -passes=heddle-dfg | %filecheck %s
// The functions of heddle/numbers.h are operations; codes need no extension before them.
#include "heddle/numbers.h"

float dot(int n, const heddle_e4m3 *restrict a, const heddle_e4m3 *restrict b) {
  float s = 0;
  for (int i = 0; i < n; i++) s = heddle_e4m3_mac(a[i], b[i], s);
  return s;
}
// CHECK-LABEL: graph dot_7
// CHECK-NOT: ext8
// CHECK: e4m3_mac %{{.*}}, %{{.*}}, %{{.*}}@1 init 0
// CHECK-NOT: ext8

void largest(int n, const heddle_fp16 *restrict a, heddle_fp16 *restrict out) {
  heddle_fp16 most = a[0];
  for (int i = 0; i < n; i++) {
    if (heddle_fp16_lt(most, a[i])) most = heddle_fp16_mul(a[i], 0x3C00);
    out[i] = most;
  }
}
// CHECK-LABEL: graph largest_17
// CHECK-DAG: fp16_lt
// CHECK-DAG: fp16_mul {{.*}}, 15360
// CHECK-DAG: store_16
