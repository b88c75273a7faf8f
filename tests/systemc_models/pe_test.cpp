#include "compiler/dfg/interpret.h"
#include "tests/systemc_models/bench.h"

namespace heddle::systemc {
namespace {

TEST(Pe_Operations, ComputeWhatTheInterpreterDefines) {
  const std::uint64_t a = 0x80000001;
  const std::uint64_t b = 0xFFFFFFFE;
  for (const auto& [op, timing] : everything_class().operations) {
    if (dfg::is_memory(op)) continue;
    Bench bench(small_array(1, 1));
    bench.put(0, 0, op, {bench.constant(0, 0), bench.constant(0, 1), bench.constant(0, 1)}).constants = {a, b};
    bench.run(1, 1, 4);
    EXPECT_EQ(bench.result_of(0, static_cast<std::size_t>(timing.latency)), dfg::evaluate(op, a, b, b, 32))
        << dfg::name(op);
    EXPECT_EQ(bench.result_of(0, static_cast<std::size_t>(timing.latency) - 1), 0U) << dfg::name(op);
  }
}

TEST(Pe_Result, StaysUntilTheNextOneArrives) {
  Bench bench(small_array(1, 1));
  bench.put(0, 0, Opcode::kMul, {bench.constant(0, 0), bench.constant(0, 0)}).constants = {3, 0};
  bench.put(0, 3, Opcode::kMov, {bench.constant(0, 0)}).constants = {5, 0};
  bench.run(4, 2, 8);
  const std::vector<std::uint64_t> expected = {0, 0, 0, 9, 5, 5, 5, 9, 5};
  for (std::size_t cycle = 0; cycle < expected.size(); ++cycle)
    EXPECT_EQ(bench.result_of(0, cycle), expected[cycle]) << cycle;
}

TEST(Pe_OperationOfAnotherClass, DoesNothing) {
  arch::Cgra cgra = small_array(1, 1);
  cgra.classes[0].operations.erase(Opcode::kXor);
  Bench bench(cgra);
  bench.put(0, 0, Opcode::kXor, {bench.constant(0, 0), bench.constant(0, 1)}).constants = {1, 2};
  bench.run(1, 1, 2);
  EXPECT_EQ(bench.result_of(0, 1), 0U);
}

TEST(Pe_RegisterWrite, IsReadableInTheNextCycle) {
  Bench bench(small_array(1, 1));
  put_counter(bench, 0);
  codegen::PeWord& word = bench.word(0);
  word.rf_write[0] = {bench.result(), 2};
  word.rf_read = {2, 0};
  word.source[1] = bench.read_port(0);  // RES(c+1) = RES(c) + REG(c), REG(c) = RES(c-1)
  word.init[0] = 2;                     // starts with 1
  bench.run(1, 6, 1);
  const std::vector<std::uint64_t> fibonacci = {0, 1, 1, 2, 3, 5, 8};
  for (std::size_t cycle = 0; cycle < fibonacci.size(); ++cycle)
    EXPECT_EQ(bench.result_of(0, cycle), fibonacci[cycle]) << cycle;
}

TEST(Pe_RegisterMoves, AllReadBeforeOneIsWritten) {
  arch::Cgra cgra = small_array(1, 1);
  cgra.classes[0].rf_write_ports = 2;
  Bench bench(cgra);
  bench.put(0, 0, Opcode::kMov, {bench.constant(0, 0)}).constants = {7, 0};
  bench.word(0, 1).rf_write[0] = {bench.result(), 0};
  bench.word(0, 2).rf_read = {0, 1};
  bench.word(0, 2).rf_write = {{bench.read_port(1), 0}, {bench.read_port(0), 1}};
  bench.put(0, 3, Opcode::kMov, {bench.read_port(0)}).rf_read = {1, 0};
  bench.run(4, 1, 4);
  EXPECT_EQ(bench.result_of(0, 4), 7U);
}

TEST(Links_Bypass, CrossesTheArrayInOneCycle) {
  Bench bench(small_array(2, 3));
  put_counter(bench, 0);
  bench.link(0, 0, "E") = bench.result();
  bench.link(1, 0, "E") = bench.input(0, "E");
  bench.link(2, 0, "S") = bench.input(1, "E");
  bench.put(5, 0, Opcode::kMov, {bench.input(2, "S")});
  bench.run(1, 5, 1);
  for (std::size_t cycle = 1; cycle <= 5; ++cycle)
    EXPECT_EQ(bench.result_of(5, cycle), bench.result_of(0, cycle - 1)) << cycle;
  EXPECT_EQ(bench.result_of(5, 5), 3U);
}

TEST(Links_Bypass, IsThereInEitherDirectionOfTheDescription) {
  Bench bench(small_array(2, 3));
  put_counter(bench, 2);
  bench.link(2, 0, "W") = bench.result();
  bench.link(1, 0, "W") = bench.input(2, "W");
  bench.link(0, 0, "S") = bench.input(1, "W");
  bench.put(3, 0, Opcode::kMov, {bench.input(0, "S")});
  bench.run(1, 5, 1);
  EXPECT_EQ(bench.result_of(3, 5), 3U);
}

TEST(Links_ForbiddenTurn, ReadsZero) {
  Bench bench(small_array(2, 2));
  put_counter(bench, 0);
  bench.link(0, 0, "S") = bench.result();
  bench.link(2, 0, "E") = bench.input(0, "S");  // column to row
  bench.put(3, 0, Opcode::kMov, {bench.input(2, "E")});
  bench.run(1, 5, 1);
  EXPECT_EQ(bench.result_of(3, 5), 0U);
}

TEST(Links_ConfiguredLoop, ReadsZeroInsteadOfRunningRound) {
  arch::Cgra cgra = small_array(2, 2);
  cgra.bypass.turns = arch::Turns::kAny;
  Bench bench(cgra);
  bench.link(0, 0, "E") = bench.input(2, "N");
  bench.link(1, 0, "S") = bench.input(0, "E");
  bench.link(3, 0, "W") = bench.input(1, "S");
  bench.link(2, 0, "N") = bench.input(3, "W");
  bench.put(1, 0, Opcode::kMov, {bench.input(0, "E")});
  bench.run(1, 5, 1);
  EXPECT_EQ(bench.result_of(1, 5), 0U);
}

TEST(Links_IdleInAnotherSlot, CarryZeroThere) {
  Bench bench(small_array(1, 2));
  bench.put(0, 0, Opcode::kMov, {bench.constant(0, 0)}).constants = {9, 0};
  bench.link(0, 1, "E") = bench.result();
  bench.put(1, 0, Opcode::kMov, {bench.input(0, "E")});
  bench.put(1, 1, Opcode::kMov, {bench.input(0, "E")});
  bench.run(2, 2, 2);
  EXPECT_EQ(bench.result_of(1, 2), 9U);
  EXPECT_EQ(bench.result_of(1, 3), 0U);
}

}  // namespace
}  // namespace heddle::systemc
