/* Marks for C that Heddle compiles. Every other compiler sees plain C: the marks expand to nothing there.
 *
 *   HEDDLE_KERNEL
 *   void scale(int n HEDDLE_RANGE(0, 64), const int8_t a[restrict static 64] HEDDLE_RANGE(-100, 100),
 *              int32_t out[restrict static 64]);
 *
 * HEDDLE_KERNEL in front of a function: map the loops of this function (instead of all loops of the file).
 *
 * HEDDLE_RANGE(low, high) behind a parameter: the values that the parameter takes, or the elements of its buffer;
 * both ends included, decimal integers (decimal fractions too where the type is float, double or one of numbers.h). Heddle draws the inputs of `heddle verify` from it; the compiled code is right
 * for other values too. Without it, elements take any value of their type, and integers
 * are 0 to 16, because most are sizes.
 *
 * `restrict` says that buffers do not overlap, `static 64` that at least 64 elements exist. */
#ifndef HEDDLE_KERNEL_H
#define HEDDLE_KERNEL_H

#include "heddle/numbers.h"
#include "heddle/packed.h"

#if defined(__clang__)
#define HEDDLE_KERNEL __attribute__((annotate("heddle.kernel")))
#define HEDDLE_TEXT_(x) #x
#define HEDDLE_RANGE_(low, high) __attribute__((annotate("heddle.range:" HEDDLE_TEXT_(low) ":" HEDDLE_TEXT_(high))))
#define HEDDLE_RANGE(low, high) HEDDLE_RANGE_(low, high)
#else
#define HEDDLE_KERNEL
#define HEDDLE_RANGE(low, high)
#endif

#endif
