// RUN: %ir | %dfg -passes=heddle-dfg | %filecheck %s
// C's float: each operator is one operation, no contraction; a live-in is a code, constants are codes.
#include <math.h>

float dot(int n, float scale, const float *restrict a, const float *restrict b) {
  float s = 0;
  for (int i = 0; i < n; i++) s += scale * a[i] * b[i];
  return s;
}
// CHECK-LABEL: graph dot_7
// CHECK: live_in scale.bits
// CHECK: [[A:%n[0-9]+]] = load_u32
// CHECK: [[P:%n[0-9]+]] = fp32_mul [[A]], $scale.bits
// CHECK: [[Q:%n[0-9]+]] = fp32_mul
// CHECK: fp32_add {{.*}}@1 init 0{{.*}} live_out

void clamp(int n, const float *restrict a, float *restrict out) {
  for (int i = 0; i < n; i++) out[i] = a[i] > 1 ? 1 : -fabsf(a[i]);
}
// CHECK-LABEL: graph clamp_18
// CHECK-DAG: fp32_lt 1065353216, %
// CHECK-DAG: and %{{.*}}, 2147483647
// CHECK-DAG: select 1065353216, %

float fused(int n, const float *restrict a) {
  float s = 1;
  for (int i = 0; i < n; i++) s = fmaxf(fmaf(a[i], a[i], s), (float)i);
  return s;
}
// CHECK-LABEL: graph fused_27
// CHECK-DAG: fp32_mac
// CHECK-DAG: fp32_from_u32
// CHECK-DAG: fp32_max
