// Random graphs, mapped and encoded, launched through the host port: RTL = SystemC = interpreter, in values and cycles.
#include <algorithm>

#include "compiler/dfg/legalize.h"
#include "compiler/dfg/text.h"
#include "compiler/mapper/solve.h"
#include "runtime/session/backend.h"
#include "systemc_models/cgra/cgra_model.h"
#include "tests/rtl/support.h"
#include "tests/support/matchers.h"
#include "tests/support/random_graph.h"

namespace heddle {
namespace {

using testing_support::RandomGraph;
using testing_support::RandomGraphOptions;

constexpr int kGraphs = 25;

/// What any PE computes, if there are number formats among it: then they are half of the operations.
std::vector<dfg::Opcode> operations_of(const arch::Cgra& cgra) {
  std::vector<dfg::Opcode> numbers;
  std::vector<dfg::Opcode> integers;
  for (const dfg::OpcodeInfo& entry : dfg::opcodes()) {
    if (dfg::is_memory(entry.op) || dfg::is_division(entry.op) || entry.word_bits > cgra.word_bits) continue;
    for (const arch::PeClass& kind : cgra.classes) {
      if (!kind.operations.contains(entry.op)) continue;
      (dfg::is_number(entry.op) ? numbers : integers).push_back(entry.op);
      break;
    }
  }
  if (numbers.empty()) return {};
  integers.insert(integers.end(), numbers.begin(), numbers.end());
  return integers;
}

bool has_generators(const arch::Cgra& cgra) {
  return std::any_of(cgra.classes.begin(), cgra.classes.end(),
                     [](const arch::PeClass& kind) { return kind.address_generators > 0; });
}

RandomGraphOptions options_for(std::uint64_t seed) {
  RandomGraphOptions options;
  options.nodes = 1 + static_cast<int>(seed % 14);
  options.memory_ops = static_cast<int>(1 + seed % 4);
  options.recurrences = static_cast<int>(seed % 4);
  return options;
}

/// The graph as a compiled region, if the mapper finds a mapping.
std::optional<session::CompiledRegion> compile(const dfg::Graph& graph, const arch::Cgra& cgra) {
  session::CompiledRegion region;
  region.name = "random";
  region.graph = dfg::legalize(graph, arch::fewest_constants(cgra), arch::fewest_constants(cgra, true)).value();
  const mapper::Problem problem{region.graph, cgra};
  mapper::Options options;
  options.seconds = 2;
  const auto answer = mapper::solve("heuristic", problem, options, {});
  EXPECT_THAT(answer, IsOk());
  if (!answer || !answer->mapping) return {};
  region.mapping = *answer->mapping;
  region.image = codegen::encode_image(problem, region.mapping);
  return region;
}

struct Outcome {
  session::LaunchResult result;
  std::vector<std::uint8_t> memory;
};

/// Launches on `memory`, all of which is copied in and out.
Outcome launch(session::Backend& backend, const session::CompiledRegion& region, const dfg::Launch& what,
               std::vector<std::uint8_t> memory) {
  session::LaunchPlan plan;
  plan.region = &region;
  plan.trip_count = what.trip_count;
  plan.live_ins = what.live_ins;
  plan.array_bases = what.array_bases;
  const session::Transfer all{reinterpret_cast<char*>(memory.data()), 0, static_cast<std::int64_t>(memory.size())};
  plan.in = plan.out = {all};
  auto result = backend.launch(plan, {});
  EXPECT_THAT(result, IsOk());
  return {result.value_or(session::LaunchResult{}), memory};
}

class RtlRunsGraphs : public testing::TestWithParam<std::string> {};

TEST_P(RtlRunsGraphs, RandomGraphs_EqualInterpreterAndSystemC) {
  const arch::Cgra cgra = shipped(GetParam());
  auto rtl_device = session::make_rtl_device(cgra, rtl_options(cgra, "graphs_" + GetParam()), {});
  ASSERT_THAT(rtl_device, IsOk());
  const auto systemc_device = systemc::make_cgra_device(cgra);
  const auto rtl = session::make_device_backend(cgra, **rtl_device, "rtl");
  const auto systemc = session::make_device_backend(cgra, *systemc_device, "systemc");
  const auto interpreter = session::make_interpreter_backend(cgra);
  int mapped = 0;
  for (std::uint64_t seed = 0; seed < kGraphs; ++seed) {
    RandomGraphOptions options = options_for(seed);
    options.operations = operations_of(cgra);
    options.steps = has_generators(cgra);
    options.loop_levels = cgra.loop_levels;
    RandomGraph random(seed, options);
    const auto region = compile(random.graph(), cgra);
    if (!region) continue;
    ++mapped;
    for (const std::uint64_t trips : {std::uint64_t{1}, std::uint64_t{3}, RandomGraph::kMaxTripCount}) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", " + std::to_string(trips) + " iterations\n" +
                   dfg::print_text(region->graph));
      const dfg::Launch what = random.launch(trips);
      const auto memory = random.scratchpad(random.footprint());
      const Outcome expected = launch(*interpreter, *region, what, memory);
      for (session::Backend* backend : {rtl.get(), systemc.get()}) {
        const Outcome actual = launch(*backend, *region, what, memory);
        ASSERT_EQ(actual.result.live_outs, expected.result.live_outs) << backend->name();
        ASSERT_EQ(actual.memory, expected.memory) << backend->name();
        ASSERT_EQ(actual.result.cycles, expected.result.cycles) << backend->name();
      }
    }
  }
  EXPECT_GE(mapped * 10, kGraphs * 8) << "too few graphs were mapped for the comparison to mean much";
}

INSTANTIATE_TEST_SUITE_P(Arrays, RtlRunsGraphs,
                         testing::Values("mesh_2x2", "hycube_4x4", "heterogeneous_4x4", "diagonal_4x4", "float_4x4",
                                         "minifloat_4x4", "hycube_agu_4x4", "hycube_nest_4x4"),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace heddle
