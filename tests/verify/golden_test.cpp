// Golden functions against arithmetic that is not ours: the machine's integers and floats, and brute force over codes.
#include <cmath>
#include <cstring>

#include "compiler/base/random.h"
#include "runtime/verify/golden.h"
#include "tests/support/matchers.h"

namespace heddle::verify {
namespace {

using testing::HasSubstr;

Golden golden(const std::string& name) {
  auto made = make_golden(name);
  EXPECT_THAT(made, IsOk()) << name;
  return made ? std::move(*made) : Golden{};
}

/// Outputs of one step from a zero state.
std::vector<std::uint64_t> step(const Golden& function, std::vector<std::uint64_t> inputs) {
  inputs.resize(function.input_words());
  std::vector<std::uint64_t> state(std::max<std::size_t>(1, function.state_words));
  std::vector<std::uint64_t> outputs(function.output_words());
  function.step(inputs.data(), function.state_words == 0 ? nullptr : state.data(), outputs.data());
  return outputs;
}

float as_float(std::uint64_t code) {
  const auto bits = static_cast<std::uint32_t>(code);
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::uint64_t as_code(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// Sign, 4 exponent and 3 mantissa bits, no special codes, by the definition.
double e4m3(std::uint64_t code) {
  const double sign = (code & 0x80U) != 0 ? -1 : 1;
  const int exponent = static_cast<int>(code >> 3U & 15U);
  const double mantissa = static_cast<double>(code & 7U) / 8;
  return sign * (exponent == 0 ? std::ldexp(mantissa, -6) : std::ldexp(1 + mantissa, exponent - 7));
}

/// The code nearest to a value, ties to the even one, by trying all of one sign.
std::uint64_t nearest_e4m3(double value) {
  std::uint64_t best = 0;
  for (std::uint64_t code = 0; code < 128; ++code) {
    const double distance = std::abs(e4m3(code) - std::abs(value)) - std::abs(e4m3(best) - std::abs(value));
    if (distance < 0 || (distance == 0 && code % 2 == 0)) best = code;
  }
  return best | (std::signbit(value) ? 0x80U : 0U);
}

TEST(Golden_IntMul, IsTheProductOverAllPairs) {
  const Golden mixed = golden("int.mul:int8xuint4");
  EXPECT_EQ(mixed.inputs[1].type.bits, 4);
  EXPECT_EQ(mixed.outputs[0].type.bits, 12);
  for (int a = -128; a < 128; ++a)
    for (int b = 0; b < 16; ++b)
      ASSERT_EQ(step(mixed, {static_cast<std::uint64_t>(a) & 0xFFU, static_cast<std::uint64_t>(b)})[0],
                static_cast<std::uint64_t>(a * b) & 0xFFFU);
}

TEST(Golden_IntMac, WrapsOrSaturates) {
  const auto last = [](const std::string& name) {
    const Golden function = golden(name);
    GoldenRun run(function, false);
    std::vector<std::uint64_t> in = {0x80, 0x80, 0, 0, 0, 1, 1};  // -128 * -128, enabled
    std::vector<std::uint64_t> out(function.output_words());
    for (int i = 0; i < 3; ++i) run.step(in.data(), out.data());
    return out[0];
  };
  EXPECT_EQ(last("int.mac:int8:acc=16"), 0xC000U);  // 49152 modulo 2^16
  EXPECT_EQ(last("int.mac:int8:acc=16:sat"), 0x7FFFU);
  EXPECT_EQ(last("int.mac:int8:acc=32"), 49152U);
}

TEST(Golden_IntDot, IsTheSum) {
  const Golden dot = golden("int.dot:int8:n=4");
  EXPECT_EQ(dot.outputs[0].type.bits, 18);
  // (1, -1, 127, -128) . (2, 3, -128, -128) = 2 - 3 - 16256 + 16384 = 127
  EXPECT_EQ(step(dot, {0x807FFF01U, 0x80800302U})[0], 127U);
}

TEST(Golden_MinifloatMul, IsTheNearestCodeOverAllPairs) {
  const Golden product = golden("minifloat.mul:e4m3");
  for (std::uint64_t a = 0; a < 256; ++a)
    for (std::uint64_t b = 0; b < 256; ++b)
      ASSERT_EQ(step(product, {a, b})[0], nearest_e4m3(e4m3(a) * e4m3(b))) << a << " " << b;
}

TEST(Golden_MinifloatMac, SumsExactlyInUnitsOfTheSmallestProduct) {
  const Golden mac = golden("minifloat.mac:e4m3:acc=46");
  EXPECT_EQ(mac.outputs[0].type.exponent, -18);
  GoldenRun run(mac, false);
  Random random(3);
  std::vector<std::uint64_t> out(mac.output_words());
  std::int64_t sum = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t a = random.below(256);
    const std::uint64_t b = random.below(256);
    const bool first = random.below(50) == 0;
    const std::vector<std::uint64_t> in = {a, b, 0, first ? 1U : 0U, 0, 1, 1};
    run.step(in.data(), out.data());
    sum = (first ? 0 : sum) + static_cast<std::int64_t>(std::ldexp(e4m3(a) * e4m3(b), 18));
    ASSERT_EQ(out[0], static_cast<std::uint64_t>(sum) & ((std::uint64_t{1} << 46U) - 1)) << i;
  }
}

TEST(Golden_MinifloatMacOfIntegers, IsTheIntegerOne) {
  const Golden integer = golden("int.mac:int8:acc=24");
  const Golden exact = golden("minifloat.mac:int8:acc=24");
  for (std::uint64_t a = 0; a < 256; ++a)
    for (std::uint64_t b = 0; b < 256; ++b) ASSERT_EQ(step(integer, {a, b})[0], step(exact, {a, b})[0]);
}

TEST(Golden_WideAccumulator, BorrowsAcrossWords) {
  const Golden mac = golden("minifloat.mac:e5m2:acc=80");
  GoldenRun run(mac, false);
  std::vector<std::uint64_t> out(mac.output_words());
  const std::vector<std::uint64_t> in = {0x01, 0x81, 0, 0, 0, 0, 1, 1};  // -(smallest)^2 = -1 unit
  run.step(in.data(), out.data());
  EXPECT_EQ(out[0], ~std::uint64_t{0});
  EXPECT_EQ(out[1], 0xFFFFU);
  EXPECT_EQ(hex_code(mac.outputs[0].type, out.data()), "0xffffffffffffffffffff");
}

TEST(Golden_Fp32, IsTheMachines) {
  const Golden sum = golden("fp.add:fp32");
  const Golden difference = golden("fp.sub:fp32");
  const Golden product = golden("fp.mul:fp32");
  const Golden fused = golden("fp.fma:fp32");
  Random random(5);
  const auto same = [](std::uint64_t code, float value) {
    return std::isnan(value) ? std::isnan(as_float(code)) : code == as_code(value);
  };
  for (int i = 0; i < 200000; ++i) {
    const std::uint64_t a = random.next() & 0xFFFFFFFFU;
    const std::uint64_t b = i % 2 == 0 ? random.next() & 0xFFFFFFFFU : (a + random.below(1U << 24U)) & 0xFFFFFFFFU;
    const std::uint64_t c = random.next() & 0xFFFFFFFFU;
    ASSERT_TRUE(same(step(sum, {a, b})[0], as_float(a) + as_float(b))) << a << " " << b;
    ASSERT_TRUE(same(step(difference, {a, b})[0], as_float(a) - as_float(b))) << a << " " << b;
    ASSERT_TRUE(same(step(product, {a, b})[0], as_float(a) * as_float(b))) << a << " " << b;
    ASSERT_TRUE(same(step(fused, {a, b, c})[0], std::fma(as_float(a), as_float(b), as_float(c)))) << a << " " << b;
  }
}

TEST(Golden_FpMax, OrdersZerosAndLosesNan) {
  const Golden max = golden("fp.max:fp32");
  const Golden min = golden("fp.min:fp32");
  const std::uint64_t nan = as_code(NAN);
  EXPECT_EQ(step(max, {as_code(-0.0F), as_code(0.0F)})[0], as_code(0.0F));
  EXPECT_EQ(step(max, {as_code(0.0F), as_code(-0.0F)})[0], as_code(0.0F));
  EXPECT_EQ(step(min, {as_code(0.0F), as_code(-0.0F)})[0], as_code(-0.0F));
  EXPECT_EQ(step(max, {nan, as_code(-3.0F)})[0], as_code(-3.0F));
  EXPECT_EQ(step(min, {as_code(2.0F), as_code(-3.0F)})[0], as_code(-3.0F));
}

TEST(Golden_Convert, RoundsAndSaturates) {
  const Golden convert = golden("convert:fp32->e4m3");
  Random random(7);
  for (int i = 0; i < 50000; ++i) {
    const auto value = static_cast<float>(std::ldexp(random.unit() - 0.5, static_cast<int>(random.below(24)) - 12));
    ASSERT_EQ(step(convert, {as_code(value)})[0], nearest_e4m3(value)) << value;
  }
  EXPECT_EQ(step(convert, {as_code(1e9F)})[0], 0x7FU);
  EXPECT_EQ(step(golden("convert:fp32:to=fp16"), {as_code(1e9F)})[0], 0x7C00U);
  EXPECT_EQ(step(golden("convert:fp32->fp16:sat"), {as_code(1e9F)})[0], 0x7BFFU);
}

TEST(Golden_Requantize, ScalesRoundsAndClamps) {
  const Golden requantize = golden("requantize:int32->int8:mul=181:shift=14:zero=3");
  for (const std::int64_t x : {0L, 1L, -1L, 45L, 136L, 5000L, -5000L, 2147483647L, -2147483648L}) {
    const double exact = std::nearbyint(static_cast<double>(x) * 181 / 16384) + 3;
    const auto wanted = static_cast<std::int64_t>(std::min(127.0, std::max(-128.0, exact)));
    EXPECT_EQ(step(requantize, {static_cast<std::uint64_t>(x) & 0xFFFFFFFFU})[0],
              static_cast<std::uint64_t>(wanted) & 0xFFU)
        << x;
  }
}

TEST(Golden_MxDot, ScalesTheSum) {
  const Golden dot = golden("mx.dot:mxfp4");
  EXPECT_EQ(dot.inputs[0].type.total_bits(), 128);
  // 1.5 in every lane against 1.0 in every lane, scales 2^3 and 2^-5: 32 * 1.5 * 0.25 = 12.
  const std::vector<std::uint64_t> in = {
      0x3333333333333333U, 0x3333333333333333U, 0x2222222222222222U, 0x2222222222222222U, 130, 122};
  EXPECT_EQ(step(dot, in)[0], as_code(12.0F));
  std::vector<std::uint64_t> nan = in;
  nan[4] = 255;
  EXPECT_TRUE(std::isnan(as_float(step(dot, nan)[0])));
  // 1.0 is code 64 in MXINT8: the elements have 6 bits behind the point.
  std::vector<std::uint64_t> ones(10, 0x4040404040404040U);
  ones[8] = ones[9] = 127;
  EXPECT_EQ(step(golden("mx.dot:mxint8"), ones)[0], as_code(32.0F));
}

TEST(Golden_Families, HaveExamplesThatWork) {
  EXPECT_GE(golden_families().size(), 20U);
  for (const GoldenFamily& family : golden_families()) {
    const Golden example = golden(std::string(family.example));
    EXPECT_FALSE(example.inputs.empty()) << family.name;
    for (const GoldenPort& port : example.inputs)
      EXPECT_GT(port.type.total_bits(), 0) << family.name << " " << port.name;
    std::vector<std::uint64_t> zeros(example.input_words());
    EXPECT_EQ(step(example, zeros).size(), example.output_words());
  }
}

TEST(Golden_Names, AreExplainedWhenWrong) {
  const auto said = [](const char* name) {
    const auto made = make_golden(name);
    return made ? std::string("no error") : to_string(made.error());
  };
  EXPECT_THAT(said("int.mil:int8"), HasSubstr("did you mean 'int.mul'?"));
  EXPECT_THAT(said("minifloat.mac"), HasSubstr("no format given"));
  EXPECT_THAT(said("minifloat.mac:e0m3"), HasSubstr("e0m3"));
  EXPECT_THAT(said("minifloat.mac:e4m3xe9m9"), HasSubstr("e9m9"));
  EXPECT_THAT(said("int.mac:int8:acc=900"), HasSubstr("a number from 4 to 64, found '900'"));
  EXPECT_THAT(said("int.mul:int8:acc=9"), HasSubstr("int.mul has no option 'acc'"));
  EXPECT_THAT(said("int.mul:e4m3"), HasSubstr("takes integers"));
  EXPECT_THAT(said("minifloat.mul:e4m3xe5m2"), HasSubstr("the result needs a format"));
  EXPECT_THAT(said("convert:fp32"), HasSubstr("convert:FROM->TO"));
  EXPECT_THAT(said("mx.dot:e4m3"), HasSubstr("has no shared scale"));
  EXPECT_THAT(said("minifloat.mul:e4m3:rne:rtz"), HasSubstr("one of rne, rna, rtz"));
  EXPECT_THAT(said("minifloat.mac:mxfp8_e4m3"), HasSubstr("mxfp8_e4m3"));
}

TEST(Golden_FormatsWithModifiers, KeepThem) {
  EXPECT_EQ(golden("minifloat.mac:e4m3:bias=9").outputs[0].type.exponent, 2 * (1 - 9 - 3));
  EXPECT_EQ(golden("minifloat.mac:e4m3:bias=9xe5m2").outputs[0].type.exponent, (1 - 9 - 3) + (1 - 15 - 2));
  EXPECT_EQ(golden("mx.dot:mxfp4:k=16").inputs[0].type.lanes, 16);
}

}  // namespace
}  // namespace heddle::verify
