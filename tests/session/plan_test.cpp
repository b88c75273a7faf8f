// Which bytes a launch moves, and when it is refused.
#include "runtime/session/plan.h"

#include <array>
#include <numeric>

#include "tests/support/matchers.h"

namespace heddle::session {
namespace {

using ::testing::ElementsAre;

constexpr int kRead = 1;
constexpr int kWritten = 2;
constexpr int kFully = 4;
constexpr int kSkippable = 8;

/// A region with `count` arrays A, B, ... on a scratchpad of 4 x 1024 bytes, and host memory for them.
struct Plan : ::testing::Test {
  Plan() {
    cgra.scratchpad = {4, 1024, 1, false};
    std::iota(memory.begin(), memory.end(), 'a');
  }
  char* at(std::int64_t offset) { return memory.data() + offset; }
  heddle_array_range range(std::int64_t low, std::int64_t high, int flags) {
    return {at(low), at(low), at(high), 1, flags};
  }
  heddle_array_range unknown(std::int64_t base, int flags) { return {at(base), nullptr, nullptr, 0, flags}; }

  Result<LaunchPlan> plan(const std::vector<heddle_array_range>& ranges, std::uint64_t trip_count = 4) {
    region.graph.arrays.clear();
    for (std::size_t k = 0; k < ranges.size(); ++k)
      region.graph.arrays.push_back({std::string(1, static_cast<char>('A' + k)), 4, {}, true, true});
    return plan_launch(cgra, region, trip_count, {}, ranges, objects);
  }

  arch::Cgra cgra;
  CompiledRegion region;
  ObjectTable objects;
  alignas(64) std::array<char, 65536> memory = {};
};

TEST_F(Plan, ReadArray_GoesInOnly) {
  const auto made = plan({range(0, 100, kRead)});
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(made->in, ElementsAre(Transfer{at(0), 0, 100}));
  EXPECT_TRUE(made->out.empty());
}

TEST_F(Plan, FullyWrittenArray_ComesBackOnly) {
  const auto made = plan({range(0, 100, kWritten | kFully)});
  ASSERT_THAT(made, IsOk());
  EXPECT_TRUE(made->in.empty());
  EXPECT_THAT(made->out, ElementsAre(Transfer{at(0), 0, 100}));
}

TEST_F(Plan, PartlyWrittenArray_GoesBothWays) {
  const auto made = plan({range(0, 100, kWritten)});
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(made->in, ElementsAre(Transfer{at(0), 0, 100}));
  EXPECT_THAT(made->out, ElementsAre(Transfer{at(0), 0, 100}));
}

TEST_F(Plan, OverlappingRanges_ShareOnePlace) {
  const auto made = plan({range(40, 100, kRead), range(0, 60, kWritten | kFully)});
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(made->in, ElementsAre(Transfer{at(0), 0, 100}));
  EXPECT_THAT(made->out, ElementsAre(Transfer{at(0), 0, 60}));
  EXPECT_THAT(made->array_bases, ElementsAre(40, 0));
}

TEST_F(Plan, TwoHalvesFullyWritten_CoverTheirUnion) {
  const auto made = plan({range(0, 60, kWritten | kFully), range(40, 100, kWritten | kFully)});
  ASSERT_THAT(made, IsOk());
  EXPECT_TRUE(made->in.empty());
}

TEST_F(Plan, AdjacentRanges_StayApart) {
  const auto made = plan({range(0, 40, kRead), range(40, 80, kRead)});
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->in.size(), 2U);
}

TEST_F(Plan, BaseOutsideItsRange_KeepsItsDistance) {
  const heddle_array_range before = {at(0), at(16), at(48), 1, kRead};
  const auto made = plan({before});
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(made->array_bases, ElementsAre(0xFFFFFFF0U));
}

// A convolution with zero padding: the least and the greatest address both lie outside the image.
TEST_F(Plan, RangeAroundItsObject_IsTheObject) {
  objects.add(at(64), 200, "image");
  constexpr int kConditional = 8;
  const heddle_array_range around = {at(30), at(30), at(300), 1, kRead | kConditional, at(64)};
  const auto made = plan({around});
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(made->in, ElementsAre(Transfer{at(64), 0, 200}));
}

TEST_F(Plan, EmptyRange_TakesNoPlace) {
  const auto made = plan({range(50, 50, kRead | kWritten)});
  ASSERT_THAT(made, IsOk());
  EXPECT_TRUE(made->in.empty() && made->out.empty());
}

TEST_F(Plan, UnknownExtent_IsTheObjectAroundIt) {
  objects.add(at(64), 200, "table");
  const auto made = plan({unknown(100, kRead)});
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(made->in, ElementsAre(Transfer{at(64), 0, 200}));
  EXPECT_THAT(made->array_bases, ElementsAre(36));
}

TEST_F(Plan, UnknownExtentFullyWritten_IsCopiedInAllTheSame) {
  objects.add(at(64), 200, "table");
  EXPECT_EQ(plan({unknown(64, kWritten | kFully)})->in.size(), 1U);
}

TEST_F(Plan, UnknownExtentInNoObject_IsRefused) {
  objects.add(at(64), 200, "table");
  EXPECT_THAT(plan({unknown(264, kRead)}), HasError(ErrorCode::kUnsupported, "extent of array 'A' is not known"));
}

TEST_F(Plan, SkippableAccesses_AreClampedToTheObject) {
  objects.add(at(64), 200, "table");
  const auto made = plan({range(100, 1000, kRead | kSkippable)});
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(made->in, ElementsAre(Transfer{at(100), 4, 164}));
}

TEST_F(Plan, SkippableAccessesToNoObject_AreRefused) {
  EXPECT_THAT(plan({range(100, 1000, kRead | kSkippable)}), HasError(ErrorCode::kUnsupported, "extent of array 'A'"));
}

TEST_F(Plan, TooLarge_IsRefusedWithSizes) {
  EXPECT_THAT(plan({range(0, 4096, kRead), range(5000, 6000, kWritten)}),
              HasError(ErrorCode::kInfeasible, "arrays need 5096 bytes: A 4096, B 1000; the scratchpad has 4096"));
}

TEST_F(Plan, SharedPlaces_AreCountedOnce) {
  EXPECT_THAT(plan({range(0, 4096, kRead), range(4000, 5000, kWritten)}),
              HasError(ErrorCode::kInfeasible, "arrays need 5000 bytes: A+B 5000; the scratchpad has 4096"));
}

TEST_F(Plan, MisalignedBase_IsRefused) {
  dfg::Node load;
  load.op = dfg::Opcode::kLoadS32;
  load.array = dfg::ArrayId(0);
  load.shift = 2;
  region.graph.nodes = {load};
  EXPECT_THAT(plan({range(4, 44, kRead)}), IsOk());
  EXPECT_THAT(plan({range(2, 42, kRead)}),
              HasError(ErrorCode::kUnsupported, "array 'A' is not aligned to the 4 bytes"));
}

TEST_F(Plan, TripCountBeyond32Bits_IsRefused) {
  EXPECT_THAT(plan({}, std::uint64_t{1} << 32U), HasError(ErrorCode::kUnsupported, "4294967296"));
  EXPECT_THAT(plan({}, (std::uint64_t{1} << 32U) - 1), IsOk());
}

TEST_F(Plan, NarrowMachine_RefusesBasesThatWouldWrap) {
  cgra.word_bits = 16;
  const heddle_array_range before = {at(0), at(16), at(48), 1, kRead};
  EXPECT_THAT(plan({before}), HasError(ErrorCode::kUnsupported, "does not fit into 16 bits"));
}

}  // namespace
}  // namespace heddle::session
