#include "tests/systemc_models/bench.h"

namespace heddle::systemc {
namespace {

constexpr std::uint32_t kPad = codegen::host_map::kScratchpad;

/// PE `pe` accesses `address` in slot 0; stores write `data`.
void put_access(Bench& bench, int pe, Opcode op, std::uint64_t address, std::uint64_t data = 0) {
  bench.put(pe, 0, op, {0, bench.constant(pe, 1)}).constants = {address, data};
}

TEST(Memory_Load, ExtendsByItsOpcode) {
  Bench bench(small_array(1, 1));
  bench.write(kPad + 4, 0x8182F3F4);
  const std::vector<std::tuple<Opcode, std::uint64_t, std::uint64_t>> cases = {{Opcode::kLoadU8, 4, 0xF4},
                                                                               {Opcode::kLoadS8, 5, 0xFFFFFFF3},
                                                                               {Opcode::kLoadU16, 4, 0xF3F4},
                                                                               {Opcode::kLoadS16, 6, 0xFFFF8182},
                                                                               {Opcode::kLoadU32, 4, 0x8182F3F4}};
  for (const auto& [op, address, expected] : cases) {
    put_access(bench, 0, op, address);
    bench.run(1, 1, 3);
    EXPECT_EQ(bench.result_of(0, 2), expected) << dfg::name(op);
  }
}

TEST(Memory_Store, WritesItsBytesOnly) {
  Bench bench(small_array(1, 1));
  bench.write(kPad + 8, 0x44332211);
  put_access(bench, 0, Opcode::kStore8, 9, 0xABCD);
  bench.run(1, 1, 1);
  EXPECT_EQ(bench.read(kPad + 8), 0x4433CD11U);
  put_access(bench, 0, Opcode::kStore16, 10, 0x9876);
  bench.run(1, 1, 1);
  EXPECT_EQ(bench.read(kPad + 8), 0x9876CD11U);
}

TEST(Memory_Address, IsBasePlusShiftedIndexAndWraps) {
  Bench bench(small_array(1, 1));
  codegen::PeWord& word = bench.put(0, 0, Opcode::kStore32, {bench.constant(0, 1), bench.constant(0, 1)});
  word.constants = {16, 0xFFFFFFFF};  // index -1
  word.mem_shift = 2;
  bench.run(1, 1, 1);
  EXPECT_EQ(bench.read(kPad + 12), 0xFFFFFFFFU);
  word.constants = {128 + 20, 0};
  bench.write(kPad + 20, 5);
  bench.run(1, 1, 1);
  EXPECT_EQ(bench.read(kPad + 20), 0U);
}

TEST(Memory_Predicate, ZeroSuppressesTheAccess) {
  Bench bench(small_array(1, 1));
  bench.write(kPad, 5);
  put_access(bench, 0, Opcode::kLoadU32, 0);
  bench.word(0).source[2] = bench.constant(0, 1);
  bench.run(1, 1, 3);
  EXPECT_EQ(bench.result_of(0, 2), 0U);
  bench.word(0).constants[1] = 2;
  bench.run(1, 1, 3);
  EXPECT_EQ(bench.result_of(0, 2), 5U);
}

TEST(Memory_InvalidIteration, DoesNotAccess) {
  Bench bench(small_array(1, 1));
  bench.write(kPad, 5);
  put_access(bench, 0, Opcode::kLoadU32, 0);
  bench.word(0).stage = 2;
  bench.run(1, 1, 5);
  const std::vector<std::uint64_t> expected = {0, 0, 0, 0, 5, 0};
  for (std::size_t cycle = 0; cycle < expected.size(); ++cycle)
    EXPECT_EQ(bench.result_of(0, cycle), expected[cycle]) << cycle;
}

/// Clock and stall cycles of one array cycle in which PE p accesses addresses[p].
std::pair<std::uint32_t, std::uint32_t> cycles_of(arch::Cgra cgra, const std::vector<std::uint64_t>& addresses) {
  Bench bench(std::move(cgra));
  for (std::size_t pe = 0; pe < addresses.size(); ++pe)
    put_access(bench, static_cast<int>(pe), Opcode::kLoadU32, addresses[pe]);
  bench.run(1, 1, 1);
  EXPECT_EQ(bench.array_cycles(), 1U);
  return {bench.run_cycles(), bench.stall_cycles()};
}

TEST(Memory_Conflict, StallsTheArrayForTheMostLoadedBank) {
  const arch::Cgra blocked = small_array(1, 4);
  EXPECT_EQ(cycles_of(blocked, {0, 64, 4, 8}), std::pair(3U, 2U));
  EXPECT_EQ(cycles_of(blocked, {0, 64}), std::pair(1U, 0U));
  arch::Cgra two_ports = blocked;
  two_ports.scratchpad.ports = 2;
  EXPECT_EQ(cycles_of(two_ports, {0, 4, 8, 64}), std::pair(2U, 1U));
  arch::Cgra interleaved = blocked;
  interleaved.scratchpad.interleaved = true;
  EXPECT_EQ(cycles_of(interleaved, {0, 64, 8, 4}), std::pair(3U, 2U));
  EXPECT_EQ(cycles_of(interleaved, {0, 4}), std::pair(1U, 0U));
}

TEST(Memory_Stall, HoldsTheRestOfTheArray) {
  Bench bench(small_array(1, 3));
  put_access(bench, 0, Opcode::kLoadU32, 0);
  put_access(bench, 1, Opcode::kLoadU32, 4);
  put_counter(bench, 2);
  bench.run(1, 6, 1);
  EXPECT_EQ(bench.run_cycles(), 12U);
  EXPECT_EQ(bench.result_of(2, 6), 5U);
}

TEST(Memory_Round, LoadSeesStoresOfEarlierRoundsOnly) {
  arch::Cgra cgra = small_array(1, 3);
  Bench one_port(cgra);
  put_access(one_port, 0, Opcode::kLoadU32, 0);
  put_access(one_port, 1, Opcode::kStore32, 0, 9);
  put_access(one_port, 2, Opcode::kLoadU32, 0);
  one_port.run(1, 1, 3);
  EXPECT_EQ(one_port.result_of(0, 2), 0U);
  EXPECT_EQ(one_port.result_of(2, 2), 9U);
  cgra.scratchpad.ports = 2;
  Bench two_ports(cgra);
  put_access(two_ports, 0, Opcode::kStore32, 0, 9);
  put_access(two_ports, 1, Opcode::kLoadU32, 0);
  two_ports.run(1, 1, 3);
  EXPECT_EQ(two_ports.result_of(1, 2), 0U);
}

TEST(Memory_LongLoad, ArrivesWithItsLatencyInArrayCycles) {
  arch::Cgra cgra = small_array(1, 2);
  cgra.classes[0].operations[Opcode::kLoadU32] = {4, 1};
  Bench bench(cgra);
  bench.write(kPad, 5);
  put_access(bench, 0, Opcode::kLoadU32, 0);
  put_access(bench, 1, Opcode::kLoadU32, 4);
  bench.run(1, 1, 5);
  EXPECT_EQ(bench.result_of(0, 3), 0U);
  EXPECT_EQ(bench.result_of(0, 4), 5U);
}

}  // namespace
}  // namespace heddle::systemc
