// mx_dot against the exact accumulator of compiler/numerics, its rounding to fp32, and native float additions; int_dot
// and mul_dsp_pair against plain integers.
#include <gtest/gtest.h>
#include <verilated.h>

#include <array>
#include <bit>
#include <cmath>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "Vdot.h"
#include "compiler/base/random.h"
#include "compiler/numerics/convert_back.h"

namespace heddle::numerics {
namespace {

using Words = std::array<std::uint32_t, 4>;

std::uint32_t field(const Words& words, int at, int bits) {
  std::uint32_t value = 0;
  for (int i = 0; i < bits; ++i, ++at) value |= (words[static_cast<std::size_t>(at / 32)] >> (at % 32) & 1U) << i;
  return value;
}

FloatFormat element(int exponent, int mantissa, Specials specials) {
  return {exponent, mantissa, true, specials, (1 << (exponent - 1)) - 1, true};
}

/// One mx_dot of dot_bench: its table, and what it should answer.
struct MxUnit {
  int block = 32, lanes = 4;
  ScalarFormat a, b;
  // State.
  int beat = 0;
  bool clear = false;
  Accumulator sum{AccumulatorLayout{}};
  bool known = false;
  float total = 0;
  using Sum = std::optional<float>;                    ///< none before the first clear
  std::deque<std::pair<std::uint32_t, Sum>> blocks{};  ///< expected block_o, and sum_o after it
  std::deque<Sum> sums{};

  /// MXINT8 elements are codes times 2^-6.
  static int unit(const ScalarFormat& f) { return std::holds_alternative<IntFormat>(f) ? -6 : unit_exponent(f); }

  void take(const Words& a_words, const Words& b_words, bool clear_input, std::uint32_t a_scale,
            std::uint32_t b_scale) {
    if (beat == 0) {
      clear = clear_input;
      sum = Accumulator({700, unit_exponent(a) + unit_exponent(b)});
    }
    for (int i = 0; i < lanes; ++i)
      sum.multiply_add(decode(a, field(a_words, i * bits(a), bits(a))),
                       decode(b, field(b_words, i * bits(b), bits(b))));
    if (++beat * lanes < block) return;
    beat = 0;
    Code code = 0x7FC00000;
    if (a_scale != 255 && b_scale != 255) {
      ConvertBack how{{1, 254 - static_cast<int>(a_scale + b_scale)}, fp32(), Rounding::kNearestEven, Overflow::kIeee};
      const int lsb = unit(a) + unit(b);
      code = sum.value().kind == Value::Kind::kFinite ? convert_back(sum.integer(), lsb, how) : convert_back(sum, how);
    }
    const float result = std::bit_cast<float>(code);
    known = known || clear;
    total = clear ? result : total + result;
    blocks.emplace_back(code, known ? Sum(total) : std::nullopt);
  }
};

Specials specials_of(int number) { return static_cast<Specials>(number); }

std::vector<MxUnit> mx_units() {
  const auto e4m3 = element(4, 3, specials_of(1)), e5m2 = element(5, 2, specials_of(2));
  const auto e3m2 = element(3, 2, Specials::kNone), e2m3 = element(2, 3, Specials::kNone);
  const auto e2m1 = element(2, 1, Specials::kNone);
  const IntFormat int8;
  return {{32, 4, e4m3, e4m3},  {32, 4, e5m2, e5m2}, {64, 8, e3m2, e3m2}, {16, 16, e2m3, e2m3},
          {32, 16, e2m1, e2m1}, {32, 4, int8, int8}, {16, 1, e5m2, e2m1}, {32, 2, int8, e4m3}};
}

/// Drives the bench; elements of one word are special codes rarely, so that most blocks are finite.
class Bench {
 public:
  Bench() {
    model->clk_i = 0;
    model->rst_ni = 0;
    model->eval();
    model->rst_ni = 1;
    model->eval();
  }

  void clock(bool enable) {
    model->en_i = enable;
    model->eval();
    model->clk_i = 1;
    model->eval();
    model->clk_i = 0;
    model->eval();
  }

  Words random_words(bool tame) {
    Words words;
    for (std::uint32_t& word : words) word = static_cast<std::uint32_t>(random.next());
    if (tame)
      for (std::uint32_t& word : words) word &= random.below(2) == 0 ? 0xBFBFBFBFU : 0x87878787U;
    return words;
  }

  Random random{21};
  std::unique_ptr<VerilatedContext> context = std::make_unique<VerilatedContext>();
  std::unique_ptr<Vdot> model = std::make_unique<Vdot>(context.get());
};

TEST(MxDot, RandomBlocks_EqualExactSumsRoundedOnce) {
  Bench bench;
  std::vector<MxUnit> units = mx_units();
  std::array<int, 8> finite{}, special{}, subnormal{};
  for (int clock = 0; clock < 60000; ++clock) {
    const bool tame = clock / 64 % 4 != 0;
    const Words a = bench.random_words(tame), b = bench.random_words(tame);
    const bool valid = bench.random.below(8) != 0, clear = bench.random.below(4) == 0;
    // Scales near 1 mostly; else any, so that results overflow, are subnormal, vanish, or are NaN.
    const auto scale = [&] {
      return static_cast<std::uint32_t>(bench.random.below(2) == 0 ? 120 + bench.random.below(16)
                                                                   : bench.random.below(256));
    };
    const std::uint32_t a_scale = scale(), b_scale = scale();
    for (std::size_t i = 0; i < 4; ++i) {
      bench.model->a_i[i] = a[i];
      bench.model->b_i[i] = b[i];
    }
    bench.model->valid_i = valid;
    bench.model->clear_i = clear;
    bench.model->a_scale_i = static_cast<std::uint8_t>(a_scale);
    bench.model->b_scale_i = static_cast<std::uint8_t>(b_scale);
    if (bench.random.below(16) == 0) bench.clock(false);
    bench.clock(true);
    for (std::size_t i = 0; i < units.size(); ++i) {
      MxUnit& unit = units[i];
      if (valid) unit.take(a, b, clear, a_scale, b_scale);
      if ((bench.model->sum_valid_o >> i & 1U) != 0) {
        ASSERT_FALSE(unit.sums.empty());
        const float got = std::bit_cast<float>(bench.model->sum_o[i]);
        const MxUnit::Sum want = unit.sums.front();
        unit.sums.pop_front();
        if (want) {
          ASSERT_TRUE(std::isnan(*want) ? std::isnan(got) : std::bit_cast<Code>(got) == std::bit_cast<Code>(*want))
              << "unit " << i << ": sum " << got << ", not " << *want;
        }
      }
      if ((bench.model->block_valid_o >> i & 1U) != 0) {
        ASSERT_FALSE(unit.blocks.empty());
        const auto [code, total] = unit.blocks.front();
        ASSERT_EQ(bench.model->block_o[i], code) << "unit " << i;
        const float value = std::bit_cast<float>(code);
        ++(std::isfinite(value) ? finite : special)[i];
        if (std::fpclassify(value) == FP_SUBNORMAL) ++subnormal[i];
        unit.sums.push_back(total);
        unit.blocks.pop_front();
      }
      // A block shows 4 enabled clocks after its last beat.
      ASSERT_LE(unit.blocks.size(), 4U) << "unit " << i << " is late";
    }
  }
  for (std::size_t i = 0; i < units.size(); ++i) {
    EXPECT_GT(finite[i], 1000) << i;
    EXPECT_GT(special[i], 10) << i;
    EXPECT_GT(subnormal[i], 3) << i;
  }
}

std::int64_t signed_field(const Words& words, int at, int bits, bool is_signed) {
  const std::int64_t value = field(words, at, bits);
  return is_signed && value >> (bits - 1) != 0 ? value - (std::int64_t{1} << bits) : value;
}

TEST(IntDot, RandomAndExtremeWords_EqualPlainSums) {
  struct Dot {
    int lanes, bits;
    bool a_signed, b_signed;
    std::size_t latency;
  };
  const std::array<Dot, 5> dots = {{{4, 8, true, true, 0},
                                    {8, 4, true, true, 2},
                                    {4, 8, false, true, 2},
                                    {8, 4, false, false, 0},
                                    {4, 8, true, true, 0}}};
  Bench bench;
  std::array<std::deque<std::uint32_t>, 5> expected;
  for (int clock = 0; clock < 50000; ++clock) {
    Words a = bench.random_words(false), b = bench.random_words(false);
    if (bench.random.below(8) == 0) a.fill(bench.random.below(2) == 0 ? 0x80808080U : 0xFFFFFFFFU);
    if (bench.random.below(8) == 0) b.fill(bench.random.below(2) == 0 ? 0x80808080U : 0x88888888U);
    const auto running = static_cast<std::uint32_t>(bench.random.next());
    for (std::size_t i = 0; i < 4; ++i) {
      bench.model->a_i[i] = a[i];
      bench.model->b_i[i] = b[i];
    }
    bench.model->running_i = running;
    bench.model->eval();
    for (std::size_t i = 0; i < dots.size(); ++i) {
      const Dot& dot = dots[i];
      std::int64_t sum = running;
      for (int lane = 0; lane < dot.lanes; ++lane)
        sum += signed_field(a, lane * dot.bits, dot.bits, dot.a_signed) *
               signed_field(b, lane * dot.bits, dot.bits, dot.b_signed);
      expected[i].push_back(static_cast<std::uint32_t>(sum));
      if (expected[i].size() <= dot.latency) continue;
      ASSERT_EQ(bench.model->dot_o[i], expected[i].front()) << "unit " << i << ", clock " << clock;
      expected[i].pop_front();
    }
    bench.clock(true);
  }
}

TEST(DspPair, AllPairsWithManyThirdFactors_AreTwoProducts) {
  Bench bench;
  for (int a0 = -128; a0 < 128; ++a0)
    for (int b = -128; b < 128; ++b)
      for (const int a1 : {-128, -1, 0, 1, 127, static_cast<int>(bench.random.below(256)) - 128}) {
        bench.model->a_i[0] = static_cast<std::uint32_t>((a0 & 0xFF) | (a1 & 0xFF) << 8);
        bench.model->b_i[0] = static_cast<std::uint32_t>(b & 0xFF);
        bench.model->eval();
        ASSERT_EQ(static_cast<std::int16_t>(bench.model->pair_o & 0xFFFFU), a0 * b);
        ASSERT_EQ(static_cast<std::int16_t>(bench.model->pair_o >> 16U), a1 * b);
      }
}

}  // namespace
}  // namespace heddle::numerics
