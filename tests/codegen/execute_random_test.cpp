// The whole way from graph to bits: random graph, legalised, mapped, encoded, executed by the reference executor,
// compared with the interpreter in live-outs and memory.
#include <gtest/gtest.h>

#include <cstdlib>

#include "compiler/codegen/execute.h"
#include "compiler/dfg/legalize.h"
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "compiler/mapper/solve.h"
#include "tests/support/matchers.h"
#include "tests/support/random_graph.h"

namespace heddle::codegen {
namespace {

using testing_support::RandomGraph;
using testing_support::RandomGraphOptions;

struct Setting {
  const char* architecture;
  int first_seed;
  int graphs;
  int nodes;  ///< at most, of arithmetic
  bool division = false;
  int word_bits = 32;
  bool interleaved = false;
};

/// Campaigns: HEDDLE_RANDOM_GRAPHS multiplies the number of graphs.
int graphs(const Setting& setting) {
  const char* factor = std::getenv("HEDDLE_RANDOM_GRAPHS");
  return setting.graphs * (factor == nullptr ? 1 : std::max(1, std::atoi(factor)));
}

void PrintTo(const Setting& setting, std::ostream* out) {
  *out << setting.architecture << " from " << setting.first_seed;
}

/// A shipped array, with another word width and all that it allows, or an interleaved scratchpad, if the setting says
/// so.
arch::Cgra array_for(const Setting& setting) {
  const auto directory = std::filesystem::path(HEDDLE_SOURCE_DIR) / "workloads/architectures";
  arch::Cgra cgra = arch::find(setting.architecture, directory).value();
  cgra.word_bits = setting.word_bits;
  cgra.scratchpad.interleaved = setting.interleaved;
  for (auto& pe_class : cgra.classes) {
    std::erase_if(pe_class.operations,
                  [&](const auto& entry) { return dfg::info(entry.first).access_bytes * 8 > setting.word_bits; });
    if (setting.word_bits < 64) continue;
    pe_class.operations.insert({{dfg::Opcode::kSext32, {1, 1}}, {dfg::Opcode::kZext32, {1, 1}}});
    if (pe_class.memory) pe_class.operations.insert({{dfg::Opcode::kLoad64, {2, 1}}, {dfg::Opcode::kStore64, {1, 1}}});
  }
  EXPECT_THAT(arch::finish(cgra), IsOk());
  return cgra;
}

RandomGraphOptions options_for(std::uint64_t seed, const Setting& setting) {
  RandomGraphOptions options;
  options.word_bits = setting.word_bits;
  options.nodes = 1 + static_cast<int>(seed % static_cast<std::uint64_t>(setting.nodes));
  options.memory_ops = static_cast<int>(seed % 4);
  options.recurrences = static_cast<int>(seed % 4);
  options.live_outs = static_cast<int>(1 + seed % 2);
  if (setting.division)
    options.operations = {dfg::Opcode::kSdiv, dfg::Opcode::kUrem, dfg::Opcode::kAdd, dfg::Opcode::kXor,
                          dfg::Opcode::kMul};
  return options;
}

class Execute_RandomGraph : public testing::TestWithParam<Setting> {
 protected:
  /// Runs the image for several trip counts; the interpreter runs the graph as it was before legalisation.
  void compare(RandomGraph& random, const arch::Cgra& cgra, const Image& image, const std::string& what) {
    for (const std::uint64_t trip_count :
         {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{5}, RandomGraph::kMaxTripCount}) {
      const dfg::Launch launch = random.launch(trip_count);
      auto expected_memory = random.scratchpad(static_cast<std::size_t>(cgra.scratchpad.bytes()));
      auto memory = expected_memory;
      const auto expected = dfg::interpret(random.graph(), launch, expected_memory);
      const Result<Execution> run = execute(cgra, image, launch, memory);
      ASSERT_THAT(run, IsOk()) << what;
      ASSERT_EQ(run->live_outs, expected) << what << ", " << trip_count << " iterations";
      ASSERT_EQ(memory, expected_memory) << what << ", " << trip_count << " iterations";
      ASSERT_EQ(run->array_cycles, (trip_count - 1) * static_cast<std::uint64_t>(image.ii) +
                                       static_cast<std::uint64_t>(image.schedule_length));
      ASSERT_GE(run->clock_cycles, run->array_cycles);
    }
  }
};

TEST_P(Execute_RandomGraph, EqualsTheInterpreter) {
  const Setting& setting = GetParam();
  const arch::Cgra cgra = array_for(setting);
  int mapped = 0;
  for (int i = 0; i < graphs(setting); ++i) {
    const auto seed = static_cast<std::uint64_t>(setting.first_seed + i);
    RandomGraphOptions options = options_for(seed, setting);
    options.steps = std::any_of(cgra.classes.begin(), cgra.classes.end(),
                                [](const auto& pe_class) { return pe_class.address_generators > 0; });
    options.loop_levels = cgra.loop_levels;
    RandomGraph random(seed, options);
    const dfg::Graph graph =
        dfg::legalize(random.graph(), arch::fewest_constants(cgra), arch::fewest_constants(cgra, true)).value();
    const mapper::Problem problem{graph, cgra};
    mapper::Options budget;
    budget.seconds = 2;
    const auto answer = mapper::solve("heuristic", problem, budget, {});
    ASSERT_THAT(answer, IsOk()) << "seed " << seed;
    if (!answer->mapping) continue;
    ++mapped;
    const std::string what = "seed " + std::to_string(seed) + "\n" + dfg::print_text(graph);
    ASSERT_NO_FATAL_FAILURE(compare(random, cgra, encode_image(problem, *answer->mapping), what));
  }
  EXPECT_GE(mapped * 10, graphs(setting) * 8) << "too few graphs were mapped for the comparison to mean much";
}

INSTANTIATE_TEST_SUITE_P(
    Shipped, Execute_RandomGraph,
    testing::Values(Setting{"mesh_4x4", 0, 40, 16}, Setting{"hycube_4x4", 100'000, 40, 16},
                    Setting{"diagonal_4x4", 200'000, 30, 16}, Setting{"heterogeneous_4x4", 300'000, 30, 16},
                    Setting{"mesh_2x2", 400'000, 20, 10}, Setting{"single_1x1", 500'000, 6, 4},
                    Setting{"mesh_4x4", 600'000, 6, 4, true}, Setting{"hycube_4x4", 700'030, 8, 40},
                    Setting{"mesh_4x4", 800'000, 20, 12, false, 16}, Setting{"hycube_4x4", 900'000, 20, 12, false, 64},
                    Setting{"mesh_4x4", 1'000'000, 20, 12, false, 32, true},
                    Setting{"hycube_agu_4x4", 1'100'000, 30, 12}, Setting{"hycube_nest_4x4", 1'400'000, 40, 12},
                    Setting{"hycube_nest_4x4", 1'500'000, 10, 12, false, 64},
                    Setting{"hycube_agu_4x4", 1'200'000, 10, 12, false, 16},
                    Setting{"hycube_agu_4x4", 1'300'000, 10, 12, false, 64}));

}  // namespace
}  // namespace heddle::codegen
