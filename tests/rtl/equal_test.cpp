// RTL and SystemC on the same random configurations: every PE's RES in every array cycle, live-outs, scratchpad,
// cycles.
#include <algorithm>
#include <map>

#include "systemc_models/cgra/cgra_model.h"
#include "tests/rtl/random_image.h"
#include "tests/rtl/support.h"
#include "tests/support/matchers.h"

namespace heddle {
namespace {

using codegen::Device;
namespace host = codegen::host_map;

constexpr int kRuns = 60;

/// All that a host, or a probe, can see of a run.
struct Observation {
  std::vector<std::vector<std::uint64_t>> results;  ///< [array cycle][pe]
  std::vector<std::uint32_t> live_outs;
  std::vector<std::uint32_t> scratchpad;
  std::uint32_t run_cycles = 0;
  std::uint32_t stall_cycles = 0;
  std::uint64_t clocks = 0;  ///< of all of this, host accesses included
};

void write_word(Device& device, std::uint32_t address, std::uint32_t word) {
  device.write(address, std::span(&word, 1));
}

void configure(Device& device, const RandomRun& run) {
  for (std::size_t pe = 0; pe < run.words.size(); ++pe)
    for (std::size_t slot = 0; slot < run.words[pe].size(); ++slot)
      device.write(host::configuration(static_cast<int>(pe), static_cast<int>(slot), 0), run.words[pe][slot]);
  const auto ii = static_cast<std::uint32_t>(run.ii);
  write_word(device, host::kIiMinus1, ii - 1);
  write_word(device, host::kTripCount, run.trip_count);
  write_word(device, host::kLastIt, run.trip_count - 1 + (run.schedule_length - 1) / ii);
  write_word(device, host::kLastItHigh, 0);
  write_word(device, host::kLastSlot, (run.schedule_length - 1) % ii);
  if (!run.loops.empty()) device.write(host::kLoops, run.loops);
}

std::vector<std::uint32_t> read_block(Device& device, std::uint32_t address, std::size_t words) {
  std::vector<std::uint32_t> block(words);
  device.read(address, block);
  return block;
}

/// The same host actions for any device; `data` goes to the start of the scratchpad and of each bank.
Observation observe(const arch::Cgra& cgra, Device& device, const RandomRun& run,
                    const std::vector<std::uint32_t>& data) {
  Observation seen;
  const std::uint64_t before = device.clock_cycles();
  device.set_probe([&](const codegen::ProbeSample& sample) {
    EXPECT_EQ(sample.array_cycle, seen.results.size());
    seen.results.emplace_back(sample.results.begin(), sample.results.end());
  });
  configure(device, run);
  device.write(host::kScratchpad, data);
  EXPECT_THAT(device.start_and_wait(1'000'000), IsOk());
  for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) {
    const int count = cgra.pe_class(arch::PeId(static_cast<std::int64_t>(pe))).live_outs;
    for (const std::uint32_t word :
         read_block(device, host::live_out(static_cast<int>(pe), 0), static_cast<std::size_t>(2 * count)))
      seen.live_outs.push_back(word);
  }
  seen.scratchpad = read_block(device, host::kScratchpad, data.size());
  const auto counters = read_block(device, host::kRunCycles, 2);
  seen.run_cycles = counters[0];
  seen.stall_cycles = counters[1];
  seen.clocks = device.clock_cycles() - before;
  return seen;
}

/// Shipped arrays, and variations that none of them has: word widths, interleaving, two ports, latencies, torus links.
arch::Cgra variation(const std::string& name) {
  arch::Cgra cgra = shipped(name.substr(0, name.find("__")));
  const bool varied = name.find("__") != std::string::npos;
  cgra.scratchpad.bank_bytes = 256;  // so that accesses meet
  if (!varied) return cgra;
  cgra.name = name;
  cgra.scratchpad.interleaved = true;
  cgra.scratchpad.banks = 2;
  cgra.scratchpad.ports = name.ends_with("64") ? 1 : 2;
  cgra.word_bits = name.ends_with("64") ? 64 : name.ends_with("16") ? 16 : 32;
  for (arch::PeClass& kind : cgra.classes) {
    kind.operations[dfg::Opcode::kMul] = {3, 1};
    kind.operations[dfg::Opcode::kXor] = {2, 1};
    std::erase_if(kind.operations,
                  [&](const auto& entry) { return dfg::info(entry.first).word_bits > cgra.word_bits; });
    if (cgra.word_bits == 64 && kind.memory)
      kind.operations[dfg::Opcode::kLoad64] = kind.operations.at(dfg::Opcode::kLoadU8);
    for (auto& [op, timing] : kind.operations) {
      if (dfg::is_load(op)) timing.latency = 3;
      if (dfg::is_division(op)) timing = {8, 2};
    }
    kind.constants = 3;
    kind.live_outs = 3;
  }
  EXPECT_THAT(arch::finish(cgra), IsOk());
  return cgra;
}

class RtlEqualsSystemC : public testing::TestWithParam<std::string> {};

TEST_P(RtlEqualsSystemC, RandomConfigurations_EverythingVisibleAgrees) {
  const arch::Cgra cgra = variation(GetParam());
  auto rtl = session::make_rtl_device(cgra, rtl_options(cgra, "equal_" + GetParam()), {});
  ASSERT_THAT(rtl, IsOk());
  const auto systemc = systemc::make_cgra_device(cgra);
  RandomImages images(cgra, 1);
  Random random(2);
  std::uint64_t stalls = 0;
  for (int k = 0; k < kRuns; ++k) {
    const RandomRun run = images.draw();
    std::vector<std::uint32_t> data(static_cast<std::size_t>(cgra.scratchpad.bytes() / 4));
    for (auto& word : data) word = static_cast<std::uint32_t>(random.next());
    const Observation expected = observe(cgra, *systemc, run, data);
    const Observation actual = observe(cgra, **rtl, run, data);
    for (std::size_t cycle = 0; cycle < std::min(expected.results.size(), actual.results.size()); ++cycle)
      ASSERT_EQ(actual.results[cycle], expected.results[cycle])
          << "run " << k << ", II " << run.ii << ", array cycle " << cycle;
    ASSERT_EQ(actual.results.size(), expected.results.size()) << "run " << k;
    ASSERT_EQ(actual.live_outs, expected.live_outs) << "run " << k;
    ASSERT_EQ(actual.scratchpad, expected.scratchpad) << "run " << k;
    ASSERT_EQ(actual.run_cycles, expected.run_cycles) << "run " << k;
    ASSERT_EQ(actual.stall_cycles, expected.stall_cycles) << "run " << k;
    ASSERT_EQ(actual.clocks, expected.clocks) << "run " << k;
    stalls += actual.stall_cycles;
  }
  EXPECT_EQ(stalls > 0, cgra.memory_pes.size() > static_cast<std::size_t>(cgra.scratchpad.ports));
}

INSTANTIATE_TEST_SUITE_P(Arrays, RtlEqualsSystemC,
                         testing::Values("single_1x1", "mesh_2x2", "hycube_4x4", "mesh_2x2__16", "hycube_4x4__32",
                                         "mesh_2x2__64", "float_4x4", "minifloat_4x4", "hycube_agu_4x4",
                                         "hycube_nest_4x4"),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace heddle
