// The verilated array as a device: a program written by hand, cycle counts, probes, assertions, waves, the cache.
#include "tests/rtl/support.h"

#include <atomic>
#include <fstream>
#include <thread>

#include "compiler/base/files.h"
#include "compiler/codegen/layout.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary.h"

namespace heddle {
namespace {

using codegen::Device;
using codegen::PeWord;
using dfg::Opcode;
namespace host = codegen::host_map;

constexpr std::uint64_t kTrips = 10;
constexpr std::uint32_t kInput = 0x100;   // a[]
constexpr std::uint32_t kOutput = 0x800;  // b[]

/// Configuration of the only PE of single_1x1, slot by slot.
std::vector<PeWord> words_of(const codegen::Layout& layout, std::size_t ii) {
  return std::vector<PeWord>(ii, codegen::idle_word(layout.parameters));
}

/// for i: { sum += a[i]; b[i] = i; } with II = 4 and sum starting at 100; r0 holds i, r1 the sum.
std::vector<PeWord> sum_program(const codegen::Layout& layout) {
  std::vector<PeWord> words = words_of(layout, 4);
  const int result = codegen::Layout::result();
  const int read = codegen::Layout::read_port(0);
  words[0].op = static_cast<int>(Opcode::kAdd);  // i = i@1 init -1, + 1
  words[0].constants = {0xFFFFFFFFU, 1};
  words[0].source[0] = read;
  words[0].source[1] = layout.constant(1);
  words[0].init[0] = 1;
  words[0].init_stage = 1;
  words[0].rf_write[0] = {result, 1};  // the sum of the iteration before
  words[1].op = static_cast<int>(Opcode::kLoadS32);
  words[1].constants = {kInput, 0};
  words[1].mem_shift = 2;
  words[1].source[0] = result;
  words[1].rf_write[0] = {result, 0};
  words[2].op = static_cast<int>(Opcode::kStore32);
  words[2].constants = {kOutput, 0};
  words[2].mem_shift = 2;
  words[2].source[0] = words[2].source[1] = read;
  words[3].op = static_cast<int>(Opcode::kAdd);  // sum = a[i] + sum@1 init 100
  words[3].constants = {100, 0};
  words[3].source[0] = result;
  words[3].source[1] = read;
  words[3].rf_read[0] = 1;
  words[3].init[1] = 1;
  words[3].init_stage = 1;
  words[3].live_out = 1;
  return words;
}

void load(Device& device, const codegen::Layout& layout, const std::vector<PeWord>& words) {
  for (std::size_t slot = 0; slot < words.size(); ++slot)
    device.write(host::configuration(0, static_cast<int>(slot), 0), codegen::encode(layout, words[slot]));
  const auto write = [&](std::uint32_t address, std::uint32_t word) { device.write(address, std::span(&word, 1)); };
  write(host::kIiMinus1, static_cast<std::uint32_t>(words.size() - 1));
  write(host::kTripCount, kTrips);
  write(host::kLastIt, kTrips - 1);
  write(host::kLastItHigh, 0);
  write(host::kLastSlot, static_cast<std::uint32_t>(words.size() - 1));
}

std::uint32_t read_word(Device& device, std::uint32_t address) {
  std::uint32_t word = 0;
  device.read(address, std::span(&word, 1));
  return word;
}

class RtlDevice : public testing::Test {
 protected:
  std::unique_ptr<Device> make(bool trace = false) {
    session::RtlOptions options = rtl_options(cgra_, testing::UnitTest::GetInstance()->current_test_info()->name());
    options.trace = trace;
    auto device = session::make_rtl_device(cgra_, options, {});
    EXPECT_THAT(device, IsOk());
    return device ? std::move(*device) : nullptr;
  }

  arch::Cgra cgra_ = shipped("single_1x1");
  codegen::Layout layout_ = codegen::layout(codegen::layout_parameters(cgra_, arch::PeId(0)));
};

TEST_F(RtlDevice, SumProgram_ResultsMemoryAndCyclesAreRight) {
  const auto device = make();
  ASSERT_NE(device, nullptr);
  std::vector<std::uint32_t> input(kTrips);
  std::uint32_t sum = 100;
  for (std::size_t i = 0; i < kTrips; ++i) sum += input[i] = static_cast<std::uint32_t>(i * 7919 - 20000);
  load(*device, layout_, sum_program(layout_));
  device->write(host::kScratchpad + kInput, input);
  for (int launch = 0; launch < 2; ++launch) {
    const std::uint64_t before = device->clock_cycles();
    ASSERT_THAT(device->start_and_wait(1000), IsOk());
    EXPECT_EQ(device->clock_cycles() - before, 4 * kTrips + 2);
    EXPECT_EQ(read_word(*device, host::kRunCycles), 4 * kTrips);
    EXPECT_EQ(read_word(*device, host::kStallCycles), 0U);
    EXPECT_EQ(read_word(*device, host::live_out(0, 0)), sum);
  }
  std::vector<std::uint32_t> output(kTrips);
  const std::uint64_t before = device->clock_cycles();
  device->read(host::kScratchpad + kOutput, output);
  EXPECT_EQ(device->clock_cycles() - before, kTrips + 1);
  for (std::size_t i = 0; i < kTrips; ++i) EXPECT_EQ(output[i], i);
}

TEST_F(RtlDevice, Probe_SeesEveryArrayCycle) {
  const auto device = make();
  ASSERT_NE(device, nullptr);
  load(*device, layout_, sum_program(layout_));
  std::vector<std::uint64_t> results;
  device->set_probe([&](const codegen::ProbeSample& sample) {
    EXPECT_EQ(sample.array_cycle, results.size());
    results.push_back(sample.results[0]);
  });
  ASSERT_THAT(device->start_and_wait(1000), IsOk());
  ASSERT_EQ(results.size(), 4 * kTrips + 1);
  EXPECT_EQ(results[0], 0U);  // cleared by the start
  for (std::size_t i = 0; i < kTrips; ++i) EXPECT_EQ(results[4 * i + 1], i) << "i is in RES one cycle after its issue";
}

TEST_F(RtlDevice, TwoResultsInOneCycle_FailTheRunWithTheAssertion) {
  const auto device = make();
  ASSERT_NE(device, nullptr);
  std::vector<PeWord> words = words_of(layout_, 2);
  words[0].op = static_cast<int>(Opcode::kMul);  // latency 2: completes together with the add of slot 1
  words[1].op = static_cast<int>(Opcode::kAdd);
  load(*device, layout_, words);
  EXPECT_THAT(device->start_and_wait(1000), HasError(ErrorCode::kMismatch, "OneResultACycle"));
}

TEST_F(RtlDevice, CycleLimit_EndsAHang) {
  const auto device = make();
  ASSERT_NE(device, nullptr);
  load(*device, layout_, sum_program(layout_));
  EXPECT_THAT(device->start_and_wait(7), HasError(ErrorCode::kMismatch, "busy after 7 clock cycles"));
}

TEST_F(RtlDevice, Trace_WritesAWaveformOnlyIfBuiltWithIt) {
  const auto plain = make(false);
  ASSERT_NE(plain, nullptr);
  const std::string path = test::temporary("rtl_wave.fst").string();
  EXPECT_THAT(plain->open_trace(path), HasError(ErrorCode::kIo, "without waves"));
  const auto traced = make(true);
  ASSERT_NE(traced, nullptr);
  EXPECT_THAT(traced->open_trace("x.vcd"), HasError(ErrorCode::kUnsupported, ".fst"));
  ASSERT_THAT(traced->open_trace(path), IsOk());
  load(*traced, layout_, sum_program(layout_));
  ASSERT_THAT(traced->start_and_wait(1000), IsOk());
  traced->close_trace();
  EXPECT_GT(std::filesystem::file_size(path), 1000U);
}

TEST_F(RtlDevice, OtherArchitecture_Refused) {
  const session::RtlOptions options = rtl_options(cgra_, "other_architecture");
  EXPECT_THAT(session::make_rtl_device(shipped("mesh_2x2"), options, {}), HasError(ErrorCode::kBadInput, "has 1 PEs"));
}

TEST_F(RtlDevice, BrokenSource_FailsWithVerilatorsMessage) {
  session::RtlOptions options = rtl_options(cgra_, "broken_source");
  std::ofstream(options.rtl_directory / "cgra_top.sv", std::ios::app) << "\nmodule x (\n";
  EXPECT_THAT(session::make_rtl_device(cgra_, options, {}), HasError(ErrorCode::kUnsupported, "cgra_top.sv"));
  EXPECT_FALSE(std::filesystem::exists(options.cache_directory / "model.so"));
}

TEST_F(RtlDevice, Cache_TwoAtOnceBuildOnce) {
  session::RtlOptions options = rtl_options(cgra_, "cache");
  options.cache_directory = fresh_directory("cache_libraries");
  std::atomic<int> builds = 0;
  Context context;
  context.log = [&](LogLevel, const std::string&) { ++builds; };
  const auto make_one = [&] { EXPECT_THAT(session::make_rtl_device(cgra_, options, context), IsOk()); };
  std::thread other(make_one);
  make_one();
  other.join();
  make_one();
  EXPECT_EQ(builds, 1);
}

}  // namespace
}  // namespace heddle
