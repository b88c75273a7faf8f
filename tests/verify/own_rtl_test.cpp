// The units of rtl/arithmetic through the door of `heddle verify --rtl`: each golden function of the list against the
// unit that computes it, at settings that the units' own tests do not have (unsigned conversions among them), and each
// kind with a planted fault.
#include <filesystem>

#include "compiler/base/files.h"
#include "tests/verify/user_rtl_support.h"

namespace heddle::verify {
namespace {

using Texts = std::vector<std::string>;

const std::filesystem::path kArithmetic = kSource / "rtl/arithmetic";
constexpr std::uint64_t kVectors = 50'000;

struct Unit {
  std::string name;
  std::string module;
  std::string golden;
  Texts map;
  Texts parameters = {};
  std::string from = {}, to = {};  ///< the line of a planted fault
};
void PrintTo(const Unit& unit, std::ostream* out) { *out << unit.name; }

UserRtlOptions options_for(const Unit& unit) {
  UserRtlOptions options = user_rtl("", unit.golden, unit.map, unit.parameters);
  options.sources.files = {kArithmetic / (unit.module + ".sv")};
  options.sources.include_paths = {kArithmetic};
  options.vectors = kVectors;
  return options;
}

const Texts kBack = {"en_i=1", "nan_i=0", "positive_inf_i=0", "negative_inf_i=0", "x=acc_i", "y=code_o"};

Texts with(Texts texts, const Texts& more) {
  texts.insert(texts.end(), more.begin(), more.end());
  return texts;
}

std::vector<Unit> units() {
  const Texts binary = {"en_i=1", "y=result_o"}, unary = {"en_i=1", "x=a_i", "y=result_o"};
  const Texts mac = {"en_i=1", "valid=valid_i", "out_valid=valid_o", "clear=clear_i", "acc=acc_o"};
  const Texts block = {"en_i=1", "valid=valid_i", "clear_i=1", "y=block_o", "out_valid=block_valid_o"};
  const Texts bf16 = {"ExpBits=8", "ManBits=7"};
  return {
      {"Add", "fp_add", "fp.add:bf16", with(binary, {"sub_i=0"}), with(bf16, {"Stages=2"})},
      {"Sub", "fp_add", "fp.sub:fp16", with(binary, {"sub_i=1"}), {"Stages=1"}},
      {"Mul", "fp_mul", "fp.mul:fp16", binary, {"Stages=3"}},
      {"MinifloatMul", "fp_mul", "minifloat.mul:e3m4", binary, {"ExpBits=3", "ManBits=4", "Specials=0", "Saturate=1"}},
      {"MinifloatAdd",
       "fp_add",
       "minifloat.add:e5m2",
       with(binary, {"sub_i=0"}),
       {"ExpBits=5", "ManBits=2", "Specials=0", "Saturate=1"}},
      {"Max", "fp_minmax", "fp.max:fp16", with(binary, {"max_i=1"}), {"Stages=1"}},
      {"Min", "fp_minmax", "fp.min:bf16", with(binary, {"max_i=0"}), bf16},
      {"Fma", "fp_mac", "fp.fma:fp16", binary, {"ExpBits=5", "ManBits=10", "Stages=3"}},
      {"FloatMac", "fp_mac", "fp.mac:bf16", {"en_i=1", "acc_in=c_i", "acc=result_o"}, {"AExpBits=8", "AManBits=7"}},
      {"Exp2", "fp_exp2", "fp.exp2:fp16:segments=8", unary, {"Segments=8", "Stages=2"}},
      // Its first step is 1 / Segments after rounding, which was a bit too wide once.
      {"RecipOfMostSegments", "fp_recip", "fp.recip:bf16:segments=64", unary, with(bf16, {"Segments=64", "Stages=1"})},
      {"RecipOf256Segments", "fp_recip", "fp.recip:fp16:segments=256", unary, {"Segments=256"}},
      {"ConvertToUnsigned",
       "fp_convert",
       "convert:fp32->ue4m4",
       unary,
       {"DstExpBits=4", "DstManBits=4", "DstSpecials=0", "DstSigned=0", "Saturate=1", "Stages=1"}},
      {"ConvertSignedToUnsigned",
       "fp_convert",
       "convert:e4m3->ue5m3",
       unary,
       {"SrcExpBits=4", "SrcManBits=3", "SrcSpecials=0", "DstExpBits=5", "DstManBits=3", "DstSpecials=0", "DstSigned=0",
        "Saturate=1"}},
      {"ConvertFromUnsigned",
       "fp_convert",
       "convert:ue4m3->fp16",
       unary,
       {"SrcExpBits=4", "SrcManBits=3", "SrcSpecials=0", "SrcSigned=0", "Stages=2"}},
      {"ConvertUnsignedToUnsigned",
       "fp_convert",
       "convert:ue4m3->ue2m3",
       unary,
       {"SrcExpBits=4", "SrcManBits=3", "SrcSpecials=0", "SrcSigned=0", "DstExpBits=2", "DstManBits=3", "DstSpecials=0",
        "DstSigned=0", "Saturate=1"}},
      {"IntDot",
       "int_dot",
       "int.dot:int4:n=4:out=16",
       {"en_i=1", "sum_i=0", "y=sum_o"},
       {"Lanes=4", "Bits=4", "SumBits=16"}},
      {"MixedMac",
       "mac_unit",
       "minifloat.mac:int4xe2m1",
       mac,
       {"AExpBits=0", "AManBits=4", "BExpBits=2", "BManBits=1", "AccBits=22"}},
      {"IntMac",
       "mac_unit",
       "int.mac:int5xuint6",
       mac,
       {"AExpBits=0", "AManBits=5", "BExpBits=0", "BManBits=6", "BSigned=0", "AccBits=20", "Architecture=2"}},
      {"MxFp4Dot",
       "mx_dot",
       "mx.dot:mxfp4",
       block,
       {"Lanes=32", "AExpBits=2", "AManBits=1", "ASpecials=0", "BExpBits=2", "BManBits=1", "BSpecials=0"}},
      {"MxInt8Dot",
       "mx_dot",
       "mx.dot:mxint8:k=16",
       block,
       {"Lanes=16", "Block=16", "AExpBits=0", "AManBits=8", "ASpecials=0", "BExpBits=0", "BManBits=8", "BSpecials=0"}},
      {"ConvertBack", "convert_back", "convert_back:e4m3xe4m3->e4m3:acc=50:shift=4",
       with(kBack, {"multiplier_i=1", "shift_i=4", "zero_point_i=0"})},
      {"Requantize",
       "convert_back",
       "requantize:int32->int8:mul=181:shift=14:zero=-3",
       with(kBack, {"multiplier_i=181", "shift_i=14", "zero_point_i=509"}),
       {"AccBits=32", "Lsb=0", "OutExpBits=0", "OutManBits=8", "OutBias=0", "ZeroPoint=1"}},
  };
}

class OwnRtl : public testing::TestWithParam<Unit> {};

TEST_P(OwnRtl, IsItsGoldenFunction) {
  const auto report = verify_user_rtl(options_for(GetParam()), {});
  ASSERT_THAT(report, IsOk());
  EXPECT_TRUE(report->equal()) << to_text(*report);
  EXPECT_GE(report->vectors(), 128U);
}

INSTANTIATE_TEST_SUITE_P(Arithmetic, OwnRtl, testing::ValuesIn(units()),
                         [](const auto& test) { return test.param.name; });

class PlantedFault : public testing::TestWithParam<Unit> {};

TEST_P(PlantedFault, IsFound) {
  std::string text = read_file(kArithmetic / (GetParam().module + ".sv")).value();
  const std::size_t at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos) << GetParam().module << " has no " << GetParam().from;
  text.replace(at, GetParam().from.size(), GetParam().to);
  const auto file = test_directory() / (GetParam().module + ".sv");
  ASSERT_THAT(write_file(file, text), IsOk());
  UserRtlOptions options = options_for(GetParam());
  options.sources.files = {file};
  const auto report = verify_user_rtl(options, {});
  ASSERT_THAT(report, IsOk());
  EXPECT_TRUE(report->counterexample) << to_text(*report);
}

INSTANTIATE_TEST_SUITE_P(Arithmetic, PlantedFault,
                         testing::Values(Unit{"NarrowStep",
                                              "fp_recip",
                                              "fp.recip:bf16:segments=64",
                                              {"en_i=1", "x=a_i", "y=result_o"},
                                              {"ExpBits=8", "ManBits=7", "Segments=64"},
                                              "FracBits - IndexBits + 1;",
                                              "FracBits - IndexBits;"},
                                         Unit{"SumOfOneLaneLess",
                                              "int_dot",
                                              "int.dot:int4:n=4:out=16",
                                              {"en_i=1", "sum_i=0", "y=sum_o"},
                                              {"Lanes=4", "Bits=4", "SumBits=16"},
                                              "2 * Bits + 1 + $clog2(Lanes + 1)",
                                              "2 * Bits"}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace heddle::verify
