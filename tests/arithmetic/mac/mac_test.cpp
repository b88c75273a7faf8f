// mac_unit against the exact accumulator of compiler/numerics: every pair of operand codes of up to 8 bits, streamed in
// random order into running sums with pauses, stalls and clears.
#include <gtest/gtest.h>
#include <verilated.h>

#include <array>
#include <memory>
#include <numeric>
#include <set>
#include <vector>

#include "Vmac_integers.h"
#include "Vmac_minifloats.h"
#include "Vmac_mixed.h"
#include "compiler/base/random.h"
#include "compiler/numerics/dot.h"

namespace heddle::numerics {
namespace {

/// One unit of mac_bench, from its own description.
struct Unit {
  ScalarFormat a, b;
  AccumulatorLayout layout;
  int architecture = 0;
  bool clear_loads = false;
  int latency = 0;
};

std::uint64_t field(std::uint64_t& word, int bits) {
  const std::uint64_t value = word & ((1ULL << bits) - 1);
  word >>= bits;
  return value;
}

/// Reads the fields of config_t (mac_bench.sv) from its low end.
ScalarFormat read_format(std::uint64_t& word) {
  const auto specials = static_cast<Specials>(field(word, 3));
  const bool subnormals = field(word, 1) != 0;
  const bool is_signed = field(word, 1) != 0;
  const int mantissa = static_cast<int>(field(word, 6));
  const int exponent = static_cast<int>(field(word, 6));
  if (exponent == 0) return IntFormat{mantissa, is_signed};
  return FloatFormat{exponent, mantissa, is_signed, specials, (1 << (exponent - 1)) - 1, subnormals};
}

Unit read_unit(std::uint64_t word) {
  Unit unit;
  field(word, 12);
  unit.b = read_format(word);
  unit.a = read_format(word);
  field(word, 2);
  unit.layout = {static_cast<int>(field(word, 10)), unit_exponent(unit.a) + unit_exponent(unit.b)};
  unit.architecture = static_cast<int>(field(word, 2));
  unit.clear_loads = field(word, 1) != 0;
  unit.latency = 1 + std::popcount(field(word, 3));
  return unit;
}

std::string describe(const Unit& unit) {
  return name(unit.a) + " x " + name(unit.b) + ", " + std::to_string(unit.layout.bits) + " bits, architecture " +
         std::to_string(unit.architecture);
}

/// What one slot leaves in the accumulator.
struct Expected {
  bool known = false;  ///< cleared before
  bool slot = false;   ///< the slot was valid or a clear
  Value::Kind kind = Value::Kind::kFinite;
  bool negative = false;  ///< of an infinity
  WideInt integer;
};

/// Expected contents of one unit, in the order of slots.
class Golden {
 public:
  explicit Golden(const Unit& unit) : unit_(unit), sum_(unit.layout) {}

  void slot(bool valid, bool clear, Code a, Code b) {
    if (clear) {
      sum_ = Accumulator(unit_.layout);
      known_ = true;
    }
    if (valid && (!clear || unit_.clear_loads)) sum_.multiply_add(decode(unit_.a, a), decode(unit_.b, b));
    const Value value = sum_.value();
    history_[static_cast<std::size_t>(next_++ % kHistory)] = {known_, valid || clear, value.kind, value.negative,
                                                              sum_.integer()};
  }

  /// What the accumulator holds now, which is what the slot `latency - 1` slots ago left; unknown before it.
  [[nodiscard]] Expected now() const {
    if (next_ < unit_.latency) return {};
    return history_[static_cast<std::size_t>((next_ - unit_.latency) % kHistory)];
  }

 private:
  static constexpr int kHistory = 4;
  Unit unit_;
  Accumulator sum_;
  bool known_ = false;
  std::int64_t next_ = 0;
  std::array<Expected, kHistory> history_;
};

/// A verilated mac_bench with the golden model of each of its units.
template <class Model, int kUnits, int kAccWords>
class Bench {
 public:
  explicit Bench(std::uint64_t seed) : random_(seed) {
    model_->clk_i = 0;
    model_->rst_ni = 0;
    model_->eval();
    model_->rst_ni = 1;
    model_->eval();
    for (std::size_t i = 0; i < kUnits; ++i) {
      const std::uint64_t low = model_->config_o[2 * i];
      const std::uint64_t high = model_->config_o[2 * i + 1];
      units_.push_back(read_unit(high << 32U | low));
      goldens_.emplace_back(units_.back());
    }
  }

  [[nodiscard]] const std::vector<Unit>& units() const { return units_; }

  /// Every pair of 8-bit codes once, in random order; formats of fewer bits see theirs several times.
  void run_all_pairs() {
    std::vector<std::uint32_t> pairs(65536);
    std::iota(pairs.begin(), pairs.end(), 0U);
    for (std::size_t i = pairs.size() - 1; i > 0; --i) std::swap(pairs[i], pairs[random_.below(i + 1)]);
    slot(false, true, 0, 0);
    for (const std::uint32_t pair : pairs) {
      // Bits 8 to 15 matter to wide integers only. A clear that does not load loses its operands, so it gets others.
      const auto high = static_cast<std::uint32_t>(random_.next());
      if (random_.below(24) == 0) slot(random_.below(2) == 0, true, high & 0xFFFFU, high >> 16U);
      if (random_.below(24) == 0) slot(false, false, high & 0xFFFFU, high >> 16U);
      slot(true, false, (pair & 0xFFU) | (high & 0xFF00U), pair >> 8U | (high >> 16U & 0xFF00U));
      if (testing::Test::HasFailure()) return;
    }
    for (int i = 0; i < 4; ++i) slot(false, false, 0, 0);
  }

 private:
  void clock(bool enable) {
    model_->en_i = enable;
    model_->clk_i = 1;
    model_->eval();
    model_->clk_i = 0;
    model_->eval();
  }

  /// One enabled clock, sometimes after stalls in which the inputs are there already.
  void slot(bool valid, bool clear, std::uint32_t a, std::uint32_t b) {
    model_->valid_i = valid;
    model_->clear_i = clear;
    model_->a_i = static_cast<std::uint16_t>(a);
    model_->b_i = static_cast<std::uint16_t>(b);
    if (random_.below(16) == 0) clock(false);
    clock(true);
    for (std::size_t i = 0; i < kUnits; ++i) {
      goldens_[i].slot(valid, clear, a, b);
      check(i, goldens_[i].now());
    }
  }

  void check(std::size_t i, const Expected& expected) {
    const unsigned status = model_->status_o[i / 8] >> (4 * (i % 8));
    ASSERT_EQ((status & 8U) != 0, expected.slot) << describe(units_[i]);
    if (!expected.known) return;
    const unsigned special = status & 7U;
    const bool nan = (special & 4U) != 0 || (special & 3U) == 3;
    const auto kind = nan ? Value::Kind::kNan : special != 0 ? Value::Kind::kInfinity : Value::Kind::kFinite;
    ASSERT_EQ(kind, expected.kind) << describe(units_[i]);
    if (kind == Value::Kind::kInfinity) {
      ASSERT_EQ((special & 1U) != 0, expected.negative) << describe(units_[i]);
    }
    if (kind != Value::Kind::kFinite) return;
    for (std::size_t word = 0; word < kAccWords; ++word) {
      const auto want =
          static_cast<std::uint32_t>(expected.integer.limb(static_cast<int>(word / 2)) >> (word % 2 * 32));
      ASSERT_EQ(model_->acc_o[i * kAccWords + word], want)
          << describe(units_[i]) << ", word " << word << " of " << expected.integer.hex();
    }
  }

  Random random_;
  std::unique_ptr<VerilatedContext> context_ = std::make_unique<VerilatedContext>();
  std::unique_ptr<Model> model_ = std::make_unique<Model>(context_.get());
  std::vector<Unit> units_;
  std::vector<Golden> goldens_;
};

TEST(MacUnit, AllMinifloatsTimesThemselves_EqualTheExactAccumulator) {
  Bench<Vmac_minifloats, 60, 17> bench(1);
  // The list is complete: all 27 signed minifloats, and all that numerics calls unsigned ones, at the formula's width.
  std::set<std::string> found;
  for (const Unit& unit : bench.units()) {
    EXPECT_EQ(unit.a, unit.b);
    EXPECT_EQ(unit.layout, formula_layout(unit.a, unit.b, 4608));
    found.insert(name(unit.a));
  }
  for (const bool is_signed : {true, false})
    for (const FloatFormat& format : minifloats(is_signed)) EXPECT_TRUE(found.contains(name(format))) << name(format);
  bench.run_all_pairs();
}

TEST(MacUnit, IntegersInEveryArchitecture_EqualTheExactAccumulator) {
  Bench<Vmac_integers, 90, 2> bench(2);
  std::set<std::pair<int, int>> found;
  for (const Unit& unit : bench.units())
    if (unit.a == unit.b && std::get<IntFormat>(unit.a).is_signed) found.insert({bits(unit.a), unit.architecture});
  for (int width = 2; width <= 8; ++width)
    for (int architecture = 0; architecture < (width <= 5 ? 4 : 3); ++architecture)
      EXPECT_TRUE(found.contains({width, architecture})) << width << " bits, architecture " << architecture;
  bench.run_all_pairs();
}

TEST(MacUnit, MixedSpecialAndOddOnes_EqualTheExactAccumulator) {
  Bench<Vmac_mixed, 78, 8> bench(3);
  bench.run_all_pairs();
}

}  // namespace
}  // namespace heddle::numerics
