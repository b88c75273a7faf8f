/* Integers packed into words of 32 bits, in C: dot products, each added to a sum modulo 2^32.
 *
 *   typedef        holds
 *   heddle_s8x4    4 signed bytes, element i in bits 8 i and up
 *   heddle_u8x4    4 unsigned bytes
 *   heddle_s4x8    8 signed elements of 4 bits, element i in bits 4 i and up
 *   heddle_u4x8    8 unsigned elements of 4 bits
 *
 *   int32_t heddle_s8_dot(heddle_s8x4 a, heddle_s8x4 b, int32_t c)     c + a[0] * b[0] + ... + a[3] * b[3]
 *   int32_t heddle_us8_dot(heddle_u8x4 a, heddle_s8x4 b, int32_t c)    the same with an unsigned a
 *   int32_t heddle_s4_dot(heddle_s4x8 a, heddle_s4x8 b, int32_t c)     c + a[0] * b[0] + ... + a[7] * b[7]
 *   int32_t heddle_us4_dot(heddle_u4x8 a, heddle_s4x8 b, int32_t c)
 *
 *   uint32_t heddle_b8_pick(uint32_t a, uint32_t b, uint32_t index)    two bytes of a, then two of b: byte i is number
 *                                                                      (index >> 2 i) & 3 of its word
 *
 * With heddle_b8_pick the activations come to the four weights that a 2:4 sparse row keeps of eight:
 *   sum = heddle_s8_dot(heddle_b8_pick(x[2 * k], x[2 * k + 1], index[k]), weights[k], sum);
 *
 * Compiled by Heddle, each call is one operation of the array (docs/frontend.md). Every other compiler sees the plain C
 * below; it is also what the native run of `heddle verify` is linked against. */
#ifndef HEDDLE_PACKED_H
#define HEDDLE_PACKED_H

#include <stdint.h>

typedef uint32_t heddle_s8x4;
typedef uint32_t heddle_u8x4;
typedef uint32_t heddle_s4x8;
typedef uint32_t heddle_u4x8;

#if defined(__HEDDLE__)

#define HEDDLE_DOT_(name, A, B) \
  int32_t heddle_##name##_dot(A a, B b, int32_t c) __asm__("heddle." #name ".dot") __attribute__((const, nothrow));
HEDDLE_DOT_(s8, heddle_s8x4, heddle_s8x4)
HEDDLE_DOT_(us8, heddle_u8x4, heddle_s8x4)
HEDDLE_DOT_(s4, heddle_s4x8, heddle_s4x8)
HEDDLE_DOT_(us4, heddle_u4x8, heddle_s4x8)
uint32_t heddle_b8_pick(uint32_t a, uint32_t b, uint32_t index) __asm__("heddle.b8.pick") __attribute__((const, nothrow));

#else

static inline int32_t heddle_s8_dot(heddle_s8x4 a, heddle_s8x4 b, int32_t c) {
  int32_t sum = 0;
  for (int i = 0; i < 32; i += 8) sum += (int8_t)(a >> i) * (int8_t)(b >> i);
  return (int32_t)((uint32_t)c + (uint32_t)sum);
}

static inline int32_t heddle_us8_dot(heddle_u8x4 a, heddle_s8x4 b, int32_t c) {
  int32_t sum = 0;
  for (int i = 0; i < 32; i += 8) sum += (uint8_t)(a >> i) * (int8_t)(b >> i);
  return (int32_t)((uint32_t)c + (uint32_t)sum);
}

static inline int32_t heddle_s4_dot(heddle_s4x8 a, heddle_s4x8 b, int32_t c) {
  int32_t sum = 0;
  for (int i = 0; i < 32; i += 4) sum += ((int)((a >> i & 15) ^ 8) - 8) * ((int)((b >> i & 15) ^ 8) - 8);
  return (int32_t)((uint32_t)c + (uint32_t)sum);
}

static inline int32_t heddle_us4_dot(heddle_u4x8 a, heddle_s4x8 b, int32_t c) {
  int32_t sum = 0;
  for (int i = 0; i < 32; i += 4) sum += (int)(a >> i & 15) * ((int)((b >> i & 15) ^ 8) - 8);
  return (int32_t)((uint32_t)c + (uint32_t)sum);
}

static inline uint32_t heddle_b8_pick(uint32_t a, uint32_t b, uint32_t index) {
  return (a >> 8 * (index & 3) & 0xFF) | (a >> 8 * (index >> 2 & 3) & 0xFF) << 8 |
         (b >> 8 * (index >> 4 & 3) & 0xFF) << 16 | (b >> 8 * (index >> 6 & 3) & 0xFF) << 24;
}

#endif

#ifdef HEDDLE_DOT_
#undef HEDDLE_DOT_
#endif

#endif
