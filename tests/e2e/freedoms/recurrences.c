/* Memory recurrences for forwarded stores: which addresses meet is known only from the data. Few different addresses, so
 * that they meet one, two and more iterations apart; zero strides; both directions; several recurrences in one loop. */
#include <stdint.h>

#include "heddle/kernel.h"

#define WORDS(name, low, high) const int32_t name[restrict static 48] HEDDLE_RANGE(low, high)

HEDDLE_KERNEL
void few_addresses(int n HEDDLE_RANGE(0, 48), WORDS(at, 0, 2), int32_t a[restrict static 4]) {
  for (int i = 0; i < n; i++) a[at[i]]++;
}

HEDDLE_KERNEL
void one_address(int n HEDDLE_RANGE(0, 48), WORDS(zero, 0, 0), WORDS(x, -9, 9), int32_t a[restrict static 4]) {
  for (int i = 0; i < n; i++) a[zero[i]] = a[zero[i]] - x[i];
}

HEDDLE_KERNEL
void other_address(int n HEDDLE_RANGE(0, 48), WORDS(from, 0, 3), WORDS(to, 0, 3), WORDS(x, -9, 9),
                   int32_t a[restrict static 4]) {
  for (int i = 0; i < n; i++) a[to[i]] = a[from[i]] + x[i];
}

HEDDLE_KERNEL
void downward(int n HEDDLE_RANGE(0, 16), int step HEDDLE_RANGE(-3, 3), WORDS(x, -9, 9), int32_t a[restrict static 96]) {
  for (int i = 0; i < n; i++) a[48 + i * step] = (a[48 + i * step] ^ x[i]) + 1;
}

HEDDLE_KERNEL
void old_value_kept(int n HEDDLE_RANGE(0, 48), WORDS(at, 0, 2), int32_t a[restrict static 4],
                    int32_t old[restrict static 48]) {
  for (int i = 0; i < n; i++) {
    int32_t before = a[at[i]];
    old[i] = before;
    a[at[i]] = before + i;
  }
}

HEDDLE_KERNEL
void two_at_once(int n HEDDLE_RANGE(0, 48), WORDS(at, 0, 2), WORDS(to, 0, 2), int32_t a[restrict static 4],
                 int32_t b[restrict static 4]) {
  for (int i = 0; i < n; i++) {
    a[at[i]]++;
    b[to[i]] += 3;
  }
}

HEDDLE_KERNEL
void sum_of_rows(int n HEDDLE_RANGE(0, 6), WORDS(x, -9, 9), int32_t s[restrict static 8]) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) s[j] += x[i * n + j];
}

/* What is not forwarded, and must stay right all the same. */

HEDDLE_KERNEL
void under_condition(int n HEDDLE_RANGE(0, 48), WORDS(at, 0, 2), WORDS(x, -1, 1), int32_t a[restrict static 4]) {
  for (int i = 0; i < n; i++)
    if (x[i] > 0) a[at[i]]++;
}

HEDDLE_KERNEL
void second_store(int n HEDDLE_RANGE(0, 48), WORDS(at, 0, 2), WORDS(to, 0, 2), int32_t a[restrict static 4]) {
  for (int i = 0; i < n; i++) {
    a[at[i]]++;
    a[to[i]] = i;
  }
}

HEDDLE_KERNEL
void bytes(int n HEDDLE_RANGE(0, 48), WORDS(at, 0, 2), uint8_t a[restrict static 4]) {
  for (int i = 0; i < n; i++) a[at[i]] += 77;
}
