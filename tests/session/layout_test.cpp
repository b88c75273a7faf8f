// Where pieces of memory go in the scratchpad, and what port conflicts cost.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "runtime/session/scratchpad_layout.h"
#include "runtime/session/stalls.h"
#include "tests/support/matchers.h"

namespace heddle::session {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

arch::Scratchpad four_banks() { return {4, 1024, 1, false}; }

TEST(PlacePieces, FirstFitFillsFromTheBottom_WithAlignedWords) {
  EXPECT_THAT(place_pieces(four_banks(), {{10, 0, -1}, {4, 0, -1}, {8, 3, -1}}), Optional(ElementsAre(0, 16, 27)));
}

TEST(PlacePieces, WantedBankIsGiven_WhereThereIsRoom) {
  EXPECT_THAT(place_pieces(four_banks(), {{1000, 0, 2}, {100, 0, 2}, {24, 0, 2}}),
              Optional(ElementsAre(2048, 0, 3048)));
}

TEST(PlacePieces, LargerThanABankStartsAtItsWantedBank_AndSpans) {
  EXPECT_THAT(place_pieces(four_banks(), {{2000, 0, 1}}), Optional(ElementsAre(1024)));
}

TEST(PlacePieces, FirstFitInOrderFails_LargestFirstStillFits) {
  EXPECT_THAT(place_pieces(four_banks(), {{512, 0, 2}, {3584, 0, -1}}), Optional(ElementsAre(3584, 0)));
}

TEST(PlacePieces, TooLargeFails_EvenByOneWord) {
  EXPECT_TRUE(place_pieces(four_banks(), {{4096, 0, -1}}).has_value());
  EXPECT_FALSE(place_pieces(four_banks(), {{4096, 0, -1}, {1, 0, -1}}).has_value());
  EXPECT_FALSE(place_pieces(four_banks(), {{4096, 1, -1}}).has_value());
}

std::vector<Piece> random_pieces() {
  const auto count = *rc::gen::inRange(0, 8);
  std::vector<Piece> pieces;
  for (int k = 0; k < count; ++k)
    pieces.push_back({*rc::gen::inRange(0, 1500), *rc::gen::inRange<std::uint64_t>(0, 64), *rc::gen::inRange(-1, 4)});
  return pieces;
}

RC_GTEST_PROP(PlacePieces, AnyPieces_KeepApart_InsideAndCongruent, ()) {
  const auto pieces = random_pieces();
  const auto addresses = place_pieces(four_banks(), pieces);
  if (!addresses) return;
  std::vector<int> owner(4096 / 8, -1);
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    if (pieces[k].bytes == 0) continue;
    RC_ASSERT((*addresses)[k] % 8 == pieces[k].alignment_of % 8);
    for (auto word = (*addresses)[k] / 8; word <= ((*addresses)[k] + pieces[k].bytes - 1) / 8; ++word) {
      RC_ASSERT(word < owner.size());
      RC_ASSERT(owner[word] == -1);
      owner[word] = static_cast<int>(k);
    }
  }
}

TEST(StallCounter, OnePortCountsExtraRounds_OfTheBusiestBank) {
  StallCounter stalls(four_banks(), 32, 4);
  for (const std::uint64_t address : {0, 4, 8, 1024, 1028}) stalls.access(0, address);
  EXPECT_EQ(stalls.total(), 2U);
}

TEST(StallCounter, TwoPortsHalveTheRounds_RoundedUp) {
  const arch::Scratchpad two_ports{4, 1024, 2, false};
  StallCounter stalls(two_ports, 32, 4);
  for (const std::uint64_t address : {0, 4, 8}) stalls.access(1, address);
  EXPECT_EQ(stalls.total(), 1U);
}

TEST(StallCounter, InterleavedSpreadsWords_AndWrapsAddresses) {
  const arch::Scratchpad interleaved{4, 1024, 1, true};
  StallCounter stalls(interleaved, 32, 2);
  for (const std::uint64_t address : {0, 4, 8, 12}) stalls.access(0, address);
  EXPECT_EQ(stalls.total(), 0U);
  stalls.access(0, 4096);
  EXPECT_EQ(stalls.total(), 1U);
}

TEST(StallCounter, ClosedCyclesKeepTheirStalls_AfterTheWindowMovedOn) {
  StallCounter stalls(four_banks(), 32, 2);
  stalls.access(1, 0);
  stalls.access(1, 4);
  stalls.advance_to(1);
  stalls.access(2, 0);
  stalls.advance_to(100);
  stalls.access(100, 0);
  stalls.access(101, 0);
  stalls.access(101, 8);
  EXPECT_EQ(stalls.total(), 2U);
}

}  // namespace
}  // namespace heddle::session
