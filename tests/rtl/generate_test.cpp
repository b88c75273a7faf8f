// The generated top of every shipped architecture: lint-clean, deterministic; refusals name their reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "compiler/arch/cgra.h"
#include "compiler/base/files.h"
#include "compiler/codegen/rtl.h"
#include "tests/support/matchers.h"

namespace heddle::codegen {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = HEDDLE_SOURCE_DIR;

arch::Cgra shipped(const std::string& name) {
  return arch::find(name, kSource / "workloads" / "architectures").value();
}

fs::path fresh_directory(const std::string& name) {
  const fs::path directory = fs::path(testing::TempDir()) / ("heddle_rtl_" + name);
  fs::remove_all(directory);
  return directory;
}

class ShippedArchitecture : public testing::TestWithParam<std::string> {};

TEST_P(ShippedArchitecture, GeneratedRtl_IsCleanUnderVerilatorWall) {
  const fs::path directory = fresh_directory(GetParam());
  ASSERT_THAT(write_rtl(shipped(GetParam()), kSource / "rtl", directory), IsOk());
  const std::string log = (directory / "lint.log").string();
  const std::string command = "cd '" + directory.string() +
                              "' && verilator --lint-only --assert -Wall --top-module cgra_top '" +
                              (kSource / "rtl/lint/waivers.vlt").string() + "' -f files.f > lint.log 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << read_file(log).value();
}

INSTANTIATE_TEST_SUITE_P(All, ShippedArchitecture,
                         testing::Values("single_1x1", "mesh_2x2", "mesh_4x4", "hycube_4x4", "diagonal_4x4",
                                         "heterogeneous_4x4", "hycube_8x8", "mesh_16x16", "float_4x4", "minifloat_4x4",
                                         "hycube_agu_4x4", "hycube_nest_4x4", "hycube_ml_8x8"),
                         [](const auto& param) { return param.param; });

TEST(GenerateTop, SameArchitecture_SameText) {
  EXPECT_EQ(generate_top(shipped("hycube_4x4")).value(), generate_top(shipped("hycube_4x4")).value());
}

TEST(GenerateTop, BypassWithAnyTurns_RefusedNamingTheLoop) {
  arch::Cgra cgra = shipped("hycube_4x4");
  cgra.bypass.turns = arch::Turns::kAny;
  EXPECT_THAT(generate_top(cgra), HasError(ErrorCode::kUnsupported, "combinational loop: "));
}

TEST(GenerateTop, OddSizes_RefusedWithTheReason) {
  arch::Cgra cgra = shipped("mesh_2x2");
  cgra.scratchpad.banks = 3;
  EXPECT_THAT(generate_top(cgra), HasError(ErrorCode::kUnsupported, "3 banks are not a power of two"));
  cgra = shipped("mesh_2x2");
  cgra.scratchpad.bank_bytes = 1000;
  EXPECT_THAT(generate_top(cgra), HasError(ErrorCode::kUnsupported, "1000 bytes per bank"));
  cgra = shipped("mesh_2x2");
  cgra.classes[0].live_outs = 40;
  EXPECT_THAT(generate_top(cgra), HasError(ErrorCode::kUnsupported, "40 live-out registers"));
}

TEST(GenerateTop, LoadsOfDifferentLatency_Refused) {
  arch::Cgra cgra = shipped("single_1x1");
  cgra.classes[0].operations.at(dfg::Opcode::kLoadU8).latency = 3;
  EXPECT_THAT(generate_top(cgra), HasError(ErrorCode::kUnsupported, "share a unit"));
}

TEST(GenerateTop, PackedIntegersOfDifferentLatency_Refused) {
  arch::Cgra cgra = shipped("hycube_ml_8x8");
  cgra.classes[0].operations.at(dfg::Opcode::kUs4Dot).latency = 3;
  EXPECT_THAT(generate_top(cgra), HasError(ErrorCode::kUnsupported, "share a unit but have latencies"));
}

TEST(GenerateTop, SumsAndProductsOfDifferentLatency_Refused) {
  arch::Cgra cgra = shipped("float_4x4");
  arch::PeClass& number = *std::ranges::find(cgra.classes, "number", &arch::PeClass::name);
  number.operations.at(dfg::Opcode::kFp32Lt).latency = 2;
  number.operations.at(dfg::Opcode::kFp16Eq).latency = 1;
  EXPECT_THAT(generate_top(cgra), HasError(ErrorCode::kUnsupported, "share a unit but have latencies"));
  number.operations.at(dfg::Opcode::kFp32Lt).latency = 1;
  EXPECT_THAT(generate_top(cgra), IsOk());
  number.operations.at(dfg::Opcode::kFp16Mac).latency = 3;
  EXPECT_THAT(generate_top(cgra),
              HasError(ErrorCode::kUnsupported, "fp32_add and fp16_mac share a unit but have latencies 4 and 3"));
}

TEST(WriteRtl, IntegerArrays_ComeWithoutNumberUnits) {
  const fs::path integers = fresh_directory("integers");
  const fs::path floats = fresh_directory("floats");
  ASSERT_THAT(write_rtl(shipped("hycube_4x4"), kSource / "rtl", integers), IsOk());
  ASSERT_THAT(write_rtl(shipped("float_4x4"), kSource / "rtl", floats), IsOk());
  for (const char* name : {"cgra_number.sv", "fp_mac.sv"}) {
    EXPECT_FALSE(fs::exists(integers / name)) << name;
    EXPECT_TRUE(fs::exists(floats / name)) << name;
  }
}

}  // namespace
}  // namespace heddle::codegen
