// Operations on packed integers against the plain C of heddle/packed.h, and against sums written out by hand.
#include <gtest/gtest.h>

#include "compiler/base/random.h"
#include "compiler/dfg/interpret.h"
#include "compiler/dfg/packed_operations.h"
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "heddle/packed.h"
#include "tests/support/matchers.h"

namespace heddle::dfg {
namespace {

using Word = std::uint64_t;

/// What packed.h computes.
Word by_c(Opcode op, Word a_word, Word b_word, Word c_word) {
  const auto a = static_cast<std::uint32_t>(a_word), b = static_cast<std::uint32_t>(b_word);
  const auto c = static_cast<std::int32_t>(static_cast<std::uint32_t>(c_word));
  switch (op) {
    case Opcode::kS8Dot: return static_cast<std::uint32_t>(heddle_s8_dot(a, b, c));
    case Opcode::kUs8Dot: return static_cast<std::uint32_t>(heddle_us8_dot(a, b, c));
    case Opcode::kS4Dot: return static_cast<std::uint32_t>(heddle_s4_dot(a, b, c));
    case Opcode::kUs4Dot: return static_cast<std::uint32_t>(heddle_us4_dot(a, b, c));
    case Opcode::kB8Pick: return heddle_b8_pick(a, b, static_cast<std::uint32_t>(c_word));
    default: return ~Word{0};
  }
}

TEST(Packed_RandomWords, AgreeWithPlainC) {
  Random random(3);
  for (const PackedOperation& operation : packed_operations())
    for (int i = 0; i < 100000; ++i) {
      // Half of the words have extremes and zeros among their elements.
      const auto draw = [&random] {
        const Word word = random.next();
        return random.below(2) == 0 ? word : word & (random.next() | 0x8F8F8F8F8F8F8F8FU);
      };
      const Word a = draw(), b = draw(), c = draw();
      for (const int bits : {32, 64}) ASSERT_EQ(evaluate(operation.op, a, b, c, bits), by_c(operation.op, a, b, c));
    }
}

/// Every pair of elements in every lane, alone and with all other lanes at an end of their range.
TEST(Packed_EveryPairOfElements_InEveryLane, IsItsProductAddedToTheRest) {
  for (const PackedOperation& operation : packed_operations()) {
    if (!operation.dot) continue;
    const int codes = 1 << operation.bits, half = codes / 2;
    const auto signed_value = [&](int code) { return code < half ? code : code - codes; };
    const auto a_value = [&](int code) { return operation.a_unsigned ? code : signed_value(code); };
    for (int lane = 0; lane < operation.lanes; ++lane)
      for (int x = 0; x < codes; ++x)
        for (int y = 0; y < codes; ++y) {
          const int shift = lane * operation.bits;
          const Word mask = (Word(codes) - 1) << shift;
          const Word ends = operation.bits == 8 ? 0x80808080U : 0x88888888U;  // the most negative element, or half
          for (const Word others : {Word{0}, ends}) {
            const Word a = (others & ~mask) | Word(x) << shift, b = (others & ~mask) | Word(y) << shift;
            const int rest = others == 0 ? 0 : (operation.lanes - 1) * a_value(half) * signed_value(half);
            const auto expected = static_cast<std::uint32_t>(7 + rest + a_value(x) * signed_value(y));
            ASSERT_EQ(evaluate(operation.op, a, b, 7, 32), expected) << operation.name << " " << x << " " << y;
          }
        }
  }
}

TEST(Packed_Extremes, DoNotOverflowAndSumsWrap) {
  EXPECT_EQ(evaluate(Opcode::kS8Dot, 0x80808080, 0x80808080, 0, 32), 4U * 128 * 128);
  EXPECT_EQ(evaluate(Opcode::kUs8Dot, 0xFFFFFFFF, 0x80808080, 0, 32), std::uint32_t(-4 * 255 * 128));
  EXPECT_EQ(evaluate(Opcode::kS4Dot, 0x88888888, 0x88888888, 0, 32), 8U * 64);
  EXPECT_EQ(evaluate(Opcode::kUs4Dot, 0xFFFFFFFF, 0x88888888, 0, 32), std::uint32_t(-8 * 15 * 8));
  EXPECT_EQ(evaluate(Opcode::kS8Dot, 0x01010101, 0x01010101, 0xFFFFFFFF, 32), 3U);
  EXPECT_EQ(evaluate(Opcode::kS8Dot, ~Word{0} << 32, ~Word{0}, ~Word{0} << 32, 64), 0U);  // upper halves are ignored
}

TEST(Packed_Pick, TakesTwoBytesOfEach) {
  EXPECT_EQ(evaluate(Opcode::kB8Pick, 0x33221100, 0x77665544, 0xE4, 32), 0x77661100U);
  EXPECT_EQ(evaluate(Opcode::kB8Pick, 0x33221100, 0x77665544, 0x1B, 32), 0x44552233U);
  EXPECT_EQ(evaluate(Opcode::kB8Pick, 0x33221100, 0x77665544, 0xFFFFFF00, 32), 0x44440000U);
}

TEST(Packed_Text, TheSumMayBeLeftOut) {
  const std::string text =
      "graph dot word 32\n"
      "live_in x\n"
      "live_out sum\n"
      "%n0 = us8_dot $x, 3\n"
      "%n1 = s8_dot $x, $x, %n0\n"
      "%n2 = b8_pick $x, %n1, 228 live_out sum\n";
  const auto graph = parse_text(text, "t.dfg");
  ASSERT_THAT(graph, IsOk());
  EXPECT_THAT(verify(*graph, Purpose::kExecution), IsOk());
  EXPECT_EQ(print_text(*graph), text);
  EXPECT_FALSE(graph->nodes[0].port(Port::kC).present());
  EXPECT_THAT(parse_text("graph dot word 32\nlive_in x\n%n0 = b8_pick $x, $x\n", "t.dfg"),
              HasError(ErrorCode::kBadInput, "b8_pick has 3 operands"));
}

}  // namespace
}  // namespace heddle::dfg
