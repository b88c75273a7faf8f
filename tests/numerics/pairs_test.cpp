// All products and sums of two codes of the 27 signed minifloats, also of two different formats: exact, and rounded to
// the format of the first operand. The judge is MPFR.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/numerics/mpfr_oracle.h"

namespace heddle::numerics {
namespace {

constexpr int kGroups = 9;
constexpr std::int64_t kMixedProducts = 9'437'184;  // (sum of (b - 1) 2^b for b = 3 .. 8)^2
constexpr std::int64_t kSameProducts = 582'528;     // sum of (b - 1) 4^b

std::vector<Mpfr> meanings_of(const FloatFormat& format) {
  std::vector<Mpfr> meanings(std::size_t{1} << format.bits());
  for (Code code = 0; code < meanings.size(); ++code) meaning(format, code, meanings[code]);
  return meanings;
}

/// The formats of a group of first operands: every ninth of the 27, so that groups take similar times.
std::vector<FloatFormat> group(int index) {
  std::vector<FloatFormat> formats;
  const auto all = minifloats(true);
  for (auto i = static_cast<std::size_t>(index); i < all.size(); i += kGroups) formats.push_back(all[i]);
  return formats;
}

/// Equal as numbers and in the sign of zero. Every value here is exact in double.
testing::AssertionResult is(const Value& ours, mpfr_ptr exact) {
  const double a = to_double(ours);
  const double b = mpfr_get_d(exact, MPFR_RNDN);
  if (a == b && std::signbit(a) == std::signbit(b) && mpfr_cmp_d(exact, b) == 0) return testing::AssertionSuccess();
  return testing::AssertionFailure() << std::hexfloat << "ours " << a << ", MPFR " << b;
}

struct Counts {
  std::int64_t mixed = 0;
  std::int64_t same = 0;
};

/// Counts stops growing at the first mismatch.
void check_pairs(const FloatFormat& a_format, const FloatFormat& b_format, MpfrRounder& rounder,
                 std::vector<Mpfr>& a_meanings, std::vector<Mpfr>& b_meanings, Counts& counts) {
  Mpfr exact(160);
  const bool same_format = a_format == b_format;
  for (Code a = 0; a < a_meanings.size(); ++a) {
    const Value va = decode(a_format, a);
    for (Code b = 0; b < b_meanings.size(); ++b) {
      const Value vb = decode(b_format, b);
      const Value product = multiply(va, vb);
      mpfr_mul(exact, a_meanings[a], b_meanings[b], MPFR_RNDN);
      ASSERT_TRUE(is(product, exact)) << name(a_format) << " " << a << " * " << name(b_format) << " " << b;
      ASSERT_EQ(encode(a_format, product), rounder.encode(exact, Rounding::kNearestEven, Overflow::kSaturate))
          << name(a_format) << " " << a << " * " << name(b_format) << " " << b;
      ++counts.mixed;
      counts.same += same_format ? 1 : 0;
      // Sums of one format; of two formats a sixteenth, since two of them differ in nothing but the exponents.
      if (!same_format && (a + b) % 16 != 0) continue;
      mpfr_add(exact, a_meanings[a], b_meanings[b], MPFR_RNDN);
      ASSERT_EQ(encode(a_format, add(va, vb)), rounder.encode(exact, Rounding::kNearestEven, Overflow::kSaturate))
          << name(a_format) << " " << a << " + " << name(b_format) << " " << b;
    }
  }
}

class AllPairs : public testing::TestWithParam<int> {};

TEST_P(AllPairs, ProductsAndSums_AsMpfr) {
  Counts counts;
  std::int64_t expected = 0;
  for (const FloatFormat& a_format : group(GetParam())) {
    MpfrRounder rounder(a_format);
    std::vector<Mpfr> a_meanings = meanings_of(a_format);
    for (const FloatFormat& b_format : minifloats(true)) {
      std::vector<Mpfr> b_meanings = meanings_of(b_format);
      check_pairs(a_format, b_format, rounder, a_meanings, b_meanings, counts);
      if (HasFatalFailure()) return;
      expected += std::int64_t{1} << (a_format.bits() + b_format.bits());
    }
  }
  EXPECT_EQ(counts.mixed, expected);
  RecordProperty("products", std::to_string(counts.mixed));
}

INSTANTIATE_TEST_SUITE_P(Groups, AllPairs, testing::Range(0, kGroups));

TEST(AllPairs, GroupsHoldEveryProduct) {
  std::int64_t codes = 0;
  std::int64_t same = 0;
  for (int index = 0; index < kGroups; ++index) {
    for (const FloatFormat& format : group(index)) {
      codes += std::int64_t{1} << format.bits();
      same += std::int64_t{1} << (2 * format.bits());
    }
  }
  EXPECT_EQ(codes * codes, kMixedProducts);
  EXPECT_EQ(same, kSameProducts);
}

}  // namespace
}  // namespace heddle::numerics
