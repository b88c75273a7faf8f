// Flipped bits of a configuration image: the verifier must find each one by comparing images, and most of those that
// mean something by the values they spoil, with the PE and the operation named.
#include <map>

#include "compiler/base/random.h"
#include "compiler/codegen/layout.h"
#include "tests/verify/support.h"

namespace heddle::verify {
namespace {

/// A bit of the configuration of a program's first region.
struct Bit {
  std::size_t pe = 0;
  std::size_t slot = 0;
  int number = 0;
  std::string field;
  bool operation = false;  ///< part of an operation that is there: opcode, or the source of an operand
};

class ImageFlips {
 public:
  explicit ImageFlips(session::CompiledProgram program) : program_(std::move(program)) {
    for (std::size_t pe = 0; pe < program_.cgra.pes.size(); ++pe)
      for (std::size_t slot = 0; slot < words()[pe].size(); ++slot) add_bits(pe, slot);
  }

  const std::vector<Bit>& bits() const { return bits_; }

  session::CompiledProgram flipped(const Bit& bit) const {
    session::CompiledProgram mutant = program_;
    const auto chunk = static_cast<std::size_t>(bit.number) / 32;
    mutant.regions[0].image.words[bit.pe][bit.slot][chunk] ^= 1U << (static_cast<unsigned>(bit.number) % 32U);
    return mutant;
  }

 private:
  const std::vector<std::vector<std::vector<std::uint32_t>>>& words() const { return program_.regions[0].image.words; }

  void add_bits(std::size_t pe, std::size_t slot) {
    const arch::PeId id(static_cast<std::int64_t>(pe));
    const codegen::Layout layout = codegen::layout(codegen::layout_parameters(program_.cgra, id));
    const codegen::PeWord word = codegen::decode(layout, words()[pe][slot]);
    for (const codegen::Field& field : layout.fields)
      for (int bit = 0; bit < field.width; ++bit)
        bits_.push_back({pe, slot, field.lsb + bit, field.name, belongs_to_operation(word, field.name)});
  }

  static bool belongs_to_operation(const codegen::PeWord& word, const std::string& field) {
    if (word.op == 0) return false;
    if (field == "op") return true;
    static constexpr const char* kSources[] = {"src_a", "src_b", "src_c"};
    for (std::size_t port = 0; port < 3; ++port)
      if (field == kSources[port] && word.source[port] != 0) return true;
    return false;
  }

  session::CompiledProgram program_;
  std::vector<Bit> bits_;
};

/// How many flips were made, seen in values, and traced to the PE that was flipped.
struct Tally {
  int flips = 0;
  int by_value = 0;
  int at_the_pe = 0;
};

Tally try_flips(const ImageFlips& flips, const std::vector<Bit>& chosen) {
  Options options;
  options.engines = {Engine::kSystemc};
  options.vectors = 1;
  options.max_mismatches = 1;
  Tally tally;
  for (const Bit& bit : chosen) {
    const auto mutant = flips.flipped(bit);
    const auto report = verify_program(mutant, options, {});
    EXPECT_THAT(report, IsOk());
    ++tally.flips;
    EXPECT_EQ(report->faults.size(), 1U) << bit.field;
    EXPECT_NE(report->faults[0].message.find(bit.field), std::string::npos) << report->faults[0].message;
    if (report->mismatches.empty()) continue;
    ++tally.by_value;
    const auto& cause = report->mismatches[0].cause;
    EXPECT_TRUE(cause) << to_text(*report);
    tally.at_the_pe += cause && static_cast<std::size_t>(cause->pe) == bit.pe;
  }
  return tally;
}

std::vector<Bit> sample(const std::vector<Bit>& bits, std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<Bit> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(bits[random.below(bits.size())]);
  return chosen;
}

TEST(ImageMutation, EveryFlippedBitIsFoundInTheImage) {
  const ImageFlips flips(compile_text(kDotText, "hycube_4x4"));
  const Tally tally = try_flips(flips, sample(flips.bits(), 200, 1));
  EXPECT_EQ(tally.flips, 200);
  EXPECT_GE(tally.by_value, 10) << "of 200 flips of any bit";
  RecordProperty("by_value", tally.by_value);
  RecordProperty("at_the_pe", tally.at_the_pe);
  std::printf("any bit: %d flips, %d seen in values, %d of them traced to their PE\n", tally.flips, tally.by_value,
              tally.at_the_pe);
}

TEST(ImageMutation, FlippedOperationsAreSeenInValuesAndTracedToTheirPe) {
  const ImageFlips flips(compile_text(kDotText, "hycube_4x4"));
  std::vector<Bit> live;
  for (const Bit& bit : flips.bits())
    if (bit.operation) live.push_back(bit);
  const Tally tally = try_flips(flips, live);
  std::printf("operations: %d flips, %d seen in values, %d of them traced to their PE\n", tally.flips, tally.by_value,
              tally.at_the_pe);
  EXPECT_GE(tally.flips, 50);
  EXPECT_GE(tally.by_value * 10, tally.flips * 9);
  EXPECT_GE(tally.at_the_pe * 10, tally.by_value * 9);
}

}  // namespace
}  // namespace heddle::verify
