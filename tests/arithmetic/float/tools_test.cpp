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

TEST(FloatLint, SameFormatUnits_AreClean) {
  for (const char* top : {"fp_add", "fp_mul", "fp_mac"})
    for (const std::vector<std::string>& format : kFormats)
      for (const char* stages : {"Stages=0", "Stages=6"}) {
        std::vector<std::string> parameters = format;
        parameters.emplace_back(stages);
        lint({top, parameters});
      }
}

TEST(FloatLint, MixedMac_IsClean) {
  lint({"fp_mac", {"AExpBits=5", "AManBits=10"}});
  lint({"fp_mac", {"AExpBits=4", "AManBits=3", "ASpecials=0", "BExpBits=2", "BManBits=2", "BSigned=1'b0", "Stages=3"}});
}

void synthesise(const Design& design) {
  std::string command = "yosys -q -p 'read_verilog -sv";
  // Inside the quotes of -p: paths without blanks.
  for (const auto& entry : std::filesystem::directory_iterator(kUnits))
    if (entry.path().filename().string().starts_with("fp_")) command += " " + entry.path().string();
  command += "; hierarchy -check -top " + design.top;
  for (const std::string& parameter : design.parameters) {
    const std::size_t equals = parameter.find('=');
    command += " -chparam " + parameter.substr(0, equals) + " " + parameter.substr(equals + 1);
  }
  command += "; synth_xilinx -family xc7 -noiopad -top " + design.top + "; check -assert' > '" + log_file().string() +
             "' 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << command << "\n" << read_file(log_file()).value_or("");
}

TEST(FloatSynthesis, SmallUnits_AreReadAndMapped) {
  if (std::system("yosys -V > /dev/null 2>&1") != 0) GTEST_SKIP() << "yosys is not installed";
  synthesise({"fp_add", {"ExpBits=4", "ManBits=3", "Specials=1", "Stages=2"}});
  synthesise({"fp_mul", {"ExpBits=5", "ManBits=10", "Stages=3"}});
  synthesise({"fp_mac", {"AExpBits=2", "AManBits=1", "ASpecials=0", "Stages=1"}});
}

}  // namespace
}  // namespace heddle
