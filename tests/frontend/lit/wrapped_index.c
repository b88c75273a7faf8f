// RUN: %ir -fwrapv | %dfg -passes=heddle-dfg | %filecheck %s
// Sums of int that may wrap: LLVM extends them by shifts of 64 bits, which no array of 32 bits has. They are sums of 32
// bits, and of an address only 32 bits count.
#include <stdint.h>

void gather(int n, const int32_t *restrict a, int32_t *restrict b) {
  for (int i = 4; i < n; i += 2)
    for (int j = 0; j < 5; j++) b[i + j * 8 + 3] = a[2 * i + 7] * j;
}
// CHECK-LABEL: graph gather_7
// CHECK-DAG: load_{{[us]}}32 a
// CHECK-DAG: store_32 b
// CHECK-NOT: {{sh[lr]|sext|zext}}
// CHECK-NOT: 64-bit arithmetic

// Used as a number, the sum keeps its extension: b holds what the C says, also above 2^31.
void numbers(int n, const int8_t *restrict a, int16_t *restrict b) {
  for (int i = 0; i < n; i++) b[i] = (int16_t)((int8_t)(a[i] + i) >> 1);
}
// CHECK-LABEL: graph numbers_18
// CHECK: sext8
// CHECK: store_16 b
// CHECK-NOT: 64-bit arithmetic

// Outside of the loop that it is computed in.
void after(int n, const int8_t *restrict a, int32_t *restrict b) {
  for (int i = 4; i < n; i++) {
    for (int j = 0; j < 5; j++) b[i + j * 8 + 3] = j;
    b[2 * i + 1] = a[i + 7];
  }
}
// CHECK-LABEL: graph after_
// CHECK-NOT: 64-bit arithmetic
