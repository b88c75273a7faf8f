// RUN: %ir | %dfg -passes=heddle-dfg | %filecheck %s
// A chain of dot products that adds to the value of the iteration before is summed first: one addition is the recurrence.
#include "heddle/packed.h"

int32_t chain(int n, const heddle_u8x4 *restrict a, const heddle_s8x4 *restrict b) {
  int32_t s = 5;
  for (int i = 0; i < n; i++) {
    s = heddle_us8_dot(a[2 * i], b[2 * i], s);
    s = heddle_us8_dot(a[2 * i + 1], b[2 * i + 1], s);
  }
  return s;
}
// CHECK-LABEL: graph chain_7
// CHECK: %[[INNER:n[0-9]+]] = us8_dot %{{[^,]*}}, %{{[^, ]*}}  ;
// CHECK: %[[OUTER:n[0-9]+]] = us8_dot %{{[^,]*}}, %{{[^,]*}}, %[[INNER]]
// CHECK: %[[SUM:n[0-9]+]] = add %[[OUTER]], %[[SUM]]@1 init 5 live_out

// Any other sum stays in the dot product.
void biased(int n, const heddle_s4x8 *restrict a, const heddle_s4x8 *restrict b, int32_t *restrict out) {
  for (int i = 0; i < n; i++) out[i] = heddle_s4_dot(a[i], b[i], out[i]);
}
// CHECK-LABEL: graph biased_20
// CHECK: %[[OLD:n[0-9]+]] = load_u32 out
// CHECK: s4_dot %{{[^,]*}}, %{{[^,]*}}, %[[OLD]]
