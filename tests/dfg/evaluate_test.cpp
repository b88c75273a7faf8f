// `evaluate` against two oracles that share no code with it: the C++ operators on native integers, and LLVM's APInt.
#include <gtest/gtest.h>
#include <llvm/ADT/APInt.h>

#include "compiler/base/check.h"
#include "compiler/base/random.h"
#include "compiler/dfg/interpret.h"

namespace heddle::dfg {
namespace {

/// The meaning of `op` on the native types of one width, by promotion to 64 bits and truncation.
template <class Signed, class Unsigned>
std::uint64_t native(Opcode op, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  constexpr unsigned kBits = sizeof(Unsigned) * 8;
  const auto x = static_cast<Signed>(a), y = static_cast<Signed>(b);
  const auto u = static_cast<Unsigned>(a), v = static_cast<Unsigned>(b);
  const auto word = [](auto value) { return static_cast<std::uint64_t>(static_cast<Unsigned>(value)); };
  const bool overflow = x == std::numeric_limits<Signed>::min() && y == -1;
  switch (op) {
    case Opcode::kMov: return word(u);
    case Opcode::kAdd: return word(u + v);
    case Opcode::kSub: return word(u - v);
    case Opcode::kMul: return word(static_cast<std::uint64_t>(u) * v);
    case Opcode::kAnd: return word(u & v);
    case Opcode::kOr: return word(u | v);
    case Opcode::kXor: return word(u ^ v);
    case Opcode::kShl: return word(static_cast<std::uint64_t>(u) << (v % kBits));
    case Opcode::kLshr: return word(u >> (v % kBits));
    case Opcode::kAshr: return word(x >> (v % kBits));
    case Opcode::kEq: return u == v;
    case Opcode::kNe: return u != v;
    case Opcode::kSlt: return x < y;
    case Opcode::kSle: return x <= y;
    case Opcode::kUlt: return u < v;
    case Opcode::kUle: return u <= v;
    case Opcode::kSmin: return word(x < y ? x : y);
    case Opcode::kSmax: return word(x > y ? x : y);
    case Opcode::kUmin: return word(u < v ? u : v);
    case Opcode::kUmax: return word(u > v ? u : v);
    case Opcode::kAbs: return word(x < 0 ? Unsigned(0) - u : u);
    case Opcode::kSelect: return c != 0 ? word(u) : word(v);
    case Opcode::kSext8: return word(static_cast<std::int8_t>(a));
    case Opcode::kSext16: return word(static_cast<std::int16_t>(a));
    case Opcode::kSext32: return word(static_cast<std::int32_t>(a));
    case Opcode::kZext8: return word(static_cast<std::uint8_t>(a));
    case Opcode::kZext16: return word(static_cast<std::uint16_t>(a));
    case Opcode::kZext32: return word(static_cast<std::uint32_t>(a));
    case Opcode::kSdiv: return y == 0 ? word(-1) : overflow ? word(x) : word(x / y);
    case Opcode::kSrem: return y == 0 ? word(x) : overflow ? 0 : word(x % y);
    case Opcode::kUdiv: return v == 0 ? word(-1) : word(u / v);
    case Opcode::kUrem: return v == 0 ? word(u) : word(u % v);
    default: break;
  }
  ADD_FAILURE() << "no oracle for " << name(op);
  return 0;
}

/// The same by LLVM's arbitrary-precision integers.
std::uint64_t by_apint(Opcode op, std::uint64_t a, std::uint64_t b, std::uint64_t c, unsigned bits) {
  const llvm::APInt x(bits, a), y(bits, b), zero(bits, 0), ones = llvm::APInt::getAllOnes(bits);
  const unsigned shift = static_cast<unsigned>(y.urem(bits));
  const auto truth = [bits](bool value) { return llvm::APInt(bits, value ? 1 : 0); };
  const auto low = [&](unsigned width) { return x.zextOrTrunc(width); };
  const auto result = [&]() -> llvm::APInt {
    switch (op) {
      case Opcode::kMov: return x;
      case Opcode::kAdd: return x + y;
      case Opcode::kSub: return x - y;
      case Opcode::kMul: return x * y;
      case Opcode::kAnd: return x & y;
      case Opcode::kOr: return x | y;
      case Opcode::kXor: return x ^ y;
      case Opcode::kShl: return x.shl(shift);
      case Opcode::kLshr: return x.lshr(shift);
      case Opcode::kAshr: return x.ashr(shift);
      case Opcode::kEq: return truth(x == y);
      case Opcode::kNe: return truth(x != y);
      case Opcode::kSlt: return truth(x.slt(y));
      case Opcode::kSle: return truth(x.sle(y));
      case Opcode::kUlt: return truth(x.ult(y));
      case Opcode::kUle: return truth(x.ule(y));
      case Opcode::kSmin: return llvm::APIntOps::smin(x, y);
      case Opcode::kSmax: return llvm::APIntOps::smax(x, y);
      case Opcode::kUmin: return llvm::APIntOps::umin(x, y);
      case Opcode::kUmax: return llvm::APIntOps::umax(x, y);
      case Opcode::kAbs: return x.abs();
      case Opcode::kSelect: return c != 0 ? x : y;
      case Opcode::kSext8: return low(8).sextOrTrunc(bits);
      case Opcode::kSext16: return low(16).sextOrTrunc(bits);
      case Opcode::kSext32: return low(32).sextOrTrunc(bits);
      case Opcode::kZext8: return low(8).zextOrTrunc(bits);
      case Opcode::kZext16: return low(16).zextOrTrunc(bits);
      case Opcode::kZext32: return low(32).zextOrTrunc(bits);
      case Opcode::kSdiv: return y == zero ? ones : x.sdiv(y);
      case Opcode::kSrem: return y == zero ? x : x.srem(y);
      case Opcode::kUdiv: return y == zero ? ones : x.udiv(y);
      case Opcode::kUrem: return y == zero ? x : x.urem(y);
      default: break;
    }
    ADD_FAILURE() << "no oracle for " << name(op);
    return zero;
  }();
  return result.getZExtValue();
}

std::uint64_t by_native(Opcode op, std::uint64_t a, std::uint64_t b, std::uint64_t c, unsigned bits) {
  switch (bits) {
    case 8: return native<std::int8_t, std::uint8_t>(op, a, b, c);
    case 16: return native<std::int16_t, std::uint16_t>(op, a, b, c);
    case 32: return native<std::int32_t, std::uint32_t>(op, a, b, c);
    default: return native<std::int64_t, std::uint64_t>(op, a, b, c);
  }
}

bool agrees(Opcode op, std::uint64_t a, std::uint64_t b, std::uint64_t c, unsigned bits) {
  const std::uint64_t got = evaluate(op, a, b, c, static_cast<int>(bits));
  const std::uint64_t expected = by_native(op, a, b, c, bits);
  EXPECT_EQ(got, expected) << name(op) << ' ' << a << ", " << b << ", " << c << " of " << bits << " bits, native";
  EXPECT_EQ(got, by_apint(op, a, b, c, bits)) << name(op) << ' ' << a << ", " << b << " of " << bits << " bits, APInt";
  return !testing::Test::HasFailure();
}

TEST(Evaluate_EightBits, AllOperandsAgreeWithBothOracles) {
  for (const OpcodeInfo& entry : opcodes()) {
    // number_test.cpp, packed_test.cpp
    if (is_memory(entry.op) || is_number(entry.op) || is_packed(entry.op)) continue;
    for (std::uint64_t a = 0; a < 256; ++a)
      for (std::uint64_t b = 0; b < 256; ++b) ASSERT_TRUE(agrees(entry.op, a, b, a & b & 1, 8));
  }
}

class Evaluate_Width : public testing::TestWithParam<unsigned> {};

TEST_P(Evaluate_Width, EdgesAndRandomWordsAgreeWithBothOracles) {
  const unsigned bits = GetParam();
  const std::uint64_t all = ~std::uint64_t{0} >> (64 - bits);
  std::vector<std::uint64_t> words{0, 1, 2, 3, bits - 1, bits, bits + 1, 127, 128, 255, 256, 32767, 32768, 65535};
  for (const std::uint64_t edge : {all, all - 1, all / 2, all / 2 + 1, all / 2 - 1}) words.push_back(edge);
  Random random(bits);
  for (int i = 0; i < 60; ++i) words.push_back(random.next() >> random.below(64));
  for (auto& word : words) word &= all;
  for (const OpcodeInfo& entry : opcodes()) {
    // number_test.cpp, packed_test.cpp
    if (is_memory(entry.op) || is_number(entry.op) || is_packed(entry.op)) continue;
    for (const std::uint64_t a : words)
      for (const std::uint64_t b : words) ASSERT_TRUE(agrees(entry.op, a, b, a & 1, bits));
  }
}

INSTANTIATE_TEST_SUITE_P(Words, Evaluate_Width, testing::Values(16U, 32U, 64U));

TEST(Evaluate_Select, AnyNonzeroWordIsTrue) {
  EXPECT_EQ(evaluate(Opcode::kSelect, 5, 6, 0x8000'0000, 32), 5U);
  EXPECT_EQ(evaluate(Opcode::kSelect, 5, 6, 0, 32), 6U);
}

TEST(Evaluate_MemoryOperation, IsABug) { EXPECT_THROW(evaluate(Opcode::kLoadS8, 0, 0, 0, 32), InternalError); }

}  // namespace
}  // namespace heddle::dfg
