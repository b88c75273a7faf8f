// Verilator's lint, Yosys's synthesis and the proofs of the multiply-accumulate units.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/base/files.h"

namespace heddle {
namespace {

const std::filesystem::path kRoot = HEDDLE_SOURCE_DIR;

struct Design {
  std::string top;
  std::vector<std::string> parameters;  ///< "Name=value"
};

std::filesystem::path log_file() {
  const std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
  const std::filesystem::path directory = std::filesystem::path(HEDDLE_BINARY_DIR) / "tests/arithmetic/mac/logs";
  std::filesystem::create_directories(directory);
  return directory / (test + ".log");
}

/// Runs a command of the shell; what it printed is the answer.
std::string run(const std::string& command) {
  EXPECT_EQ(std::system((command + " > '" + log_file().string() + "' 2>&1").c_str()), 0) << command;
  return read_file(log_file()).value_or("");
}

/// The files of files.f, as words of a command.
std::string unit_files() {
  std::string files;
  std::string list = read_file(kRoot / "rtl/arithmetic/files.f").value_or("");
  for (std::size_t at = 0, end = 0; (end = list.find('\n', at)) != std::string::npos; at = end + 1)
    files += " " + (kRoot / "rtl/arithmetic" / list.substr(at, end - at)).string();
  return files;
}

void lint(const Design& design) {
  std::string command = "verilator --lint-only -Wall --top-module " + design.top;
  for (const std::string& parameter : design.parameters) command += " \"-G" + parameter + "\"";
  command += " '" + (kRoot / "rtl/lint/waivers.vlt").string() + "'" + unit_files();
  const std::string output = run(command);
  EXPECT_EQ(output, "") << command;
}

/// Cells of one type after mapping to xc7; "LUT" sums LUT1 to LUT6.
int cells(const std::string& statistics, const std::string& type) {
  int total = 0;
  for (std::size_t at = 0; (at = statistics.find("     " + type, at)) != std::string::npos; ++at) {
    const std::string line = statistics.substr(at, statistics.find('\n', at) - at);
    total += std::atoi(line.substr(line.find_last_of(' ')).c_str());
  }
  return total;
}

std::string synthesise(const Design& design, const std::string& options) {
  std::string script = "read_verilog -defer -sv" + unit_files() + "; hierarchy -check -top " + design.top;
  for (const std::string& parameter : design.parameters) {
    const std::size_t equals = parameter.find('=');
    script += " -chparam " + parameter.substr(0, equals) + " " + parameter.substr(equals + 1);
  }
  script += "; synth_xilinx -family xc7 -abc9 -noiopad -noclkbuf -flatten " + options + " -top " + design.top +
            " ; tee -q -o " + log_file().string() + ".stat stat";
  run("yosys -q -p \"" + script + "\"");
  return read_file(log_file().string() + ".stat").value_or("");
}

const std::vector<std::string> kInt8 = {"AExpBits=0", "AManBits=8", "BExpBits=0", "BManBits=8", "AccBits=30"};

std::vector<std::string> with(std::vector<std::string> parameters, const std::vector<std::string>& more) {
  parameters.insert(parameters.end(), more.begin(), more.end());
  return parameters;
}

TEST(MacLint, MacUnit_IsClean) {
  lint({"mac_unit", {}});
  for (const char* architecture : {"Architecture=0", "Architecture=1", "Architecture=2"})
    lint({"mac_unit", with(kInt8, {architecture, "BSigned=1'b0", "ClearLoads=1'b1"})});
  lint({"mac_unit", {"AExpBits=0", "AManBits=8", "BManBits=1", "AlignReg=1'b1"}});
  lint({"mac_unit", {"AExpBits=5", "AManBits=2", "ASpecials=2", "BExpBits=1", "BManBits=6", "Architecture=3"}});
  lint({"mac_unit", {"AExpBits=7", "AManBits=0", "BExpBits=8", "BManBits=0", "BSigned=1'b0", "AccBits=400"}});
  lint({"mac_unit", {"ASpecials=3", "ASubnormals=1'b0", "AccBits=7", "Architecture=2", "InputReg=1'b0"}});
}

TEST(MacLint, ConvertBack_IsClean) {
  lint({"convert_back", {}});
  const std::vector<std::string> integer = {"OutExpBits=0", "OutManBits=8", "Lsb=0", "AccBits=30"};
  lint({"convert_back", with(integer, {"ZeroPoint=1'b1", "Rounding=1"})});
  lint({"convert_back", with(integer, {"MulBits=0", "ShiftBits=0", "Shift=3", "Rounding=2"})});
  lint({"convert_back", {"OutExpBits=8", "OutManBits=23", "OutBias=127", "AccBits=8", "MulBits=0", "ShiftBits=0"}});
  lint({"convert_back", {"OutExpBits=5", "OutManBits=10", "OutSpecials=2", "Saturate=1'b0", "OutSubnormals=1'b0"}});
}

TEST(MacLint, DotProducts_AreClean) {
  lint({"mx_dot", {}});
  const std::vector<std::string> int8 = {"AExpBits=0", "AManBits=8", "ASpecials=0",
                                         "BExpBits=0", "BManBits=8", "BSpecials=0"};
  lint({"mx_dot", with(int8, {"Block=64", "Architecture=2"})});
  lint(
      {"mx_dot",
       {"AExpBits=5", "AManBits=2", "ASpecials=2", "BExpBits=2", "BManBits=1", "BSpecials=0", "Block=16", "Lanes=16"}});
  lint({"int_dot", {}});
  lint({"int_dot", {"Lanes=8", "Bits=4", "ASigned=1'b0", "Architecture=0", "ProductReg=1'b0"}});
  lint({"mul_dsp_pair", {}});
}

TEST(MacFormal, ProductsAndSums_AreProvedAndPlantedErrorsFound) {
  run("'" + (kRoot / "scripts/checks/formal_mac").string() + "' '" + log_file().string() + ".work'");
}

/// Bounds a few LUTs above what Yosys 0.23 needs: they fail if logic no longer shares the LUTs of carry chains.
TEST(MacSynthesis, LutsWithoutDsp_AreFew) {
  const auto luts = [](const std::vector<std::string>& parameters) {
    return cells(synthesise({"mac_unit", parameters}, "-nodsp"), "LUT");
  };
  EXPECT_LE(luts(with(kInt8, {"Architecture=2"})), 75);
  EXPECT_LE(luts({"AExpBits=4", "AManBits=3", "BExpBits=4", "BManBits=3", "AccBits=50"}), 115);
}

TEST(MacSynthesis, ConvertBack_IsRead) {
  EXPECT_GT(cells(synthesise({"convert_back", {"AccBits=22", "MulBits=0", "OutExpBits=2", "OutManBits=1"}}, ""), "LUT"),
            0);
  EXPECT_GT(cells(synthesise({"convert_back", {"AccBits=22", "MulBits=0", "OutExpBits=0"}}, ""), "LUT"), 0);
}

TEST(MacSynthesis, DotProducts_AreRead) {
  EXPECT_GT(cells(synthesise({"mx_dot",
                              {"AExpBits=2", "AManBits=1", "ASpecials=0", "BExpBits=2", "BManBits=1", "BSpecials=0"}},
                             "-nodsp"),
                  "LUT"),
            0);
  EXPECT_GT(cells(synthesise({"int_dot", {"Lanes=8", "Bits=4"}}, "-nodsp"), "LUT"), 0);
}

TEST(MacSynthesis, DspPair_IsOneBlock) { EXPECT_EQ(cells(synthesise({"mul_dsp_pair", {}}, ""), "DSP48E1"), 1); }

TEST(MacSynthesis, PlainInt8_IsOneDspBlock) {
  const std::string statistics = synthesise({"mac_unit", with(kInt8, {"Architecture=0"})}, "");
  EXPECT_EQ(cells(statistics, "DSP48E1"), 1);
  EXPECT_LE(cells(statistics, "LUT"), 4);
}

}  // namespace
}  // namespace heddle
