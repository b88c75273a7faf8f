// Mappings made by hand on two PEs, whose bits can be told from docs/execution_model.md.
#include "compiler/codegen/image.h"

#include <gtest/gtest.h>

#include <cstring>

#include "compiler/base/check.h"
#include "compiler/codegen/execute.h"
#include "compiler/dfg/text.h"
#include "tests/support/matchers.h"
#include "tests/support/pair_array.h"

namespace heddle::codegen {
namespace {

using mapper::Hop;
using mapper::Mapping;
using mapper::Place;

const arch::PeId kLeft(0), kRight(1);
const arch::LinkId kEast(0), kWest(1);

/// sum of A[i] + n: the counter on the left, load, add and sum on the right; the index waits a cycle in a register.
struct Example {
  dfg::Graph graph = dfg::parse_text(
                         "graph sum word 32\narray A element 4 read\nlive_in n\nlive_out s\n"
                         "%i = add %i@1 init -1, 1\n"
                         "%v = load_s32 A[%i << 2 + 8]\n"
                         "%w = add %v, $n\n"
                         "%s = add %s@1 init 7, %w live_out s\n",
                         "sum.dfg")
                         .value();
  arch::Cgra cgra = testing_support::pair_array();
  mapper::Problem problem{graph, cgra};
  Mapping mapping;

  Example() {
    mapping.ii = 4;
    mapping.banks = {0};
    mapping.nodes = {{kLeft, 0}, {kRight, 2}, {kRight, 4}, {kRight, 5}};
    const auto edges = dfg::value_edges(graph);
    // i to itself: in RES from cycle 1, read again in cycle 4. To the load: link in cycle 1, register until cycle 2.
    // v and w: read from RES as they arrive, in cycles 4 and 5.
    // s to itself: in RES in cycle 6, then in register 1 (written at the end of cycle 6) until cycle 9.
    const Place left = Place::result(kLeft), right = Place::result(kRight), kept = Place::register_of(kRight, 1);
    mapping.routes = {{edges[0], {{1, left}, {2, left}, {3, left}, {4, left}}},
                      {edges[1], {{1, left}, {1, Place::on_link(kEast)}, {2, Place::register_of(kRight, 3)}}},
                      {edges[2], {{4, right}}},
                      {edges[3], {{6, right}, {7, kept}, {8, kept}, {9, kept}}},
                      {edges[4], {{5, right}}}};
  }

  PeWord word(const Image& image, arch::PeId pe, int slot) const {
    return decode(layout(layout_parameters(cgra, pe)), image.words[pe.index()][static_cast<std::size_t>(slot)]);
  }
};

TEST(EncodeImage_Example, IsALegalMapping) {
  const Example example;
  EXPECT_THAT(mapper::verify(example.problem, example.mapping), IsOk());
}

TEST(EncodeImage_Operation, SetsSourcesStagesAndConstants) {
  const Example example;
  const Image image = encode_image(example.problem, example.mapping);
  const Layout fields = layout(layout_parameters(example.cgra, kRight));
  const PeWord load = example.word(image, kRight, 2);
  EXPECT_EQ(load.op, static_cast<int>(dfg::Opcode::kLoadS32));
  EXPECT_EQ(load.mem_shift, 2);
  EXPECT_EQ(load.source[0], Layout::read_port(0));
  EXPECT_EQ(load.rf_read[0], 3);
  EXPECT_EQ(load.source[2], Layout::none());
  EXPECT_EQ(load.stage, 0);
  const PeWord add = example.word(image, kRight, 0);  // cycle 4
  EXPECT_EQ(add.source[0], Layout::result());
  EXPECT_EQ(add.source[1], fields.constant(0));
  EXPECT_EQ(add.stage, 1);
  const PeWord sum = example.word(image, kRight, 1);  // cycle 5; the old sum is in register 1
  EXPECT_EQ(sum.source[0], Layout::read_port(0));
  EXPECT_EQ(sum.rf_read[0], 1);
  EXPECT_EQ(sum.source[1], Layout::result());
  EXPECT_EQ(sum.stage, 1);
  EXPECT_EQ(sum.init[0], 1);
  EXPECT_EQ(sum.init[1], 0);
  EXPECT_EQ(sum.init_stage, 2);
  EXPECT_EQ(sum.constants[0], 7U);
  EXPECT_EQ(sum.live_out, 1);
  const PeWord counter = example.word(image, kLeft, 0);
  EXPECT_EQ(counter.init[0], 1);
  EXPECT_EQ(counter.constants, (std::vector<std::uint64_t>{0xFFFF'FFFF, 1}));
  EXPECT_EQ(counter.source[1], fields.constant(1));
}

TEST(EncodeImage_Routes, SetLinksAndRegisterWrites) {
  const Example example;
  const Image image = encode_image(example.problem, example.mapping);
  const Layout fields = layout(layout_parameters(example.cgra, kRight));
  EXPECT_EQ(example.word(image, kLeft, 1).link, std::vector<int>{Layout::result()});
  EXPECT_EQ(example.word(image, kLeft, 0).link, std::vector<int>{Layout::none()});
  const PeWord::Write idle{Layout::none(), 0};
  EXPECT_EQ(example.word(image, kRight, 1).rf_write, (std::vector<PeWord::Write>{{fields.input(0), 3}, idle}));
  EXPECT_EQ(example.word(image, kRight, 2).rf_write, (std::vector<PeWord::Write>{{Layout::result(), 1}, idle}));
  EXPECT_EQ(example.word(image, kRight, 3).rf_write, (std::vector<PeWord::Write>{idle, idle}));
}

TEST(EncodeImage_Patches, NameLiveInsAndBases) {
  const Example example;
  const Image image = encode_image(example.problem, example.mapping);
  const std::vector<Patch> expected{{kRight, 2, 0, dfg::Immediate::array_base(dfg::ArrayId(0), 8)},
                                    {kRight, 0, 0, dfg::Immediate::of_live_in(dfg::LiveInId(0))}};
  EXPECT_EQ(image.patches, expected);
  EXPECT_EQ(image.live_outs, (std::vector<LiveOutPlace>{{0, kRight, 0}}));
  EXPECT_EQ(image.ii, 4);
  EXPECT_EQ(image.schedule_length, 6);
}

TEST(EncodeImage_SameRegisterInOneSlot, SharesAReadPort) {
  Example example;
  example.graph = dfg::parse_text("graph g word 32\n%a = mov 1\n%b = add %a, %a\n", "g").value();
  example.mapping.ii = 4;
  example.mapping.banks = {};
  example.mapping.nodes = {{kLeft, 0}, {kLeft, 2}};
  example.mapping.routes.clear();
  for (const auto& edge : dfg::value_edges(example.graph))
    example.mapping.routes.push_back({edge, {{1, Place::result(kLeft)}, {2, Place::register_of(kLeft, 2)}}});
  const PeWord word = example.word(encode_image(example.problem, example.mapping), kLeft, 2);
  EXPECT_EQ(word.source[0], Layout::read_port(0));
  EXPECT_EQ(word.source[1], Layout::read_port(0));
  EXPECT_EQ(word.rf_read, (std::vector<int>{2, 0}));
}

TEST(EncodeImage_TwoOperationsInOneSlot, AreABug) {
  Example example;
  example.mapping.nodes[3].time = 8;
  EXPECT_THROW(encode_image(example.problem, example.mapping), InternalError);
}

// 7 + (A[0] + 5) + (A[1] + 5) + (A[2] + 5), A = 10, -20, 30 at byte 8.
TEST(Execute_HandMadeMapping, ComputesTheSum) {
  const Example example;
  const Image image = encode_image(example.problem, example.mapping);
  std::vector<std::uint8_t> memory(128, 0xEE);
  const std::int32_t values[] = {10, -20, 30};
  std::memcpy(&memory[8], values, sizeof values);
  const auto run = execute(example.cgra, image, {3, {5}, {0}}, memory);
  ASSERT_THAT(run, IsOk());
  EXPECT_EQ(run->live_outs, std::vector<std::uint64_t>{7 + 15 - 15 + 35});
  EXPECT_EQ(run->array_cycles, 2U * 4 + 6);
  EXPECT_EQ(run->clock_cycles, run->array_cycles);
}

TEST(Execute_BankConflict, StallsOneClockCycleEachTime) {
  Example example;
  example.graph = dfg::parse_text(
                      "graph g word 32\narray A element 4 read\nlive_out x\nlive_out y\n"
                      "%x = load_s32 A[0] live_out x\n%y = load_s32 A[1 << 2] live_out y\n",
                      "g")
                      .value();
  example.mapping.ii = 1;
  example.mapping.nodes = {{kLeft, 0}, {kRight, 0}};
  example.mapping.routes = {};
  const Image image = encode_image(example.problem, example.mapping);
  std::vector<std::uint8_t> memory(128, 1);
  const auto run = execute(example.cgra, image, {10, {}, {0}}, memory);
  ASSERT_THAT(run, IsOk());
  EXPECT_EQ(run->array_cycles, 11U);
  EXPECT_EQ(run->clock_cycles, 11U + 10);  // the last array cycle is the second load cycle, without requests
}

TEST(Execute_BrokenWord, IsAnErrorThatNamesThePlace) {
  const Example example;
  Image image = encode_image(example.problem, example.mapping);
  const Layout fields = layout(layout_parameters(example.cgra, kRight));
  PeWord word = example.word(image, kRight, 1);
  word.op = 63;
  image.words[1][1] = encode(fields, word);
  std::vector<std::uint8_t> memory(128);
  EXPECT_THAT(execute(example.cgra, image, {1, {5}, {0}}, memory),
              HasError(ErrorCode::kBadInput, "PE (0,1) slot 1: the PE has no operation 63"));
}

TEST(Image_Json, RoundTrips) {
  const Example example;
  const Image image = encode_image(example.problem, example.mapping);
  const auto document = parse_json(dump_json(to_json(image)), "image.json");
  ASSERT_THAT(document, IsOk());
  const auto read = image_from_json(*document, example.cgra);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(*read, image);
}

struct Damage {
  const char* name;
  const char* pointer;
  Json value;
  const char* error;
};
void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

class Image_BadJson : public testing::TestWithParam<Damage> {};

TEST_P(Image_BadJson, IsRefusedWithItsPlace) {
  const Example example;
  Json json = to_json(encode_image(example.problem, example.mapping));
  json[Json::json_pointer(GetParam().pointer)] = GetParam().value;
  const auto document = parse_json(dump_json(json), "image.json");
  ASSERT_THAT(document, IsOk());
  EXPECT_THAT(image_from_json(*document, example.cgra), HasError(ErrorCode::kBadInput, GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(
    All, Image_BadJson,
    testing::Values(Damage{"EarlierVersion", "/schema", "heddle.image/1", "the file is of an earlier version"},
                    Damage{"LaterVersion", "/schema", "heddle.image/3", "the file is of a later version"},
                    Damage{"OtherSchema", "/schema", "heddle.dfg/1", "at /schema: expected \"heddle.image/2\""},
                    Damage{"ArchitectureHash", "/architecture_hash", "0", "made for architecture 'pair'"},
                    Damage{"IiTooBig", "/ii", 9, "expected an integer from 1 to 8"},
                    Damage{"IiOfOtherWords", "/ii", 2, "at /words/0: 4 words, the II is 2"},
                    Damage{"NoHex", "/words/0/0", "zzzz", "at /words/0/0: expected 4 chunks of 8 hex digits"},
                    Damage{"MissingPe", "/words", Json::array(), "words of 0 PEs, the array has 2"},
                    Damage{"BankOutOfRange", "/banks/0", 2, "at /banks/0"},
                    Damage{"PatchSlot", "/patches/0/slot", 4, "at /patches/0/slot"},
                    Damage{"PatchConstant", "/patches/0/constant", 2, "at /patches/0/constant"},
                    Damage{"PatchPe", "/patches/0/pe", 2, "at /patches/0/pe"},
                    Damage{"PatchOfTwoKinds", "/patches/0/live_in", 0, "either live_in or array"},
                    Damage{"PatchArray", "/patches/0/array", 1, "at /patches/0/array"},
                    Damage{"LiveOutNumber", "/live_outs/0/number", 1, "expected live-out 0"},
                    Damage{"LiveOutIndex", "/live_outs/0/index", 2, "at /live_outs/0/index"},
                    Damage{"WrongType", "/words/1", 3, "/words/1"}),
    [](const auto& parameter) { return parameter.param.name; });

TEST(Image_Differences, NameFieldAndPlace) {
  const Example example;
  const Image expected = encode_image(example.problem, example.mapping);
  EXPECT_TRUE(differences(example.cgra, expected, expected).empty());
  Image image = expected;
  const Field field = layout(layout_parameters(example.cgra, kRight)).field("src_a");
  image.words[1][2][static_cast<std::size_t>(field.lsb / 32)] ^= 1U << (field.lsb % 32);
  EXPECT_EQ(differences(example.cgra, image, expected),
            std::vector<std::string>{"PE (0,1) slot 2 field src_a: 3, expected 2"});
  image = expected;
  image.ii = 2;
  image.patches[0].constant = 1;
  image.live_outs.clear();
  EXPECT_EQ(differences(example.cgra, image, expected),
            (std::vector<std::string>{"II: 2, expected 4",
                                      "patch 0: PE (0,1) slot 2 const[1] = base of array 0 +8, expected PE (0,1) slot "
                                      "2 const[0] = base of array 0 +8",
                                      "live-out place 0: none, expected live-out 0 in PE (0,1) register 0"}));
}

/// Every bit of the image matters to `differences`: flipping any one is seen, and seen as one place.
TEST(Image_Differences, SeeEveryFlippedBit) {
  const Example example;
  const Image expected = encode_image(example.problem, example.mapping);
  for (std::size_t pe = 0; pe < 2; ++pe)
    for (std::size_t slot = 0; slot < 4; ++slot)
      for (std::size_t bit = 0; bit < expected.words[pe][slot].size() * 32; ++bit) {
        Image image = expected;
        image.words[pe][slot][bit / 32] ^= 1U << (bit % 32);
        ASSERT_EQ(differences(example.cgra, image, expected).size(), 1U) << pe << ' ' << slot << ' ' << bit;
      }
}

}  // namespace
}  // namespace heddle::codegen
