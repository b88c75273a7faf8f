// Units of small formats against compiler/numerics: all pairs of codes of all 27 signed minifloats without specials,
// and of eight with. LLVM is asked too, for the formats that it knows and where overflow is not a matter of choice.
#include <gtest/gtest.h>

#include <bit>
#include <memory>
#include <vector>

#include "Vfp_minifloat.h"
#include "compiler/numerics/format.h"
#include "compiler/numerics/value.h"
#include "tests/arithmetic/float/oracle.h"
#include "tests/arithmetic/float/vectors.h"

namespace heddle {
namespace {

using namespace numerics;

struct Case {
  FloatFormat format;
  RoundingMode mode;
  const llvm::fltSemantics* llvm = nullptr;
};

/// In the order of minifloat_bench.sv.
std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const FloatFormat& format : minifloats(true)) cases.push_back({format, {}, nullptr});
  const RoundingMode ieee = {Rounding::kNearestEven, Overflow::kIeee, nullptr};
  cases.push_back({minifloat(4, 3, Specials::kFn), ieee, &llvm::APFloat::Float8E4M3FN()});
  cases.push_back({minifloat(4, 3, Specials::kFn), {}, nullptr});
  cases.push_back({minifloat(5, 2, Specials::kIeee), ieee, &llvm::APFloat::Float8E5M2()});
  cases.push_back({minifloat(5, 2, Specials::kIeee), {}, nullptr});
  cases.push_back({minifloat(4, 3, Specials::kFnuz), ieee, &llvm::APFloat::Float8E4M3FNUZ()});
  cases.push_back({minifloat(4, 3, Specials::kIeee), ieee, &llvm::APFloat::Float8E4M3()});
  cases.push_back({minifloat(3, 4, Specials::kIeee), ieee, nullptr});
  cases.push_back({minifloat(5, 2, Specials::kFnuz), {}, nullptr});
  return cases;
}

Value negated(Value value) {
  value.negative = !value.negative;
  return value;
}

class Minifloat : public testing::Test {
 protected:
  static std::uint32_t byte(const WData* words, std::size_t k) { return words[k / 4] >> (8 * (k % 4)) & 255U; }

  void set(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t single) {
    model_->a_i = a;
    model_->b_i = b;
    model_->c_i = c;
    model_->single_i = single;
    model_->eval();
  }
  /// Of format `k` with the codes in the low bits.
  void check(std::size_t k, std::uint32_t a, std::uint32_t b, std::uint32_t c) const {
    const auto& [format, mode, semantics] = cases_[k];
    const Value x = decode(format, a), y = decode(format, b), z = decode(format, c);
    const Value product = multiply(x, y);
    const auto where = [&] {
      return name(format) + (mode.overflow == Overflow::kIeee ? " " : " saturating ") + std::to_string(a) + " " +
             std::to_string(b) + " " + std::to_string(c);
    };
    ASSERT_EQ(byte(model_->sum_o, k), encode(format, add(x, y), mode)) << where();
    ASSERT_EQ(byte(model_->difference_o, k), encode(format, add(x, negated(y)), mode)) << where();
    ASSERT_EQ(byte(model_->product_o, k), encode(format, product, mode)) << where();
    ASSERT_EQ(byte(model_->fused_o, k), encode(format, add(product, z), mode)) << where();
    if (semantics == nullptr) return;
    const std::uint32_t mask = (1U << format.bits()) - 1;
    ASSERT_EQ(byte(model_->sum_o, k), sum_of(*semantics, a & mask, b & mask, false)) << where();
    ASSERT_EQ(byte(model_->difference_o, k), sum_of(*semantics, a & mask, b & mask, true)) << where();
    ASSERT_EQ(byte(model_->product_o, k), product_of(*semantics, a & mask, b & mask)) << where();
  }

  const std::vector<Case> cases_ = all_cases();
  const std::unique_ptr<Vfp_minifloat> model_ = std::make_unique<Vfp_minifloat>();
};

TEST_F(Minifloat, AllPairs_EqualNumerics) {
  Random random(61);
  for (std::uint32_t pair = 0; pair < 65536; ++pair) {
    const std::uint32_t a = pair >> 8U, b = pair & 255U, c = static_cast<std::uint32_t>(random.below(256));
    set(a, b, c, 0);
    for (std::size_t k = 0; k < cases_.size(); ++k) {
      const std::uint32_t codes = 1U << cases_[k].format.bits();
      if (a >= codes || b >= codes) continue;
      check(k, a, b, c);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(Minifloat, Conversions_EqualNumerics) {
  FloatVectors singles(8, 23, 62);
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    // All codes to fp32; to small formats, exponents around one, where they have their values.
    const std::uint32_t single = (i & 1U) != 0 ? singles.operand() : (singles.uniform() & 0x87FFFFFFU) + 0x3C000000U;
    set(i & 255U, 0, 0, single);
    for (std::size_t k = 0; k < cases_.size(); ++k) {
      const auto& [format, mode, semantics] = cases_[k];
      ASSERT_EQ(byte(model_->narrowed_o, k), encode(format, decode(fp32(), single), mode))
          << name(format) << std::hex << " " << single;
      ASSERT_EQ(model_->widened_o[k],
                encode(fp32(), decode(format, i & 255U), {Rounding::kNearestEven, Overflow::kIeee, nullptr}))
          << name(format) << " " << (i & 255U);
    }
  }
}

}  // namespace
}  // namespace heddle
