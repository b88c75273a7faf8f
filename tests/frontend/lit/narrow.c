// RUN: %ir | %dfg -passes=heddle-dfg | %filecheck %s
// Bytes need no extension where only their low bits count, and loads extend for free.
#include <stdint.h>

void blend(int n, const uint8_t *restrict a, const uint8_t *restrict b, uint8_t *restrict c) {
  for (int i = 0; i < n; i++) c[i] = (uint8_t)(a[i] + b[i]);
}
// CHECK-LABEL: graph blend_6
// CHECK-DAG: [[A:%n[0-9]+]] = load_{{[us]}}8 a
// CHECK-DAG: [[B:%n[0-9]+]] = load_{{[us]}}8 b
// CHECK-NOT: {{zext|sext}}
// CHECK: store_8 c
