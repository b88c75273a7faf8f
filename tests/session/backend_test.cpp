// The two engines of launches: the interpreter's cycle counts against hand calculation, and the driver of devices
// against a scripted device.
#include "runtime/session/backend.h"

#include <numeric>

#include "compiler/arch/cgra.h"
#include "compiler/codegen/layout.h"
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "runtime/session/conflicts.h"
#include "tests/support/matchers.h"

namespace heddle::session {
namespace {

using ::testing::ElementsAre;
namespace host_map = codegen::host_map;

const Context kContext;

/// s += a[i]; b[i] = s + x, with II = 2: node times by hand, 2 live-ins patched (x and the bases).
constexpr const char* kLoop = R"(graph loop word 32
array a element 4 read
array b element 4 write
live_in x
live_out sum
%n0 = add %n0@1 init -1, 1
%n1 = load_s32 a[%n0 << 2]
%n2 = add %n2@1 init 0, %n1 live_out sum
%n3 = add %n2, $x
%n4 = store_32 b[%n0 << 2], %n3
)";

arch::Cgra array() {
  auto cgra = arch::find("mesh_2x2", std::string(HEDDLE_SOURCE_DIR) + "/workloads/architectures");
  EXPECT_THAT(cgra, IsOk());
  cgra->scratchpad = {2, 64, 1, false};
  return *cgra;
}

/// The parts of a compiled region that a backend reads; the configuration bits themselves are arbitrary here.
CompiledRegion loop_region(const arch::Cgra& cgra) {
  CompiledRegion region;
  auto graph = dfg::parse_text(kLoop, "loop.dfg");
  EXPECT_THAT(graph, IsOk());
  EXPECT_THAT(dfg::verify(*graph, dfg::Purpose::kExecution), IsOk());
  region.graph = *graph;
  region.mapping.ii = 2;
  for (const int time : {0, 1, 3, 4, 5}) region.mapping.nodes.push_back({arch::PeId(0), time});
  region.image.ii = 2;
  region.image.schedule_length = 6;
  for (const auto& pe : cgra.pes) {
    static_cast<void>(pe);
    const auto layout = codegen::layout(codegen::layout_parameters(cgra, arch::PeId(0)));
    region.image.words.emplace_back(2, std::vector<std::uint32_t>(static_cast<std::size_t>(layout.chunks), 7));
  }
  region.image.patches = {{arch::PeId(1), 0, 0, dfg::Immediate::of_live_in(dfg::LiveInId(0))},
                          {arch::PeId(2), 1, 0, dfg::Immediate::array_base(dfg::ArrayId(1), 4)}};
  region.image.live_outs = {{0, arch::PeId(3), 1}};
  return region;
}

struct Loop : ::testing::Test {
  Loop() { std::iota(a.begin(), a.end(), 1); }

  /// Three iterations, with both arrays at these scratchpad addresses.
  LaunchPlan plan(std::uint32_t a_at, std::uint32_t b_at) {
    LaunchPlan made;
    made.region = &region;
    made.trip_count = 3;
    made.live_ins = {100};
    made.array_bases = {a_at, b_at};
    made.array_ranges = {{a_at, a_at + 12}, {b_at, b_at + 12}};
    made.in = {{reinterpret_cast<char*>(a.data()), a_at, 12}};
    made.out = {{reinterpret_cast<char*>(b.data()), b_at, 12}};
    return made;
  }
  [[nodiscard]] std::uint64_t configuration_words() const {
    std::uint64_t words = 0;
    for (const auto& slots : region.image.words) {
      for (const auto& chunks : slots) words += chunks.size();
    }
    return words;
  }

  arch::Cgra cgra = array();
  CompiledRegion region = loop_region(cgra);
  std::array<int, 3> a = {};
  std::array<int, 3> b = {};
};

TEST_F(Loop, Interpreter_ComputesValues) {
  const auto backend = make_interpreter_backend(cgra);
  const auto result = backend->launch(plan(0, 64), kContext);
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(b, ElementsAre(101, 103, 106));
  EXPECT_THAT(result->live_outs, ElementsAre(6));
}

TEST_F(Loop, Interpreter_CountsEveryClockCycle) {
  const auto backend = make_interpreter_backend(cgra);
  const auto cycles = backend->launch(plan(0, 64), kContext)->cycles;
  EXPECT_EQ(cycles.configuration, configuration_words());
  EXPECT_EQ(cycles.live_in, 2U + 5U + 2U);  // two patched fields, five control registers, start and done
  EXPECT_EQ(cycles.dma_in, 3U);
  EXPECT_EQ(cycles.run, 2U * 2U + 6U);  // (N-1) * II + SL
  EXPECT_EQ(cycles.stall, 0U);
  EXPECT_EQ(cycles.dma_out, 3U + 1U);
  EXPECT_EQ(cycles.live_out, 3U + 2U);  // two counters, one live-out
}

TEST_F(Loop, Interpreter_ConfiguresOnlyWhenTheRegionChanges) {
  const auto backend = make_interpreter_backend(cgra);
  const CompiledRegion first = region;
  EXPECT_EQ(backend->launch(plan(0, 64), kContext)->cycles.configuration, configuration_words());
  EXPECT_EQ(backend->launch(plan(0, 64), kContext)->cycles.configuration, 0U);
  region.image.words[0][0][0] ^= 1U;
  EXPECT_EQ(backend->launch(plan(0, 64), kContext)->cycles.configuration, configuration_words());
}

TEST_F(Loop, Interpreter_SharedBank_StallsWhereLoadMeetsStore) {
  const auto backend = make_interpreter_backend(cgra);
  // Loads issue in cycles 1, 3, 5 and stores in 5, 7, 9: one clash, if both are in bank 0.
  const auto cycles = backend->launch(plan(0, 32), kContext)->cycles;
  EXPECT_EQ(cycles.stall, 1U);
  EXPECT_EQ(cycles.run, 11U);
}

TEST_F(Loop, Interpreter_UnalignedTransfers_MoveOnlyTheirBytes) {
  const auto backend = make_interpreter_backend(cgra);
  LaunchPlan shifted = plan(0, 64);
  std::array<char, 6> bytes = {1, 2, 3, 4, 5, 6};
  shifted.in.push_back({bytes.data(), 41, 6});
  std::array<char, 8> back = {9, 9, 9, 9, 9, 9, 9, 9};
  shifted.out.push_back({back.data() + 1, 41, 6});
  const auto result = backend->launch(shifted, kContext);
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(back, ElementsAre(9, 1, 2, 3, 4, 5, 6, 9));
  EXPECT_EQ(result->cycles.dma_in, 3U + 2U);  // bytes 41..46 lie in two words
  EXPECT_EQ(result->cycles.dma_out, 4U + 3U);
}

TEST_F(Loop, Fast_OwnBanks_LeavesTheValuesToTheProgramAndCountsTheSameCycles) {
  const auto fast = make_fast_backend(cgra);
  const auto interpreter = make_interpreter_backend(cgra);
  for (int round = 0; round < 2; ++round) {
    const auto result = fast->launch(plan(0, 64), kContext);
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->how, HowRun::kNatively);
    EXPECT_THAT(b, ElementsAre(0, 0, 0));
    LaunchPlan elsewhere = plan(0, 64);
    elsewhere.out.clear();
    auto cycles = interpreter->launch(elsewhere, kContext)->cycles;
    cycles.dma_out = 4;
    EXPECT_EQ(result->cycles, cycles);
  }
}

TEST_F(Loop, Fast_SharedBank_IsInterpretedAndStalls) {
  const auto result = make_fast_backend(cgra)->launch(plan(0, 32), kContext);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->how, HowRun::kInterpreted);
  EXPECT_EQ(result->cycles, make_interpreter_backend(cgra)->launch(plan(0, 32), kContext)->cycles);
  EXPECT_EQ(result->cycles.stall, 1U);
  EXPECT_THAT(b, ElementsAre(101, 103, 106));
  EXPECT_THAT(result->live_outs, ElementsAre(6));
}

TEST_F(Loop, CannotStall_KnowsBanksPortsAndSlots) {
  EXPECT_TRUE(cannot_stall(cgra, plan(0, 64)));   // banks 0 and 1
  EXPECT_FALSE(cannot_stall(cgra, plan(0, 32)));  // both in bank 0
  LaunchPlan across = plan(0, 64);
  across.array_ranges[0] = {0, 65};  // one byte of bank 1
  EXPECT_FALSE(cannot_stall(cgra, across));
  across.array_ranges[1] = {70, 70};  // touches nothing
  EXPECT_TRUE(cannot_stall(cgra, across));
  cgra.scratchpad.ports = 2;
  EXPECT_TRUE(cannot_stall(cgra, plan(0, 32)));
  cgra.scratchpad.ports = 1;
  region.mapping.nodes[4].time = 6;  // the other slot
  EXPECT_TRUE(cannot_stall(cgra, plan(0, 32)));
}

TEST_F(Loop, CannotStall_LoadsThatTheProgramMaySkipReachEverything) {
  LaunchPlan guarded = plan(0, 64);
  for (ScratchpadRange& range : guarded.array_ranges) range.may_be_skipped = true;
  EXPECT_FALSE(cannot_stall(cgra, guarded));
}

TEST_F(Loop, CannotStall_InterleavedBanks) {
  cgra.scratchpad.interleaved = true;
  EXPECT_FALSE(cannot_stall(cgra, plan(0, 64)));
  LaunchPlan words = plan(0, 64);
  words.array_ranges = {{0, 4}, {68, 72}};  // one word each: bank 0, bank 1
  EXPECT_TRUE(cannot_stall(cgra, words));
  words.array_ranges = {{0, 4}, {64, 68}};
  EXPECT_FALSE(cannot_stall(cgra, words));
}

TEST(Patterns, StarsStandForAnything) {
  EXPECT_TRUE(matches("conv1", "conv1"));
  EXPECT_FALSE(matches("conv1", "conv12"));
  EXPECT_TRUE(matches("conv*", "conv12"));
  EXPECT_TRUE(matches("*sums*", "a__sums_3"));
  EXPECT_TRUE(matches("a*b*c", "abbc"));
  EXPECT_FALSE(matches("a*b*c", "acb"));
  EXPECT_TRUE(matches("*", ""));
}

TEST_F(Loop, Mixed_TheNextBackendConfiguresAgain) {
  const auto fast = make_fast_backend(cgra);
  const auto interpreter = make_interpreter_backend(cgra);
  region.name = "loop";
  // Launch 1 runs on the interpreter, the others on fast.
  const auto mixed = make_mixed_backend(*fast, {{"lo*", 1, interpreter.get()}, {"other", {}, interpreter.get()}});
  std::vector<std::string> backends;
  std::vector<std::uint64_t> configured;
  for (int launch = 0; launch < 4; ++launch) {
    const auto result = mixed->launch(plan(0, 64), kContext);
    ASSERT_THAT(result, IsOk());
    backends.push_back(result->backend);
    configured.push_back(result->cycles.configuration);
  }
  const std::uint64_t words = configuration_words();
  EXPECT_THAT(backends, ElementsAre("fast", "interpreter", "fast", "fast"));
  EXPECT_THAT(configured, ElementsAre(words, words, words, 0U));
}

/// Records what the host does; a run multiplies nothing, but takes the cycles it is told to take.
class ScriptedDevice final : public codegen::Device {
 public:
  void write(std::uint32_t address, std::span<const std::uint32_t> words) override {
    for (std::size_t k = 0; k < words.size(); ++k) memory[address + static_cast<std::uint32_t>(4 * k)] = words[k];
    clock += words.size();
  }
  void read(std::uint32_t address, std::span<std::uint32_t> words) override {
    for (std::size_t k = 0; k < words.size(); ++k) words[k] = memory[address + static_cast<std::uint32_t>(4 * k)];
    clock += words.size() + 1;
  }
  Status start_and_wait(std::uint64_t limit) override {
    if (run > limit) return fail(ErrorCode::kMismatch, "the array hangs");
    clock += run + 2;
    memory[host_map::kRunCycles] = static_cast<std::uint32_t>(run + lie);
    memory[host_map::kStallCycles] = 0;
    return {};
  }
  [[nodiscard]] std::uint64_t clock_cycles() const override { return clock; }
  void set_probe(std::function<void(const codegen::ProbeSample&)>) override {}
  Status open_trace(const std::string&) override { return {}; }
  void close_trace() override {}

  std::map<std::uint32_t, std::uint32_t> memory;
  std::uint64_t clock = 0;
  std::uint64_t run = 10;
  std::uint64_t lie = 0;
};

TEST_F(Loop, Device_CountsAsTheInterpreterDoes) {
  ScriptedDevice device;
  const auto backend = make_device_backend(cgra, device, "scripted");
  const auto interpreter = make_interpreter_backend(cgra);
  for (int round = 0; round < 2; ++round) {
    const auto result = backend->launch(plan(0, 64), kContext);
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->cycles, interpreter->launch(plan(0, 64), kContext)->cycles);
  }
}

TEST_F(Loop, Device_TotalIsTheClock) {
  ScriptedDevice device;
  const auto backend = make_device_backend(cgra, device, "scripted");
  EXPECT_EQ(backend->launch(plan(0, 64), kContext)->cycles.total(), device.clock);
}

TEST_F(Loop, Device_GetsPatchesControlAndData) {
  ScriptedDevice device;
  device.memory[host_map::live_out(3, 1)] = 77;
  device.memory[host_map::kScratchpad + 64] = 55;
  const auto result = make_device_backend(cgra, device, "scripted")->launch(plan(0, 64), kContext);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(device.memory[host_map::configuration(1, 0, 0)], 100U);
  EXPECT_EQ(device.memory[host_map::configuration(2, 1, 0)], 68U);
  EXPECT_EQ(device.memory[host_map::configuration(0, 0, 0)], 7U);
  EXPECT_EQ(device.memory[host_map::kIiMinus1], 1U);
  EXPECT_EQ(device.memory[host_map::kTripCount], 3U);
  EXPECT_EQ(device.memory[host_map::kLastIt], 4U);    // N - 1 + (SL-1) div II
  EXPECT_EQ(device.memory[host_map::kLastSlot], 1U);  // (SL-1) mod II
  EXPECT_EQ(device.memory[host_map::kScratchpad + 8], 3U);
  EXPECT_EQ(b[0], 55);
  EXPECT_THAT(result->live_outs, ElementsAre(77));
}

TEST_F(Loop, Device_WrongCounter_IsAMismatch) {
  ScriptedDevice device;
  device.lie = 1;
  EXPECT_THAT(make_device_backend(cgra, device, "scripted")->launch(plan(0, 64), kContext),
              HasError(ErrorCode::kMismatch, "RUN_CYCLES says 11"));
}

TEST_F(Loop, Device_Hang_IsReported) {
  ScriptedDevice device;
  device.run = 1'000'000;
  EXPECT_THAT(make_device_backend(cgra, device, "scripted")->launch(plan(0, 64), kContext),
              HasError(ErrorCode::kMismatch, "hangs"));
}

}  // namespace
}  // namespace heddle::session
