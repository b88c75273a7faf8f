// RUN: %ir | %dfg -passes=heddle-dfg | %filecheck %s
// A store under a condition gets the condition as predicate; the load is speculated.
void clip(int n, const int *restrict a, int *restrict b) {
  for (int i = 0; i < n; i++)
    if (a[i] > 100) b[i] = a[i] - 100;
}
// CHECK-LABEL: graph clip_4
// CHECK: [[A:%n[0-9]+]] = load_{{[us]}}32 a{{\[%n[0-9]+}} << 2]  ;
// CHECK-DAG: [[C:%n[0-9]+]] = slt 100, [[A]]
// CHECK-DAG: [[D:%n[0-9]+]] = add [[A]], -100
// CHECK: store_32 b{{\[.*\]}}, [[D]] if [[C]]
