// RUN: %ir | %dfg -passes=heddle-dfg | %filecheck %s
// One counter serves all three arrays; restrict leaves nothing to order.
void add(int n, const int *a, const int *b, int *restrict c) {
  for (int i = 0; i < n; i++) c[i] = a[i] + b[i];
}
// CHECK-LABEL: graph add_4 word 32
// CHECK: [[I:%n[0-9]+]] = add [[I]]@1 init -1, 1
// CHECK-DAG: [[A:%n[0-9]+]] = load_u32 a{{\[}}[[I]] << 2]
// CHECK-DAG: [[B:%n[0-9]+]] = load_u32 b{{\[}}[[I]] << 2]
// CHECK: [[S:%n[0-9]+]] = add [[A]], [[B]]
// CHECK: store_32 c{{\[}}[[I]] << 2], [[S]]
// CHECK-NOT: order
