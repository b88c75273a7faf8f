#include "compiler/codegen/layout.h"

#include <gtest/gtest.h>
// rapidcheck's header needs gtest's first.
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <map>

#include "compiler/base/check.h"
#include "compiler/base/random.h"
#include "compiler/dfg/words.h"

namespace heddle::codegen {
namespace {

TEST(Layout_SelectBits, IsTheCeilingOfTheLogarithm) {
  EXPECT_EQ(select_bits(-1), 0);
  EXPECT_EQ(select_bits(0), 0);
  EXPECT_EQ(select_bits(1), 1);
  for (int count = 2; count < 5000; ++count) {
    const int bits = select_bits(count);
    ASSERT_GE(1 << bits, count);
    ASSERT_LT(1 << (bits - 1), count);
  }
}

// The example of docs/formats.md. By hand: S = clog2(2 + 2 + 4 + 2 = 10) = 4, T = clog2(33) = 6, init clog2(3) = 2,
// live_out clog2(3) = 2, registers clog2(4) = 2.
TEST(Layout_MeshPe, HasTheWidthsOfTheDocument) {
  const auto directory = std::filesystem::path(HEDDLE_SOURCE_DIR) / "workloads/architectures";
  const arch::Cgra mesh = arch::find("mesh_4x4", directory).value();
  const Layout result = layout(layout_parameters(mesh, arch::PeId(5)));
  EXPECT_EQ(result.source_bits, 4);
  EXPECT_EQ(result.stage_bits, 6);
  const std::map<std::string, int> lsb{{"const[1]", 32},         {"op", 64},
                                       {"mem_shift", 71},        {"src_a", 74},
                                       {"init_a", 86},           {"stage", 92},
                                       {"init_stage", 98},       {"live_out", 104},
                                       {"rf_read[0]", 106},      {"rf_read[1]", 108},
                                       {"rf_write[0].src", 110}, {"rf_write[0].reg", 114},
                                       {"rf_write[1].src", 116}, {"rf_write[1].reg", 120},
                                       {"link[0]", 122},         {"link[1]", 126}};
  for (const auto& [field, bit] : lsb) EXPECT_EQ(result.field(field).lsb, bit) << field;
  EXPECT_EQ(result.bits, 138);
  EXPECT_EQ(result.chunks, 5);
  EXPECT_EQ(result.input(0), 4);
  EXPECT_EQ(result.constant(1), 9);
}

TEST(Layout_Field, ThatDoesNotExistIsABug) {
  EXPECT_THROW(static_cast<void>(layout({}).field("link[99]")), InternalError);
}

LayoutParameters any_parameters() {
  LayoutParameters p;
  p.word_bits = *rc::gen::element(16, 32, 64);
  p.inputs = *rc::gen::inRange(0, 9);
  p.outputs = *rc::gen::inRange(0, 9);
  p.registers = *rc::gen::inRange(0, 17);
  p.read_ports = *rc::gen::inRange(0, 4);
  p.write_ports = *rc::gen::inRange(0, 4);
  p.constants = *rc::gen::inRange(0, 5);
  p.live_outs = *rc::gen::inRange(0, 5);
  p.max_stages = *rc::gen::inRange(1, 65);
  p.address_generators = *rc::gen::inRange(0, 4);
  p.loop_levels = *rc::gen::inRange(0, 5);
  return p;
}

int random_of(Random& random, int width) {
  return width == 0 ? 0 : static_cast<int>(random.next() & dfg::word_mask(width));
}

/// Random values in every field, from what `layout` says of the widths.
PeWord any_word(const Layout& layout, Random& random) {
  const auto value = [&](const std::string& name) { return random_of(random, layout.field(name).width); };
  PeWord word = idle_word(layout.parameters);
  for (auto& constant : word.constants) constant = random.next() & dfg::word_mask(layout.parameters.word_bits);
  word.op = value("op");
  word.mem_shift = value("mem_shift");
  for (auto& source : word.source) source = value("src_a");
  for (auto& init : word.init) init = value("init_a");
  word.stage = value("stage");
  word.init_stage = value("init_stage");
  word.live_out = value("live_out");
  for (auto& read : word.rf_read) read = value("rf_read[0]");
  for (auto& write : word.rf_write) write = {value("rf_write[0].src"), value("rf_write[0].reg")};
  for (auto& link : word.link) link = value("link[0]");
  if (layout.parameters.address_generators > 0) word.generator = value("generator");
  if (layout.parameters.loop_levels == 0) return word;
  for (auto& level : word.level) level = value("level_a");
  word.gate = value("gate");
  if (layout.parameters.address_generators > 0) word.steps = value("steps");
  return word;
}

RC_GTEST_PROP(Layout_EncodeDecode, IsTheIdentity, (std::uint64_t seed)) {
  const Layout chosen = layout(any_parameters());
  Random random(seed);
  const PeWord word = any_word(chosen, random);
  const auto chunks = encode(chosen, word);
  RC_ASSERT(static_cast<int>(chunks.size()) == chosen.chunks);
  RC_ASSERT(decode(chosen, chunks) == word);
}

RC_GTEST_PROP(Layout_Fields, FollowEachOtherWithoutGap, ()) {
  const Layout chosen = layout(any_parameters());
  int next = 0;
  for (const Field& field : chosen.fields) {
    RC_ASSERT(field.lsb == next);
    next += field.width;
  }
  RC_ASSERT(next == chosen.bits);
  RC_ASSERT(chosen.chunks == (chosen.bits + 31) / 32);
}

std::uint64_t value_of(const PeWord& word, const std::string& field) {
  if (field == "op") return static_cast<std::uint64_t>(word.op);
  if (field == "const[1]") return word.constants[1];
  if (field == "src_c") return static_cast<std::uint64_t>(word.source[2]);
  if (field == "init_a") return static_cast<std::uint64_t>(word.init[0]);
  if (field == "init_stage") return static_cast<std::uint64_t>(word.init_stage);
  if (field == "rf_read[1]") return static_cast<std::uint64_t>(word.rf_read[1]);
  if (field == "rf_write[1].reg") return static_cast<std::uint64_t>(word.rf_write[1].reg);
  return static_cast<std::uint64_t>(word.link[1]);
}

class Layout_Decode : public testing::TestWithParam<const char*> {};

TEST_P(Layout_Decode, EachBitThatTheLayoutGivesAFieldIsThatBitOfItsValue) {
  const Layout chosen = layout({32, 3, 2, 4, 2, 2, 2, 2, 8});
  const Field& field = chosen.field(GetParam());
  for (int bit = 0; bit < field.width; ++bit) {
    std::vector<std::uint32_t> chunks(static_cast<std::size_t>(chosen.chunks), 0);
    const auto place = static_cast<unsigned>(field.lsb + bit);
    chunks[place / 32] = 1U << (place % 32);
    EXPECT_EQ(value_of(decode(chosen, chunks), field.name), std::uint64_t{1} << static_cast<unsigned>(bit));
  }
}

INSTANTIATE_TEST_SUITE_P(Fields, Layout_Decode,
                         testing::Values("op", "const[1]", "src_c", "init_a", "init_stage", "rf_read[1]",
                                         "rf_write[1].reg", "link[1]"));

TEST(Layout_Encode, ValueThatDoesNotFitIsABug) {
  const Layout chosen = layout({});
  PeWord word = idle_word(chosen.parameters);
  word.stage = 64;
  EXPECT_THROW(encode(chosen, word), InternalError);
}

}  // namespace
}  // namespace heddle::codegen
