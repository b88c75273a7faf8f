// The array's arithmetic against real numbers in double precision.
#include "compiler/attention/datapath.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "compiler/base/random.h"
#include "tests/support/matchers.h"

namespace heddle::attention {
namespace {

using numerics::Code;

numerics::ScalarFormat format(const std::string& name) { return *numerics::parse_scalar_format(name); }

double real(const numerics::ScalarFormat& format, Code code) {
  return numerics::to_double(numerics::decode(format, code));
}

double gaussian(Random& random) {
  return std::sqrt(-2 * std::log(1 - random.unit())) * std::cos(2 * M_PI * random.unit());
}

std::vector<Code> codes(const numerics::ScalarFormat& format, Random& random, int count, double deviation) {
  std::vector<Code> list;
  for (int i = 0; i < count; ++i)
    list.push_back(numerics::encode(format, numerics::from_double(deviation * gaussian(random))));
  return list;
}

TEST(Datapath, WeightIsAPowerOfTwo) {
  EXPECT_EQ(weight(0), 1U << kWeightFraction);
  std::uint32_t before = 0;
  for (std::int32_t x = -(26 << kLogitFraction); x <= 0; ++x) {
    const std::uint32_t p = weight(x);
    const double exact = std::exp2(std::ldexp(x, -kLogitFraction));
    // The chord is above by 0.0601 / segments^2 of the value; the table and the result are rounded once.
    ASSERT_LE(p * std::ldexp(1, -kWeightFraction), exact * (1 + 0.0601 / 4096) + 1.01 * std::ldexp(1, -kWeightFraction))
        << x;
    ASSERT_GE(p * std::ldexp(1, -kWeightFraction), exact - 1.01 * std::ldexp(1, -kWeightFraction)) << x;
    ASSERT_GE(p, before) << x;
    before = p;
  }
  EXPECT_EQ(weight(-(1 << 30)), 0U);
}

TEST(Datapath, ScoresAreExactInHalfPrecisionAndLimitedInBrain) {
  const Ports half{format("fp16"), format("fp16")};
  Random random{3};
  for (int trial = 0; trial < 200; ++trial) {
    const auto q = codes(half.operand, random, 16, 1);
    const auto k = codes(half.operand, random, 16, 1);
    double exact = 0;
    for (std::size_t e = 0; e < q.size(); ++e) exact += real(half.operand, q[e]) * real(half.operand, k[e]);
    EXPECT_NEAR(std::ldexp(static_cast<double>(score(half, q, k)), -kScoreFraction), exact,
                16 * std::ldexp(0.5, -kScoreFraction));
  }
  const std::vector<Code> largest(256, 0x7BFF);  // 65504
  EXPECT_EQ(score(half, largest, largest), 256 * (std::int64_t{65504} * 65504 << kScoreFraction));
  const Ports brain{format("bf16"), format("bf16")};
  const std::vector<Code> huge{0x7F7F};
  const std::vector<Code> negative{0xFF7F};
  EXPECT_EQ(score(brain, huge, huge), (std::int64_t{1} << (kProductBits - 1)) - 1);
  EXPECT_EQ(score(brain, huge, negative), -(std::int64_t{1} << (kProductBits - 1)));
  const Ports bytes{format("int8"), format("fp16")};
  EXPECT_EQ(score(bytes, std::vector<Code>{0x80, 0x7F}, std::vector<Code>{0x80, 0x81}), 128 * 128 - 127 * 127);
}

TEST(Datapath, LogitsAreRoundedAndLimited) {
  const Ports ports{format("fp16"), format("fp16")};
  Random random{4};
  for (int trial = 0; trial < 1000; ++trial) {
    const double scale = std::exp2(-8 + 10 * random.unit());
    const LogitScale constant = logit_scale(scale);
    EXPECT_NEAR(std::ldexp(constant.factor, constant.exponent), scale, scale * std::ldexp(1, -17));
    const auto s = static_cast<std::int64_t>(std::ldexp(gaussian(random), kScoreFraction + 5));
    const double exact =
        std::ldexp(static_cast<double>(s), -kScoreFraction) * std::ldexp(constant.factor, constant.exponent);
    EXPECT_NEAR(std::ldexp(logit(ports, s, constant), -kLogitFraction), exact, std::ldexp(0.5, -kLogitFraction));
  }
  const std::int64_t far = std::int64_t{1} << 60;
  EXPECT_EQ(logit(ports, far, logit_scale(1)), (1 << (kLogitBits - 1)) - 1);
  EXPECT_EQ(logit(ports, -far, logit_scale(1)), -(1 << (kLogitBits - 1)));
  EXPECT_EQ(logit(ports, 0, logit_scale(1e300)), 0);
  EXPECT_EQ(logit(ports, 1, logit_scale(1e300)), (1 << (kLogitBits - 1)) - 1);
  EXPECT_EQ(logit(ports, far, logit_scale(1e-300)), 0);
  EXPECT_EQ(logit(ports, 3, logit_scale(1e-300)), 0);
}

/// Attention of one row over random keys: the error relative to the exact result, in the root of mean squares.
double error_of(const Ports& ports, double deviation, int rows, double out_scale = 1) {
  constexpr int kWidth = 64;
  constexpr int kKeys = 512;
  // Codes of int8 stand for code / 32.
  const bool bytes = std::holds_alternative<numerics::IntFormat>(ports.operand);
  const double unit = bytes ? 1.0 / 32 : 1;
  const double out_unit = std::holds_alternative<numerics::IntFormat>(ports.output) ? unit / out_scale
                          : bytes                                                   ? unit
                                                                                    : 1;
  const double spread = std::sqrt(deviation);
  Random random{11};
  double wrong = 0;
  double whole = 0;
  for (int trial = 0; trial < rows; ++trial) {
    const auto q = codes(ports.operand, random, kWidth, spread / unit);
    RowState row = empty_row(kWidth);
    std::vector<double> scores;
    std::vector<std::vector<Code>> values;
    for (int j = 0; j < kKeys; ++j) {
      const auto k = codes(ports.operand, random, kWidth, spread / unit);
      values.push_back(codes(ports.operand, random, kWidth, 1 / unit));
      double s = 0;
      for (std::size_t e = 0; e < kWidth; ++e) s += real(ports.operand, q[e]) * real(ports.operand, k[e]);
      scores.push_back(s * unit * unit / 8);
      see(ports, row, logit(ports, score(ports, q, k), logit_scale(unit * unit / 8 * std::numbers::log2e)),
          values.back());
    }
    const auto got = finish(ports, row, logit_scale(out_scale));
    const double most = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (const double s : scores) sum += std::exp(s - most);
    for (std::size_t e = 0; e < kWidth; ++e) {
      double z = 0;
      for (std::size_t j = 0; j < kKeys; ++j) z += std::exp(scores[j] - most) / sum * real(ports.operand, values[j][e]);
      z *= unit;
      wrong +=
          std::pow(real(ports.output, got[e]) * (std::holds_alternative<numerics::IntFormat>(ports.output) ? out_unit
                                                 : bytes                                                   ? unit
                                                                                                           : 1) -
                       z,
                   2);
      whole += z * z;
    }
  }
  return std::sqrt(wrong / whole);
}

TEST(Datapath, ErrorsByFormat) {
  // Inputs are rounded already; what is measured is the array's own error. Goals: docs/attention.md.
  for (const double deviation : {1.0, 3.0, 6.0}) {
    EXPECT_LT(error_of({format("fp16"), format("fp16")}, deviation, 6), 4e-4) << deviation;
    EXPECT_LT(error_of({format("bf16"), format("bf16")}, deviation, 6), 3e-3) << deviation;
    EXPECT_LT(error_of({format("e4m3"), format("fp16")}, deviation, 6), 4e-4) << deviation;
    EXPECT_LT(error_of({format("int8"), format("fp16")}, deviation, 6), 4e-4) << deviation;
  }
  EXPECT_LT(error_of({format("int8"), format("int8")}, 1, 6, 4), 6e-2);
}

TEST(Datapath, HugeLogitsStayFinite) {
  const Ports ports{format("fp16"), format("fp16")};
  const std::vector<Code> value{numerics::encode(format("fp16"), numerics::from_double(3))};
  const std::vector<Code> other{numerics::encode(format("fp16"), numerics::from_double(-5))};
  RowState row = empty_row(1);
  see(ports, row, logit(ports, -(std::int64_t{10000} << kScoreFraction), logit_scale(std::numbers::log2e)), value);
  EXPECT_EQ(finish(ports, row, {}), value);
  see(ports, row, logit(ports, std::int64_t{10000} << kScoreFraction, logit_scale(std::numbers::log2e)), other);
  EXPECT_EQ(finish(ports, row, {}), other);
  see(ports, row, logit(ports, -(std::int64_t{10000} << kScoreFraction), logit_scale(std::numbers::log2e)), value);
  EXPECT_EQ(finish(ports, row, {}), other);
}

TEST(Datapath, ARowWithoutKeysIsZero) {
  const Ports ports{format("fp16"), format("fp16")};
  EXPECT_EQ(finish(ports, empty_row(3), {}), std::vector<Code>(3, 0));
}

TEST(Datapath, RefusesOtherPorts) {
  EXPECT_THAT(check_ports({format("fp16"), format("bf16")}), IsOk());
  EXPECT_THAT(check_ports({format("e4m3fn"), format("int8")}), IsOk());
  for (const char* name : {"fp32", "uint8", "int4", "ue4m4", "e4m3:nosub"}) {
    EXPECT_FALSE(check_ports({format(name), format("fp16")})) << name;
    EXPECT_FALSE(check_ports({format("fp16"), format(name)})) << name;
  }
}

}  // namespace
}  // namespace heddle::attention
