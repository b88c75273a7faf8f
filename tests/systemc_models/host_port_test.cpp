#include "tests/systemc_models/bench.h"

namespace heddle::systemc {
namespace {

namespace host_map = codegen::host_map;

TEST(HostPort_Scratchpad, ReadsBackWhatWasWritten) {
  Bench bench(small_array(1, 1));
  const std::vector<std::uint32_t> written = {0x11223344, 0xFFFFFFFF, 7};
  bench.device().write(host_map::kScratchpad + 8, written);
  std::vector<std::uint32_t> read(3);
  bench.device().read(host_map::kScratchpad + 8, read);
  EXPECT_EQ(read, written);
}

TEST(HostPort_Cycles, AWriteTakesNAndAReadNPlusOne) {
  Bench bench(small_array(1, 1));
  std::vector<std::uint32_t> words(5);
  bench.device().write(host_map::kScratchpad, words);
  EXPECT_EQ(bench.device().clock_cycles(), 5U);
  bench.device().read(host_map::kScratchpad, words);
  EXPECT_EQ(bench.device().clock_cycles(), 11U);
}

TEST(HostPort_EmptyBlock, TakesNoCycle) {
  Bench bench(small_array(1, 1));
  bench.device().write(host_map::kScratchpad, {});
  EXPECT_EQ(bench.device().clock_cycles(), 0U);
}

TEST(HostPort_Start, CostsTheRunAndTwoCycles) {
  Bench bench(small_array(1, 1));
  bench.run(2, 3, 5);  // (3 - 1) * 2 + 5 = 9 array cycles
  const std::uint64_t before = bench.device().clock_cycles();
  ASSERT_THAT(bench.device().start_and_wait(1000), IsOk());
  EXPECT_EQ(bench.device().clock_cycles() - before, 1U + 9U + 1U);
  EXPECT_EQ(bench.run_cycles(), 9U);
  EXPECT_EQ(bench.read(host_map::kStatus), 0U);
}

TEST(HostPort_Start, ReportsARunThatDoesNotEnd) {
  Bench bench(small_array(1, 1));
  bench.run(1, 1000, 1);
  EXPECT_THAT(bench.device().start_and_wait(500), HasError(ErrorCode::kMismatch, "still running after 500"));
  EXPECT_EQ(bench.read(host_map::kStatus), 1U);
}

TEST(HostPort_OutsideTheArray, IsIgnored) {
  Bench bench(small_array(1, 1));
  bench.write(host_map::configuration(200, 0, 0), 1);
  bench.write(host_map::configuration(0, 200, 0), 1);
  bench.write(host_map::configuration(0, 0, 63), 1);
  bench.write(host_map::kScratchpad + 0x1000, 1);
  EXPECT_EQ(bench.read(host_map::kScratchpad + 0x1000), 0U);
  EXPECT_EQ(bench.live_out(200, 0), 0U);
  EXPECT_EQ(bench.live_out(0, 30), 0U);
}

TEST(Device_SeveralAtATime, DoNotDisturbEachOther) {
  Bench first(small_array(1, 1));
  Bench second(small_array(1, 2));
  first.write(host_map::kScratchpad, 1);
  second.write(host_map::kScratchpad, 2);
  EXPECT_EQ(first.read(host_map::kScratchpad), 1U);
  EXPECT_EQ(second.read(host_map::kScratchpad), 2U);
}

}  // namespace
}  // namespace heddle::systemc
