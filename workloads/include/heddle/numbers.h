/* Number formats in C: codes are unsigned integers, arithmetic on them are functions.
 *
 *   typedef            bits  what
 *   heddle_fp16        16    IEEE binary16
 *   heddle_bf16        16    bfloat16
 *   heddle_e4m3 e5m2    8    minifloats: exponent and mantissa bits as the name says, bias 2^(exponent bits - 1) - 1,
 *   heddle_e3m2 e2m3    6    subnormals, no infinity and no NaN: what is too large becomes the largest value, and NaN 0
 *   heddle_e2m1         4    (OCP MX calls the 6- and 4-bit ones FP6 and FP4; its E4M3 has a NaN, this e4m3 has not)
 *   float              32    C's own operators; fmaf, fminf, fmaxf and fabsf of math.h
 *
 * F stands for fp16, bf16 or a minifloat; those marked * exist for fp16 and bf16 only, + also for fp32 with float:
 *
 *   heddle_F heddle_F_add(a, b), heddle_F_mul(a, b), heddle_F_sub(a, b) *       rounded to nearest, ties to even
 *   float    heddle_F_mac(a, b, float c) +                                      a * b + c, rounded once, to fp32
 *   heddle_F heddle_F_min(a, b), heddle_F_max(a, b) * +                         a number before NaN; -0 less than +0
 *   int      heddle_F_lt(a, b), heddle_F_le(a, b), heddle_F_eq(a, b) *          1 or 0; 0 if one is NaN
 *   float    heddle_F_to_fp32(a);  heddle_F heddle_F_from_fp32(float a)
 *
 * NaN results are positive and quiet. Bits above those of the format are ignored in operands and 0 in results.
 *
 * Compiled by Heddle, each call is one operation of the array (docs/frontend.md). Every other compiler sees the plain C
 * below, which needs nothing but this header, doubles of IEEE 754, and arithmetic that keeps to it (no -ffast-math, no
 * x87); it is also what the native run of `heddle verify` is linked against. */
#ifndef HEDDLE_NUMBERS_H
#define HEDDLE_NUMBERS_H

#include <stdint.h>

typedef uint16_t heddle_fp16;
typedef uint16_t heddle_bf16;
typedef uint8_t heddle_e4m3;
typedef uint8_t heddle_e5m2;
typedef uint8_t heddle_e3m2;
typedef uint8_t heddle_e2m3;
typedef uint8_t heddle_e2m1;

#if defined(__HEDDLE__)

#define HEDDLE_FUNCTION_(result, format, function, parameters) \
  result heddle_##format##_##function parameters __asm__("heddle." #format "." #function) __attribute__((const, nothrow));

#define HEDDLE_COMMON_(F)                                                  \
  HEDDLE_FUNCTION_(heddle_##F, F, add, (heddle_##F a, heddle_##F b))       \
  HEDDLE_FUNCTION_(heddle_##F, F, mul, (heddle_##F a, heddle_##F b))       \
  HEDDLE_FUNCTION_(float, F, mac, (heddle_##F a, heddle_##F b, float c))   \
  HEDDLE_FUNCTION_(float, F, to_fp32, (heddle_##F a))                      \
  HEDDLE_FUNCTION_(heddle_##F, F, from_fp32, (float a))

#define HEDDLE_HALF_(F)                                                    \
  HEDDLE_COMMON_(F)                                                        \
  HEDDLE_FUNCTION_(heddle_##F, F, sub, (heddle_##F a, heddle_##F b))       \
  HEDDLE_FUNCTION_(heddle_##F, F, min, (heddle_##F a, heddle_##F b))       \
  HEDDLE_FUNCTION_(heddle_##F, F, max, (heddle_##F a, heddle_##F b))       \
  HEDDLE_FUNCTION_(int, F, lt, (heddle_##F a, heddle_##F b))               \
  HEDDLE_FUNCTION_(int, F, le, (heddle_##F a, heddle_##F b))               \
  HEDDLE_FUNCTION_(int, F, eq, (heddle_##F a, heddle_##F b))

HEDDLE_HALF_(fp16)
HEDDLE_HALF_(bf16)
HEDDLE_COMMON_(e4m3)
HEDDLE_COMMON_(e5m2)
HEDDLE_COMMON_(e3m2)
HEDDLE_COMMON_(e2m3)
HEDDLE_COMMON_(e2m1)
HEDDLE_FUNCTION_(float, fp32, mac, (float a, float b, float c))
HEDDLE_FUNCTION_(float, fp32, min, (float a, float b))
HEDDLE_FUNCTION_(float, fp32, max, (float a, float b))

#else

#include <string.h>

static inline uint64_t heddle_bits_(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double heddle_double_(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline float heddle_float_(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* The value of a code with e exponent and m mantissa bits; ieee: the largest exponent is infinity and NaN. */
static inline double heddle_decode_(uint32_t code, int e, int m, int ieee) {
  const uint64_t negative = (uint64_t)(code >> (e + m) & 1) << 63;
  const uint32_t exponent = code >> m & ((1u << e) - 1);
  const uint64_t mantissa = code & ((1u << m) - 1);
  const int bias = (1 << (e - 1)) - 1;
  if (ieee && exponent == (1u << e) - 1) return heddle_double_(negative | (uint64_t)0x7FF << 52 | mantissa << (52 - m));
  if (exponent != 0)
    return heddle_double_(negative | (uint64_t)((int)exponent - bias + 1023) << 52 | mantissa << (52 - m));
  return (negative ? -(double)mantissa : (double)mantissa) * heddle_double_((uint64_t)(1 - bias - m + 1023) << 52);
}

/* Rounds to nearest, ties to even. Too large: infinity (ieee) or the largest value. */
static inline uint32_t heddle_encode_(double x, int e, int m, int ieee) {
  const uint64_t bits = heddle_bits_(x);
  const uint32_t negative = (uint32_t)(bits >> 63) << (e + m);
  const uint64_t infinity = (uint64_t)((1u << e) - 1) << m;
  const int least = 1 - ((1 << (e - 1)) - 1); /* exponent of the smallest normals */
  const int exponent = (int)(bits >> 52 & 0x7FF) - 1023;
  const uint64_t significand = (bits & (((uint64_t)1 << 52) - 1)) | (uint64_t)1 << 52;
  int shift = 52 - m;
  uint64_t code, rest, half;
  if (x != x) return ieee ? (uint32_t)(infinity | (uint64_t)1 << (m - 1)) : 0;
  if (x == 0) return negative;
  if (exponent < least) shift += least - exponent;
  if (shift > 54) shift = 54; /* less than half of the smallest value */
  code = significand >> shift;
  rest = significand & (((uint64_t)1 << shift) - 1);
  half = (uint64_t)1 << (shift - 1);
  if (rest > half || (rest == half && (code & 1))) code++;
  if (exponent > least) code += (uint64_t)(exponent - least) << m;
  if (ieee && code > infinity) code = infinity;
  if (!ieee && code >= (uint64_t)1 << (e + m)) code = ((uint64_t)1 << (e + m)) - 1;
  return negative | (uint32_t)code;
}

/* a + b to 53 bits, the last one set if the sum is not exact: rounding that to 24 bits or fewer rounds a + b (Boldo and
 * Melquiond 2008); the error term is Knuth's two-sum. */
static inline double heddle_sum_(double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  const double error = (a - (sum - part)) + (b - part);
  uint64_t bits = heddle_bits_(sum);
  if (error == 0 || error != error || (bits & 1)) return sum;
  bits += (error > 0) == (sum > 0) ? 1 : (uint64_t)-1;
  return heddle_double_(bits);
}

static inline float heddle_single_(double x) { return x != x ? heddle_float_(0x7FC00000) : (float)x; }

static inline double heddle_extreme_(double a, double b, int least) {
  if (a != a) return b;
  if (b != b) return a;
  if (a == b) return (int)(heddle_bits_(a) >> 63) == least ? a : b;
  return (a < b) == least ? a : b;
}

#define HEDDLE_COMMON_(F, type, e, m, ieee)                                                                        \
  static inline float heddle_##F##_to_fp32(type a) { return heddle_single_(heddle_decode_(a, e, m, ieee)); }       \
  static inline type heddle_##F##_from_fp32(float a) { return (type)heddle_encode_(a, e, m, ieee); }               \
  static inline type heddle_##F##_add(type a, type b) {                                                            \
    return (type)heddle_encode_(heddle_sum_(heddle_decode_(a, e, m, ieee), heddle_decode_(b, e, m, ieee)), e, m, ieee); \
  }                                                                                                                \
  static inline type heddle_##F##_mul(type a, type b) {                                                            \
    return (type)heddle_encode_(heddle_decode_(a, e, m, ieee) * heddle_decode_(b, e, m, ieee), e, m, ieee);        \
  }                                                                                                                \
  static inline float heddle_##F##_mac(type a, type b, float c) {                                                  \
    return heddle_single_(heddle_sum_(heddle_decode_(a, e, m, ieee) * heddle_decode_(b, e, m, ieee), c));          \
  }

#define HEDDLE_HALF_(F, e, m)                                                                                      \
  HEDDLE_COMMON_(F, heddle_##F, e, m, 1)                                                                           \
  static inline heddle_##F heddle_##F##_sub(heddle_##F a, heddle_##F b) {                                          \
    return (heddle_##F)heddle_encode_(heddle_sum_(heddle_decode_(a, e, m, 1), -heddle_decode_(b, e, m, 1)), e, m, 1); \
  }                                                                                                                \
  static inline heddle_##F heddle_##F##_min(heddle_##F a, heddle_##F b) {                                          \
    return (heddle_##F)heddle_encode_(heddle_extreme_(heddle_decode_(a, e, m, 1), heddle_decode_(b, e, m, 1), 1), e, m, 1); \
  }                                                                                                                \
  static inline heddle_##F heddle_##F##_max(heddle_##F a, heddle_##F b) {                                          \
    return (heddle_##F)heddle_encode_(heddle_extreme_(heddle_decode_(a, e, m, 1), heddle_decode_(b, e, m, 1), 0), e, m, 1); \
  }                                                                                                                \
  static inline int heddle_##F##_lt(heddle_##F a, heddle_##F b) {                                                  \
    return heddle_decode_(a, e, m, 1) < heddle_decode_(b, e, m, 1);                                                \
  }                                                                                                                \
  static inline int heddle_##F##_le(heddle_##F a, heddle_##F b) {                                                  \
    return heddle_decode_(a, e, m, 1) <= heddle_decode_(b, e, m, 1);                                               \
  }                                                                                                                \
  static inline int heddle_##F##_eq(heddle_##F a, heddle_##F b) {                                                  \
    return heddle_decode_(a, e, m, 1) == heddle_decode_(b, e, m, 1);                                               \
  }

HEDDLE_HALF_(fp16, 5, 10)
HEDDLE_HALF_(bf16, 8, 7)
HEDDLE_COMMON_(e4m3, heddle_e4m3, 4, 3, 0)
HEDDLE_COMMON_(e5m2, heddle_e5m2, 5, 2, 0)
HEDDLE_COMMON_(e3m2, heddle_e3m2, 3, 2, 0)
HEDDLE_COMMON_(e2m3, heddle_e2m3, 2, 3, 0)
HEDDLE_COMMON_(e2m1, heddle_e2m1, 2, 1, 0)

static inline float heddle_fp32_mac(float a, float b, float c) {
  const double product = (double)a * b; /* exact */
  return heddle_single_(heddle_sum_(product, c));
}
static inline float heddle_fp32_min(float a, float b) { return heddle_single_(heddle_extreme_(a, b, 1)); }
static inline float heddle_fp32_max(float a, float b) { return heddle_single_(heddle_extreme_(a, b, 0)); }

#endif

#undef HEDDLE_COMMON_
#undef HEDDLE_HALF_
#ifdef HEDDLE_FUNCTION_
#undef HEDDLE_FUNCTION_
#endif

#endif
