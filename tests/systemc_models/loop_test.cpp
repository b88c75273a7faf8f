#include "tests/systemc_models/bench.h"

namespace heddle::systemc {
namespace {

TEST(Loop_Accumulator, StartsFromItsInitialValueAndCapturesTheLast) {
  Bench bench(small_array(1, 1));
  codegen::PeWord& word = bench.put(0, 0, Opcode::kAdd, {bench.result(), bench.constant(0, 1)});
  word.constants = {100, 3};
  word.init[0] = 1;
  word.init_stage = 1;
  word.live_out = 2;
  bench.run(1, 10, 1);
  EXPECT_EQ(bench.live_out(0, 1), 130U);
  EXPECT_EQ(bench.live_out(0, 0), 0U);
  EXPECT_EQ(bench.run_cycles(), 10U);
}

TEST(Loop_LiveOut, IsCapturedInValidIterationsOnly) {
  Bench bench(small_array(1, 1));
  put_counter(bench, 0);
  bench.word(0).stage = 2;  // two cycles of prologue before its iteration 0
  bench.word(0).live_out = 1;
  bench.run(1, 4, 3);
  EXPECT_EQ(bench.result_of(0, 6), 5U);
  EXPECT_EQ(bench.live_out(0, 0), 5U);
  bench.word(0).stage = 0;  // iterations 4 and 5 do not count now
  bench.run(1, 4, 3);
  EXPECT_EQ(bench.result_of(0, 6), 5U);
  EXPECT_EQ(bench.live_out(0, 0), 3U);
}

TEST(Loop_LiveOut, OfALongOperationArrivesWithItsResult) {
  Bench bench(small_array(1, 1));
  bench.put(0, 0, Opcode::kMul, {bench.constant(0, 0), bench.constant(0, 1)}).constants = {6, 7};
  bench.word(0).live_out = 1;
  bench.run(1, 1, 3);
  EXPECT_EQ(bench.live_out(0, 0), 42U);
}

TEST(Loop_InitialValue, HoldsUntilItsStageHasStarted) {
  Bench bench(small_array(1, 1));
  codegen::PeWord& word = bench.put(0, 1, Opcode::kMov, {bench.constant(0, 1)});
  word.constants = {8, 9};
  word.init[0] = 1;
  word.init_stage = 3;
  bench.run(2, 6, 2);
  for (std::size_t it = 0; it < 6; ++it) EXPECT_EQ(bench.result_of(0, 2 * it + 2), it < 3 ? 8U : 9U) << it;
}

TEST(Loop_Start, ClearsStateButNotTheScratchpad) {
  Bench bench(small_array(1, 1));
  put_counter(bench, 0);
  bench.word(0).live_out = 1;
  bench.write(codegen::host_map::kScratchpad, 77);
  bench.run(1, 5, 1);
  bench.word(0) = codegen::idle_word(bench.layout(0).parameters);
  bench.run(1, 1, 1);
  EXPECT_EQ(bench.result_of(0, 0), 0U);
  EXPECT_EQ(bench.live_out(0, 0), 0U);
  EXPECT_EQ(bench.read(codegen::host_map::kScratchpad), 77U);
}

TEST(Loop_Start, DropsResultsThatWereOnTheirWay) {
  Bench bench(small_array(1, 1));
  bench.put(0, 0, Opcode::kMul, {bench.constant(0, 0), bench.constant(0, 0)}).constants = {3, 0};
  bench.run(1, 2, 1);
  bench.word(0) = codegen::idle_word(bench.layout(0).parameters);
  bench.run(1, 5, 1);
  for (std::size_t cycle = 0; cycle <= 5; ++cycle) EXPECT_EQ(bench.result_of(0, cycle), 0U) << cycle;
}

TEST(Loop_Length, IsTheFormula) {
  for (std::uint32_t ii = 1; ii <= 4; ++ii)
    for (std::uint32_t n = 1; n <= 5; ++n)
      for (std::uint32_t length = 1; length <= 9; ++length) {
        Bench bench(small_array(1, 1));
        bench.run(ii, n, length);
        EXPECT_EQ(bench.run_cycles(), (n - 1) * ii + length) << ii << ' ' << n << ' ' << length;
        EXPECT_EQ(bench.array_cycles(), (n - 1) * ii + length);
      }
}

TEST(Loop_PatchedConstant, CountsInTheNextRun) {
  Bench bench(small_array(1, 1));
  bench.put(0, 0, Opcode::kMov, {bench.constant(0, 0)}).constants = {5, 0};
  bench.run(1, 1, 1);
  EXPECT_EQ(bench.result_of(0, 1), 5U);
  bench.write(codegen::host_map::configuration(0, 0, 0), 6);  // const[0] is the first chunk
  bench.word(0).constants[0] = 6;
  ASSERT_THAT(bench.device().start_and_wait(10), IsOk());
  bench.run(1, 1, 1);
  EXPECT_EQ(bench.result_of(0, 1), 6U);
}

}  // namespace
}  // namespace heddle::systemc
