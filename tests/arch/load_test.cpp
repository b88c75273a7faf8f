#include "compiler/base/files.h"
#include "tests/arch/support.h"

namespace heddle::arch {
namespace {

using dfg::Opcode;

TEST(Load_Minimal, HasTheDocumentedDefaults) {
  const Cgra cgra = from_yaml(description(2, 3)).value();
  EXPECT_EQ(cgra.pes.size(), 6U);
  EXPECT_EQ(cgra.word_bits, 32);
  EXPECT_EQ(cgra.links.size(), 14U);
  EXPECT_EQ(cgra.bypass, (Bypass{1, Turns::kDimensionOrder}));
  EXPECT_EQ(cgra.memory_pes.size(), 6U);
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kAdd), (Timing{1, 1}));
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kLoadS8), (Timing{2, 1}));
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kSdiv), std::nullopt);
}

TEST(Load_Operations, NarrowEntriesOverrideWideOnes) {
  const Cgra cgra =
      from_yaml(
          "schema: heddle.arch/1\nname: t\ngrid: {rows: 1, columns: 1}\npe_classes:\n  c:\n    operations: "
          "{add: {latency: 3}, alu: {latency: 2}, div: {latency: 7}, urem: {interval: 1}}\n")
          .value();
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kAdd), (Timing{3, 1}));
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kSub), (Timing{2, 1}));
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kSdiv), (Timing{7, 7}));
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kUrem), (Timing{10, 1}));
}

TEST(Load_WordWidth, DecidesWhichOperationsExist) {
  EXPECT_TRUE(operations_named("load_64", 32).empty());
  EXPECT_EQ(operations_named("load", 64).size(), 7U);
  EXPECT_EQ(operations_named("load", 32).size(), 6U);
  EXPECT_EQ(operations_named("load", 16).size(), 4U);
  EXPECT_TRUE(operations_named("sext32", 32).empty());
  EXPECT_EQ(operations_named("sext32", 64).size(), 1U);
}

TEST(Load_NumberFormats, AreGroupsOfTheirOwn) {
  EXPECT_EQ(operations_named("fp32", 32).size(), 13U);
  EXPECT_EQ(operations_named("fp16", 32).size(), 11U);
  EXPECT_EQ(operations_named("fp16", 16).size(), 8U);  // without those that read or make fp32
  EXPECT_EQ(operations_named("e2m1", 64).size(), 5U);
  for (const Opcode op : operations_named("all", 64)) EXPECT_FALSE(dfg::is_number(op));
  const Cgra cgra =
      from_yaml(
          "schema: heddle.arch/1\nname: t\ngrid: {rows: 1, columns: 1}\npe_classes:\n  c:\n    operations: "
          "{fp32: , bf16: {latency: 5}, e4m3_mac: }\n")
          .value();
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kFp32Add), (Timing{4, 1}));
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kFp32Lt), (Timing{1, 1}));
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kFp32ToS32), (Timing{2, 1}));
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kBf16Max), (Timing{5, 1}));
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kE4m3Mac), (Timing{4, 1}));
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kE4m3Mul), std::nullopt);
}

TEST(Load_PackedIntegers, AreGroupsOfTheirOwn) {
  EXPECT_EQ(operations_named("packed", 32).size(), 5U);
  EXPECT_EQ(operations_named("packed8", 32).size(), 2U);
  EXPECT_EQ(operations_named("packed4", 64).size(), 2U);
  EXPECT_EQ(operations_named("sparse8", 32).size(), 1U);
  EXPECT_TRUE(operations_named("packed", 16).empty());
  for (const Opcode op : operations_named("all", 64)) EXPECT_FALSE(dfg::is_packed(op));
  const Cgra cgra =
      from_yaml(
          "schema: heddle.arch/1\nname: t\ngrid: {rows: 1, columns: 1}\npe_classes:\n  c:\n    operations: "
          "{packed8: , s4_dot: {latency: 3}}\n")
          .value();
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kS8Dot), (Timing{2, 1}));
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kS4Dot), (Timing{3, 1}));
  EXPECT_EQ(cgra.timing(PeId(0), Opcode::kUs4Dot), std::nullopt);
}

std::string classes_of(const std::string& placement) {
  const auto cgra = from_yaml(
                        "schema: heddle.arch/1\nname: t\ngrid: {rows: 3, columns: 4}\npe_classes:\n"
                        "  a: {operations: [alu]}\n  b: {operations: [alu, memory]}\n  c: {operations: [all]}\n" +
                        placement)
                        .value();
  std::string text;
  for (const Pe& pe : cgra.pes) text += cgra.classes[static_cast<std::size_t>(pe.pe_class)].name;
  return text;
}

TEST(Load_Placement, RulesLaterOnesWin) {
  EXPECT_EQ(classes_of("placement: {default: a}"), "aaaaaaaaaaaa");
  EXPECT_EQ(classes_of("placement: {default: a, rules: [{class: b, columns: 0}, {class: c, rows: \"1..2\", columns: "
                       "[0, \"2..3\"]}]}"),
            "baaacacccacc");
  EXPECT_EQ(classes_of("placement: {default: a, rules: [{class: b, pes: [[0, 1], [2, 3]]}]}"), "abaaaaaaaaab");
}

TEST(Load_Placement, PictureAndMapAgree) {
  EXPECT_EQ(classes_of("placement:\n  legend: {M: b, '.': a}\n  picture: |\n    M . . .\n    M...\n\n    . . . M\n"),
            "baaabaaaaaab");
  EXPECT_EQ(classes_of("placement: {map: [[b, a, a, a], [b, a, a, a], [a, a, a, b]]}"), "baaabaaaaaab");
}

TEST(ToJson_Loaded, IsEqual) {
  for (const char* more : {"", "links: [torus, diagonal]\nbypass: {hop_limit: 3, turns: any}\nword_bits: 64",
                           "links: [{from: [0, 0], to: [1, 2], name: far, wrap: true}]\nscratchpad: {banks: 2, ports: "
                           "2, layout: interleaved}\n"
                           "config_depth: 7\nmax_stages: 9\ndescription: \"quotes \\\" and\\nlines\""}) {
    const Cgra cgra = from_yaml(description(2, 3, more)).value();
    const auto again = from_document(parse_json(dump_json(to_json(cgra)), "j").value());
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(*again, cgra);
  }
}

TEST(Find_Name, ShippedFileOrHint) {
  const std::filesystem::path directory = std::string(HEDDLE_SOURCE_DIR) + "/workloads/architectures";
  EXPECT_EQ(find("hycube_4x4", directory).value().name, "hycube_4x4");
  EXPECT_EQ(find((directory / "mesh_2x2.yaml").string(), directory).value().name, "mesh_2x2");
  EXPECT_THAT(find("hycub_4x4", directory), HasError(ErrorCode::kNotFound, "did you mean \"hycube_4x4\"?"));
  EXPECT_THAT(find("zzz", directory), HasError(ErrorCode::kNotFound, "known names: diagonal_4x4"));
  EXPECT_THAT(load("/nonexistent.yaml"), HasError(ErrorCode::kNotFound, "cannot open"));
}

TEST(Finish_HandMade, ChecksWhatTheLoaderCannotSee) {
  Cgra cgra = from_yaml(description(2, 2)).value();
  const auto broken = [&](auto change) {
    Cgra copy = cgra;
    change(copy);
    return finish(copy);
  };
  EXPECT_THAT(broken([](Cgra& c) { c.pes.pop_back(); }), HasError(ErrorCode::kBadInput, "3 PEs given"));
  EXPECT_THAT(broken([](Cgra& c) { c.links[0].to = PeId(9); }), HasError(ErrorCode::kBadInput, "outside the grid"));
  EXPECT_THAT(broken([](Cgra& c) { c.pes[1].pe_class = 4; }), HasError(ErrorCode::kBadInput, "of no class"));
  EXPECT_THAT(broken([](Cgra& c) { c.classes[0].memory = false; }), HasError(ErrorCode::kBadInput, "needs memory"));
  EXPECT_THAT(broken([](Cgra& c) { c.config_depth = 257; }), HasError(ErrorCode::kBadInput, "config_depth is 257"));
  EXPECT_THAT(broken([](Cgra& c) { c.classes[0].operations[Opcode::kStore8].latency = 2; }),
              HasError(ErrorCode::kBadInput, "latency of store_8"));
  EXPECT_THAT(broken([](Cgra&) {}), IsOk());
}

}  // namespace
}  // namespace heddle::arch
