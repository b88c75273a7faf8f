#include <gtest/gtest.h>

#include "compiler/numerics/format.h"
#include "tests/support/matchers.h"

namespace heddle::numerics {
namespace {

/// Every name there is, but for the bias values.
std::vector<std::string> all_names() {
  std::vector<std::string> names = {"fp16", "bf16", "fp32", "fp16:nosub", "fp32:bias=200:nosub", "nvfp4", "nvfp4:k=32"};
  for (int bits = 2; bits <= 32; ++bits) {
    for (const char* modifier : {"", ":narrow", ":affine", ":narrow:affine"})
      names.push_back("int" + std::to_string(bits) + modifier);
    for (const char* modifier : {"", ":affine"}) names.push_back("uint" + std::to_string(bits) + modifier);
  }
  for (const bool is_signed : {true, false}) {
    for (const FloatFormat& base : minifloats(is_signed)) {
      for (const char* specials : {"", "fn", "ieee", "fnuz"}) {
        if (!is_signed && specials == std::string("fnuz")) continue;
        // Without subnormals, one exponent bit and a special exponent leave nothing but zero.
        const bool empty = base.exponent_bits == 1 && specials == std::string("ieee");
        for (const char* modifier : {"", ":bias=11", ":bias=-4", empty ? ":bias=256" : ":bias=256:nosub"})
          names.push_back(name(base) + specials + modifier);
      }
    }
  }
  for (const char* block : {"mxfp8_e4m3", "mxfp8_e5m2", "mxfp6_e3m2", "mxfp6_e2m3", "mxfp4", "mxint8"}) {
    for (const char* size : {"", ":k=16", ":k=64"}) {
      for (const char* rule : {"", ":ceil", ":even"}) names.push_back(std::string(block) + size + rule);
    }
  }
  return names;
}

TEST(ParseFormat, EveryName_PrintsAsItself) {
  for (const std::string& text : all_names()) {
    const auto format = parse_format(text);
    ASSERT_THAT(format, IsOk()) << text;
    EXPECT_EQ(name(*format), text);
  }
}

TEST(ParseFormat, Modifiers_InAnyOrder) {
  EXPECT_EQ(name(parse_format("int8:affine:narrow").value()), "int8:narrow:affine");
  EXPECT_EQ(name(parse_format("e4m3:nosub:bias=11").value()), "e4m3:bias=11:nosub");
  EXPECT_EQ(name(parse_format("mxfp4:ceil:k=16").value()), "mxfp4:k=16:ceil");
}

struct Refusal {
  const char* text;
  const char* why;
  const char* nearest;
};

TEST(ParseFormat, BadNames_SayWhyAndTheNearestValid) {
  const Refusal kRefusals[] = {
      {"e0m3", "at least 1 exponent bit", "e1m3"},
      {"int40", "2 to 32 bits, not 40", "int32"},
      {"int1", "2 to 32 bits, not 1", "int2"},
      {"uint0", "2 to 32 bits, not 0", "uint2"},
      {"e4m9", "3 to 8 bits with its sign, this one 14", "e4m3"},
      {"e9m1", "3 to 8 bits", "e7m0"},
      {"e1m0", "3 to 8 bits", "e1m1"},
      {"ue1m0", "3 to 8 bits, this one 1", "ue1m2"},
      {"e2147483647m2147483647", "3 to 8 bits", "e7m0"},
      {"ue4m4fnuz", "negative zero", "ue4m4"},
      {"ue4m9fnuz", "3 to 8 bits", "ue4m4"},
      {"ue3m1fnuzz", "unknown", ""},
      {"e04m3", "unknown", "e4m3"},
      {"e4m3fnu", "unknown", "e4m3fn"},
      {"E4M3", "unknown", "e4m3"},
      {"fp8", "unknown", "e4m3fn"},
      {"FP4", "unknown", "e2m1"},
      {"mxfp8", "unknown", "mxfp8_e4m3"},
      {"bfloat16", "unknown", "bf16"},
      {"INT8", "unknown", "int8"},
      {"", "unknown", ""},
      {"int", "unknown", "int2"},
      {"int-8", "unknown", "int8"},
      {"mxfp4_e2m1", "unknown", "mxfp"},
      {"int99999999999999999999", "unknown", ""},
      {"int8:affine:affine", "no modifier 'affine'", "int8:affine"},
      {"uint8:narrow", "no most negative code", "uint8"},
      {"e4m3:narrow", "e4m3 has :bias=N", "e4m3"},
      {"e4m3:bias=7", "another than the usual", "e4m3"},
      {"e4m3:bias=257", "a bias is -256 to 256", "e4m3"},
      {"e4m3:bias=5:bias=6", "each once", "e4m3:bias=5"},
      {"e4m3:bias=-0", "no modifier 'bias=-0'", "e4m3"},
      {"e1m3ieee:nosub", "no finite value but zero", "e1m3ieee"},
      {"mxfp4:k=33", "no modifier 'k=33'", "mxfp4"},
      {"mxfp4:ceil:even", "no modifier 'even'", "mxfp4:ceil"},
      {"nvfp4:ceil", "nvfp4 has :k=32", "nvfp4"},
      {"e4m3:", "no modifier ''", "e4m3"},
      {"a\x01"
       "b\xff",
       "'a?b?'", ""},
  };
  for (const Refusal& refusal : kRefusals) {
    const auto format = parse_format(refusal.text);
    EXPECT_THAT(format, HasError(ErrorCode::kBadInput, refusal.why)) << refusal.text;
    EXPECT_THAT(format, HasError(ErrorCode::kBadInput, "valid are int2 to int32")) << refusal.text;
    EXPECT_THAT(format.error().hint, testing::StartsWith(std::string("the nearest valid name is ") + refusal.nearest))
        << refusal.text;
    const std::string nearest = format.error().hint.substr(format.error().hint.rfind(' ') + 1);
    EXPECT_THAT(parse_format(nearest), IsOk()) << refusal.text;
  }
}

TEST(ParseFormat, WrongKind_IsRefused) {
  EXPECT_THAT(parse_float_format("int8"), HasError(ErrorCode::kBadInput, "a minifloat, fp16, bf16 or fp32 is needed"));
  EXPECT_THAT(parse_scalar_format("mxfp4"), HasError(ErrorCode::kBadInput, "not blocks"));
  EXPECT_EQ(parse_scalar_format("mxfp4").error().hint, "its elements are e2m1");
  EXPECT_EQ(parse_scalar_format("mxint8").error().hint, "its elements are int8:narrow");
  EXPECT_EQ(parse_scalar_format("nvfp4").error().hint, "its elements are e2m1");
  EXPECT_THAT(parse_scalar_format("uint4"), IsOk());
  EXPECT_THAT(parse_float_format("bf16"), IsOk());
}

TEST(Minifloats, Are27OfEachSignedness) {
  EXPECT_EQ(minifloats(true).size(), 27U);
  EXPECT_EQ(minifloats(false).size(), 27U);
}

}  // namespace
}  // namespace heddle::numerics
