// RUN: %ir | %dfg -passes='heddle-dfg<flatten>' | %filecheck %s
// RUN: %ir | %dfg -passes='heddle-dfg<innermost>' | %filecheck --check-prefix=INNER %s
// Row by row over a matrix without gaps: the flattened nest counts straight through.
void scale(const int a[restrict static 64], int b[restrict static 64]) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++) b[i * 8 + j] = 3 * a[i * 8 + j];
}
// CHECK-LABEL: graph scale_5 word 32 trip 64
// CHECK: [[I:%n[0-9]+]] = add [[I]]@1 init -1, 1
// CHECK-NOT: select
// CHECK: store_32 b{{\[}}[[I]] << 2]
// INNER-LABEL: graph scale_6 word 32 trip 8
// INNER: ; host scale:5: only inner loops run on the array
