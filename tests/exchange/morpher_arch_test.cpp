#include "compiler/exchange/morpher_arch.h"

#include "tests/exchange/support.h"

namespace heddle::exchange {
namespace {

using dfg::Opcode;
using ::testing::Contains;
using ::testing::HasSubstr;

TEST(MorpherArch, Wiring_BecomesRegistersPortsAndBypass) {
  const auto read = read_row(data("row.json"));
  ASSERT_THAT(read, IsOk());
  const arch::Cgra& cgra = read->cgra;
  ASSERT_EQ(cgra.pes.size(), 3U);
  const arch::PeClass& memory = cgra.pe_class(arch::PeId(0));
  const arch::PeClass& plain = cgra.pe_class(arch::PeId(2));
  EXPECT_TRUE(memory.memory);
  EXPECT_EQ(memory.registers, 2);  // TR is where the result lies anyway
  EXPECT_EQ(memory.rf_read_ports, 2);
  EXPECT_EQ(plain.registers, 3);
  EXPECT_EQ(plain.rf_read_ports, 2);
  EXPECT_EQ(plain.rf_write_ports, 1);
  EXPECT_EQ(plain.operations.at(Opcode::kMul).latency, 3);
  EXPECT_EQ(memory.operations.at(Opcode::kLoadS32).latency, 2);
  EXPECT_EQ(plain.operations.count(Opcode::kLoadS32), 0U);
  EXPECT_EQ(cgra.links.size(), 4U);
  EXPECT_EQ(cgra.bypass.hop_limit, 4);
  EXPECT_EQ(cgra.bypass.turns, arch::Turns::kAny);
  EXPECT_FALSE(read->outer_memory);
}

TEST(MorpherArch, WhatTheModelLacks_IsNamedWithItsLine) {
  const auto read = read_row(data("row.json"));
  ASSERT_THAT(read, IsOk());
  const auto lines = lines_of(read->warnings);
  EXPECT_THAT(lines, Contains(HasSubstr("7: FU: operation TWIST is none of ours")));
  EXPECT_THAT(lines, Contains(HasSubstr("13: latency 1 of LOAD")));
  EXPECT_THAT(lines, Contains(HasSubstr("38: PE_MEM: registers at the inputs become one register file")));
}

TEST(MorpherArch, OuterLoadsOnMemoryUnitsOnly_AreMemoryOperations) {
  const auto read = read_row(changed(data("row.json"), "\"OLOAD\": 1, \"TWIST\": 1", "\"SUB\": 1"));
  ASSERT_THAT(read, IsOk());
  EXPECT_TRUE(read->outer_memory);
}

TEST(MorpherArch, NoWayThrough_NoBypass) {
  std::string text = changed(data("row.json"), "\"F.A\", \"THIS.E_O\"]", "\"F.A\"]");
  text = changed(text, "\"F.B\", \"THIS.W_O\"],\n      \"RF0.R\"", "\"F.B\"],\n      \"RF0.R\"");
  const auto read = read_row(text);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->cgra.bypass.hop_limit, 1);
}

TEST(MorpherArch, TwoUnitsInAPe_BecomeOne) {
  const std::string units = changed(data("row.json"), "\"SUBMODS\": {\"FU_MEM\": [{\"name\": \"F\"}]}",
                                    "\"SUBMODS\": {\"FU_MEM\": \"F\", \"FU\": [{\"name\": \"G\"}]}");
  const auto read = read_row(changed(units, "\"ADD\": 1, \"LOAD\"", "\"ADD\": 2, \"LOAD\""));
  ASSERT_THAT(read, IsOk());
  const arch::PeClass& both = read->cgra.pe_class(arch::PeId(0));
  EXPECT_TRUE(both.memory);
  EXPECT_EQ(both.operations.at(Opcode::kAdd).latency, 1);
  EXPECT_EQ(both.operations.count(Opcode::kMul), 1U);
  EXPECT_THAT(lines_of(read->warnings), Contains(HasSubstr("PE_MEM: 2 functional units become one")));
}

TEST(MorpherArch, MemoryBanks_AreCounted) {
  std::string text = changed(data("row.json"), "\"SUBMODS\": [{\n      \"PATTERN\"",
                             "\"SUBMODS\": [{\"BANK\": [{\"name\": \"K\"}]}, {\n      \"PATTERN\"");
  const auto unknown = read_row(text);
  ASSERT_THAT(unknown, IsOk());
  EXPECT_THAT(lines_of(unknown->warnings), Contains(HasSubstr("there is no module BANK: taken for a memory bank")));
  text = changed(
      text, "\"CGRA\":", "\"SPM\": {\"MEM\": {\"SIZE\": 2048}}, \"BANK\": {\"TSOCKETS\": [\"P\", \"Q\"]}, \"CGRA\":");
  const auto read = read_row(text);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->cgra.scratchpad.banks, 1);
  EXPECT_EQ(read->cgra.scratchpad.ports, 2);
  EXPECT_EQ(read->cgra.scratchpad.bank_bytes, 2048);
}

TEST(MorpherArch, NamedInstances_AreRead) {
  std::string text = data("row.json");
  text = text.substr(0, text.find("\"CGRA\"")) + R"("CGRA": {
    "SUBMODS": {"PE": [{"name": "A", "X": 0, "Y": 0}, {"name": "B", "X": 0, "Y": 1}]},
    "CONNECTIONS": {"A.E_O": ["B.W_I"], "B.W_O": ["A.E_I"]}}}})";
  const auto read = read_row(text);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->cgra.rows, 2);
  EXPECT_EQ(read->cgra.links.size(), 2U);
}

TEST(MorpherArch, RelativeLinksModuloANumber_CloseRings) {
  const auto ring = read_row(changed(data("row.json"), "\"TO_X\": \"X+1\"", "\"TO_X\": \"(X+1)%3\""));
  const auto row = read_row(data("row.json"));
  ASSERT_THAT(ring, IsOk());
  ASSERT_THAT(row, IsOk());
  ASSERT_EQ(ring->cgra.links.size(), row->cgra.links.size() + 1);
  const auto wraps = std::ranges::count_if(ring->cgra.links, [](const arch::Link& link) { return link.wrap; });
  EXPECT_EQ(wraps, 1);
  const auto refused = [](const std::string& by) {
    return refusal(read_row(changed(data("row.json"), "\"TO_X\": \"X+1\"", "\"TO_X\": \"" + by + "\"")));
  };
  for (const char* bad : {"(X+1)%", "X%0", "(X+1", "X+", "Z%3", "X%Y"})
    EXPECT_THAT(refused(bad), HasSubstr("56:68: at /ARCH/CGRA/SUBMODS/0/CONNECTIONS/0/TO_X")) << bad;
}

TEST(MorpherArch, ConnectionsOfMemories_AreNoLinks) {
  std::string text = data("row.json");
  text = text.substr(0, text.find("\"CGRA\"")) + R"("BUS": {"INPUTS": ["I"], "OUTPUTS": ["O"]}, "CGRA": {
    "SUBMODS": {"PE": [{"name": "A", "X": 0, "Y": 0}, {"name": "B", "X": 0, "Y": 1}], "BUS": [{"name": "M"}]},
    "CONNECTIONS": {"A.E_O": ["B.W_I", "M.I"], "M.O": ["A.W_I"], "B.W_O": ["A.E_I"]}}}})";
  const auto read = read_row(text);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->cgra.links.size(), 2U);
}

TEST(MorpherArch, PortsThatReachNothing_HaveNoLinks) {
  const auto row = read_row(data("row.json"));
  const auto undriven = read_row(
      changed(data("row.json"),
              "\"F.T\": [\"THIS.TR\", \"THIS.E_O\", \"THIS.W_O\"],\n      \"THIS.TR\": [\"F.A\", \"THIS.E_O\"]",
              "\"F.T\": [\"THIS.TR\", \"THIS.W_O\"],\n      \"THIS.TR\": [\"F.A\"]"));
  ASSERT_THAT(row, IsOk());
  ASSERT_THAT(undriven, IsOk());
  EXPECT_EQ(undriven->cgra.links.size(), row->cgra.links.size() - 1);
  EXPECT_THAT(lines_of(undriven->warnings), Contains("56: nothing reaches output E_O of PE_MEM: no link"));
  const auto deaf = read_row(
      changed(changed(data("row.json"), "\"THIS.W_I\": [\"RF0.W\", \"F.A\", \"THIS.E_O\"]", "\"THIS.W_I\": []"),
              "\"RF0.S\": [\"F.B\", \"THIS.W_O\"]", "\"RF0.S\": [\"F.B\", \"F.A\", \"THIS.W_O\"]"));
  ASSERT_THAT(deaf, IsOk());
  EXPECT_EQ(deaf->cgra.links.size(), row->cgra.links.size() - 2);
  EXPECT_THAT(lines_of(deaf->warnings), Contains("56: input W_I of PE reaches nothing: no link"));
}

TEST(MorpherArch, AWayThroughFewPorts_IsNoBypass) {
  // Two of four inputs and outputs only pass values on: a bus along the row.
  std::string text =
      changed(data("row.json"),
              "\"INPUTS\": [\"W_I\", \"E_I\"],\n    \"OUTPUTS\": [\"W_O\", \"E_O\"],\n    \"SUBMODS\": {\"FU\"",
              "\"INPUTS\": [\"W_I\", \"E_I\", \"B_I\"],\n    \"OUTPUTS\": [\"W_O\", \"E_O\", \"B_O\"],\n    "
              "\"SUBMODS\": {\"FU\"");
  text = changed(text, "\"THIS.W_I\": [\"RF0.W\", \"F.A\", \"THIS.E_O\"]",
                 "\"THIS.B_I\": [\"THIS.B_O\"], \"THIS.W_I\": [\"RF0.W\", \"F.A\"]");
  text = changed(text, "\"F.B\", \"THIS.W_O\"],\n      \"RF0.R\"", "\"F.B\"],\n      \"RF0.R\"");
  const auto read = read_row(text);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->cgra.bypass.hop_limit, 1);
  EXPECT_THAT(lines_of(read->warnings), Contains(HasSubstr("few inputs pass on to an output without a register")));
}

TEST(MorpherArch, KeysThatAreNotRead_AreNamed) {
  std::string text =
      changed(data("row.json"), "\"PATTERN\": \"GRID\",", "\"PATTERN\": \"GRID\", \"CONNECTIONS_ITER\": [],");
  text = changed(text, "\"OPS\": {\"NOP\": 1,", "\"PIPELINE\": 2, \"OPS\": {\"NOP\": 1,");
  text = changed(text, "{\"ARCH\": {", "{\"VERSION\": 2, \"ARCH\": {");
  const auto read = read_row(text);
  ASSERT_THAT(read, IsOk());
  EXPECT_THAT(lines_of(read->warnings), ::testing::IsSupersetOf({std::string("1: VERSION is not read"),
                                                                 std::string("7: PIPELINE of PE is not read"),
                                                                 std::string("52: CONNECTIONS_ITER is not read")}));
}

TEST(MorpherArch, GridOfGrids_IsRefusedWithItsPlace) {
  std::string text = data("row.json");
  const std::string tile = R"("TILE": {"SUBMODS": [{"PE": [{"name": "A", "X": 0, "Y": 0}]}], "CONNECTIONS": {}}, )";
  text = changed(text, "\"CGRA\":", tile + "\"CGRA\":");
  const auto inside = read_row(changed(text, "\"MOD\": \"PE_MEM\"", "\"MOD\": \"TILE\""));
  EXPECT_THAT(refusal(inside), HasSubstr("at /ARCH/CGRA/SUBMODS/0/MODS/0: TILE is a tile that holds PEs"));
}

TEST(MorpherArch, Malformed_IsRefusedWithItsPlace) {
  const auto said = [](const std::string& what, const std::string& by) {
    return refusal(read_row(changed(data("row.json"), what, by)));
  };
  EXPECT_EQ(said("\"MOD\": \"PE_MEM\"", "\"MOD\": \"PM\""),
            "54:16: at /ARCH/CGRA/SUBMODS/0/MODS/0: there is no module PM");
  EXPECT_THAT(said("\"TO_X\": \"X+1\"", "\"TO_X\": \"X*2\""),
              HasSubstr("56:68: at /ARCH/CGRA/SUBMODS/0/CONNECTIONS/0/TO_X: \"X*2\""));
  EXPECT_THAT(said("\"FROM_PORT\": \"E_O\"", "\"FROM_PORT\": \"N_O\""), HasSubstr("56:9: "));
  EXPECT_THAT(said("\"THIS.W_I\": [\"RF0.W\"", "\"THIS.W_I\": [\"RF0.V\""), HasSubstr("there is no port RF0.V"));
  EXPECT_THAT(said("\"MUL\": 3", "\"MUL\": 0"), HasSubstr("7:66: at /ARCH/FU/OPS/MUL: expected a whole number from 1"));
  EXPECT_THAT(said("{\"X\": 2, \"Y\": 0, \"MOD\": \"PE\"}", "{\"X\": 1, \"Y\": 0, \"MOD\": \"PE\"}"),
              HasSubstr("a second module at X 1, Y 0"));
  EXPECT_THAT(said(", {\"X\": 2, \"Y\": 0, \"MOD\": \"PE\"}", ""), HasSubstr("no PE at X 2, Y 0"));
  EXPECT_THAT(refusal(read_row("{\"ARCH\": 3}")), HasSubstr("expected an object of modules"));
}

TEST(MorpherArch, SharedFiles_AreReadUnchanged) {
  const std::filesystem::path root = std::filesystem::path(HEDDLE_SOURCE_DIR) / "../shared/data/cgra/morpher/adl";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "no shared architectures beside the project";
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    const auto cgra = find_cgra(entry.path(), "");
    ASSERT_THAT(cgra, IsOk()) << entry.path();
    const std::string name = entry.path().stem();
    EXPECT_EQ(cgra->cgra.bypass.hop_limit, name.starts_with("hycube") ? 4 : 1) << name;
    const auto side = static_cast<std::size_t>(cgra->cgra.rows);
    EXPECT_EQ(cgra->cgra.links.size(), 4 * side * (side - 1)) << name;
    EXPECT_EQ(cgra->cgra.pe_class(arch::PeId(0)).registers, 4) << name;
    EXPECT_EQ(cgra->cgra.pe_class(arch::PeId(0)).rf_read_ports,
              name.starts_with("hycube") && name != "hycube_4regf" ? 4 : 2)
        << name;
  }
}

}  // namespace
}  // namespace heddle::exchange
