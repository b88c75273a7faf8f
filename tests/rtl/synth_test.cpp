// Synthesis and formal proofs run, and say what is true of the RTL. Yosys's figures themselves are in docs/rtl.md.
#include <cstdlib>

#include "compiler/base/files.h"
#include "compiler/base/json.h"
#include "tests/rtl/support.h"

namespace heddle {
namespace {

/// Totals by kind of cell, of `scripts/synth ARCHITECTURE FAMILY`.
Json synthesise(const std::string& architecture, const std::string& family, const std::string& test) {
  const std::filesystem::path directory = fresh_directory(test);
  const std::string command = "'" + (kSourceDirectory / "scripts/synth").string() + "' '" + architecture + "' " +
                              family + " --build '" HEDDLE_BINARY_DIR "' --json '" + (directory / "s.json").string() +
                              "' > '" + (directory / "log").string() + "' 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << read_file(directory / "log").value_or("");
  return Json::parse(read_file(directory / "s.json").value_or("{\"total\":{}}"))["total"];
}

int count(const Json& totals, const std::string& name) { return totals.value(name, 0); }

/// One PE with `operations`, and a scratchpad of 4 KiB.
std::string one_pe(const std::string& name, const std::string& operations) {
  const std::filesystem::path file = fresh_directory("arch_" + name) / "pe.yaml";
  const std::string text =
      "schema: heddle.arch/1\nname: " + name +
      "\nword_bits: 32\ngrid: {rows: 1, columns: 1}\nconfig_depth: 16\nmax_stages: 8\n"
      "pe_classes:\n  only:\n    operations: {" +
      operations +
      "}\n    registers: 2\n    rf_read_ports: 1\n    rf_write_ports: 1\n    constants: 1\n    live_outs: 1\n"
      "links: [mesh]\nscratchpad: {banks: 1, bank_bytes: 4096, ports: 1, layout: blocked}\n";
  EXPECT_TRUE(write_file(file, text));
  return file.string();
}

TEST(Synthesis, PlainPeOnUltrascale_HasNoMultiplierAndOneBlockRam) {
  const Json plain = synthesise(one_pe("plain", "alu: "), "xcup", "plain");
  EXPECT_EQ(count(plain, "DSP"), 0);
  EXPECT_EQ(count(plain, "BRAM"), 1);  // the scratchpad; 16 configuration words go to LUT RAM
  EXPECT_GT(count(plain, "LUTRAM"), 0);
  EXPECT_GT(count(plain, "LUT"), 300);
  EXPECT_LT(count(plain, "LUT"), 4000);
}

TEST(Synthesis, MultiplierOnUltrascale_TakesThreeDsps) {
  EXPECT_EQ(count(synthesise(one_pe("multiplier", "alu: , mul: {latency: 2}"), "xcup", "multiplier"), "DSP"), 3);
}

TEST(Synthesis, MemoryPeOnEcp5_UsesBlockRamAndMultipliers) {
  const Json totals = synthesise(one_pe("memory", "alu: , mul: {latency: 2}, memory: "), "ecp5", "ecp5");
  EXPECT_GE(count(totals, "DSP"), 3);
  EXPECT_GE(count(totals, "BRAM"), 2);  // 4 KiB of 18 kbit blocks, by bytes
  EXPECT_GT(count(totals, "LUT"), 300);
}

TEST(Synthesis, UnknownArchitecture_IsBadInput) {
  const std::string command =
      "'" + (kSourceDirectory / "scripts/synth").string() + "' nonsense --build '" HEDDLE_BINARY_DIR "' 2> /dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 2);
}

TEST(Formal, ArbiterAndDivider_AreProved) {
  const std::filesystem::path directory = fresh_directory("formal");
  const std::string command = "'" + (kSourceDirectory / "scripts/checks/formal").string() + "' '" + directory.string() +
                              "' > '" + (directory / "log").string() + "' 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << read_file(directory / "log").value_or("");
}

}  // namespace
}  // namespace heddle
