// Verilator's lint and Yosys read every floating-point unit in several formats.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/base/files.h"

namespace heddle {
namespace {

const std::filesystem::path kUnits = std::filesystem::path(HEDDLE_SOURCE_DIR) / "rtl/arithmetic";

struct Design {
  std::string top;
  std::vector<std::string> parameters;  ///< "Name=value"
};

std::filesystem::path log_file() {
  const std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
  const std::filesystem::path directory = std::filesystem::path(HEDDLE_BINARY_DIR) / "tests/arithmetic/float/logs";
  std::filesystem::create_directories(directory);
  return directory / (test + ".log");
}

/// All files of floating-point units, as words of a command.
std::string unit_files() {
  std::string files;
  for (const auto& entry : std::filesystem::directory_iterator(kUnits)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("fp_") && name.ends_with(".sv")) files += " '" + entry.path().string() + "'";
  }
  return files;
}

/// Formats: fp16, bf16, fp32, and minifloats with each kind of specials, some without mantissa or with one exponent
/// bit.
const std::vector<std::vector<std::string>> kFormats = {
    {"ExpBits=5", "ManBits=10"},
    {"ExpBits=8", "ManBits=7"},
    {"ExpBits=8", "ManBits=23"},
    {"ExpBits=4", "ManBits=3", "Specials=0", "Saturate=1'b1"},
    {"ExpBits=4", "ManBits=3", "Specials=1"},
    {"ExpBits=4", "ManBits=3", "Specials=3"},
    {"ExpBits=3", "ManBits=0", "Specials=0"},
    {"ExpBits=1", "ManBits=6", "Specials=0"},
};

void lint(const Design& design) {
  std::string command = "verilator --lint-only -Wall --top-module " + design.top;
  for (const std::string& parameter : design.parameters) command += " \"-G" + parameter + "\"";
  command += unit_files() + " > '" + log_file().string() + "' 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << command << "\n" << read_file(log_file()).value_or("");
}

TEST(FloatLint, UnitsOfOneFormat_AreClean) {
  for (const char* top : {"fp_add", "fp_mul", "fp_mac"})
    for (std::size_t i = 0; i < kFormats.size(); ++i) {
      std::vector<std::string> parameters = kFormats[i];
      parameters.emplace_back(i % 2 == 0 ? "Stages=0" : "Stages=6");
      lint({top, parameters});
    }
  for (const char* top : {"fp_from_int", "fp_to_int"}) {
    lint({top, {"Stages=0"}});
    lint({top, {"ExpBits=5", "ManBits=10", "IntBits=8", "Stages=4"}});
    lint({top, {"ExpBits=3", "ManBits=0", "Specials=0"}});
  }
}

TEST(FloatLint, OrderAndElementaryFunctions_AreClean) {
  for (const char* top : {"fp_compare", "fp_minmax"})
    for (const char* specials : {"Specials=0", "Specials=1", "Specials=2", "Specials=3"}) lint({top, {specials}});
  for (const char* top : {"fp_exp2", "fp_recip"}) {
    lint({top, {"Stages=0"}});
    lint({top, {"Stages=6", "ExpBits=8", "ManBits=7", "Segments=8"}});
    lint({top, {"Stages=3", "ExpBits=8", "ManBits=23", "Segments=256"}});
    lint({top, {"ExpBits=3", "ManBits=4", "Specials=0", "Segments=2"}});
  }
}

TEST(FloatLint, Conversions_AreClean) {
  lint({"fp_convert", {"Stages=0"}});
  lint({"fp_convert", {"Stages=4", "SrcExpBits=5", "SrcManBits=10", "DstExpBits=8", "DstManBits=23"}});
  lint({"fp_convert", {"SrcExpBits=8", "SrcManBits=7"}});
  lint({"fp_convert", {"DstExpBits=3", "DstManBits=0", "DstSpecials=0", "DstSigned=1'b0"}});
  lint({"fp_convert",
        {"SrcExpBits=1", "SrcManBits=6", "SrcSpecials=0", "DstExpBits=4", "DstManBits=3", "DstSpecials=3"}});
}

TEST(FloatLint, MixedMac_IsClean) {
  lint({"fp_mac", {"AExpBits=5", "AManBits=10"}});
  lint({"fp_mac", {"AExpBits=4", "AManBits=3", "ASpecials=0", "BExpBits=2", "BManBits=2", "BSigned=1'b0", "Stages=3"}});
}

/// Reads, elaborates and runs `passes`.
void yosys(const Design& design, const std::string& passes) {
  std::string command = "yosys -q -p 'read_verilog -sv";
  // Inside the quotes of -p: paths without blanks.
  for (const auto& entry : std::filesystem::directory_iterator(kUnits))
    if (entry.path().filename().string().starts_with("fp_")) command += " " + entry.path().string();
  command += "; hierarchy -check -top " + design.top;
  for (const std::string& parameter : design.parameters) {
    const std::size_t equals = parameter.find('=');
    command += " -chparam " + parameter.substr(0, equals) + " " + parameter.substr(equals + 1);
  }
  command += "; " + passes + "; check -assert' > '" + log_file().string() + "' 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << command << "\n" << read_file(log_file()).value_or("");
}

class FloatSynthesis : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("yosys -V > /dev/null 2>&1") != 0) FAIL() << "yosys is not installed: scripts/setup";
  }
};

TEST_F(FloatSynthesis, EveryUnit_IsRead) {
  for (const char* top : {"fp_add", "fp_mul", "fp_mac", "fp_convert", "fp_from_int", "fp_to_int", "fp_compare",
                          "fp_minmax", "fp_exp2", "fp_recip"})
    for (const char* stages : {"Stages=0", "Stages=7"}) yosys({top, {stages}}, "proc");
}

TEST_F(FloatSynthesis, SmallUnits_AreMapped) {
  const std::string map = "synth_xilinx -family xc7 -noiopad";
  yosys({"fp_add", {"ExpBits=4", "ManBits=3", "Specials=1", "Stages=2"}}, map);
  yosys({"fp_mul", {"ExpBits=4", "ManBits=3", "Specials=1", "Stages=3"}}, map);
  yosys({"fp_exp2", {"ExpBits=5", "ManBits=2", "Segments=4"}}, map);
}

}  // namespace
}  // namespace heddle
