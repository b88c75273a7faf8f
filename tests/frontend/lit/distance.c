// RUN: %ir | %dfg -passes=heddle-dfg | %filecheck %s
// A load meets what was stored three iterations ago: an order edge with that distance, and none the other way.
void chain(int n, int *a) {
  for (int i = 3; i < n; i++) a[i] = a[i - 3] * 5;
}
// CHECK-LABEL: graph chain_4
// CHECK: [[L:%n[0-9]+]] = load_u32 a
// CHECK: [[S:%n[0-9]+]] = store_32 a
// CHECK: order [[S]] -> [[L]] distance 3
// CHECK-NOT: order
