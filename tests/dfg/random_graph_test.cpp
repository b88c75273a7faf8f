#include "tests/support/random_graph.h"

#include "compiler/dfg/verify.h"
#include "tests/support/matchers.h"

namespace heddle::dfg {
namespace {

using testing_support::RandomGraph;
using testing_support::RandomGraphOptions;

RandomGraphOptions options_for(std::uint64_t seed) {
  RandomGraphOptions options;
  options.nodes = static_cast<int>(seed % 40);
  options.memory_ops = static_cast<int>(seed % 7);
  options.recurrences = static_cast<int>(seed % 5);
  options.word_bits = seed % 3 == 0 ? 16 : seed % 3 == 1 ? 32 : 64;
  return options;
}

TEST(RandomGraph_Build, VerifiesForExecution) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const RandomGraph random(seed, options_for(seed));
    ASSERT_THAT(verify(random.graph(), Purpose::kExecution), IsOk()) << "seed " << seed;
  }
}

TEST(RandomGraph_Launch, AccessesAreAlignedAndStayInTheirArray) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    RandomGraph random(seed, options_for(seed));
    const Graph& graph = random.graph();
    const Launch launch = random.launch(RandomGraph::kMaxTripCount);
    auto scratchpad = random.scratchpad(random.footprint());
    const Observer observer = [&](NodeId id, std::uint64_t, std::uint64_t, std::uint64_t address, bool accessed) {
      if (!accessed) return;
      const Node& node = graph.node(id);
      const auto bytes = static_cast<std::uint64_t>(info(node.op).access_bytes);
      ASSERT_EQ(address % bytes, 0U);
      const std::uint64_t base = launch.array_bases[node.array.index()];
      ASSERT_GE(address, base) << "seed " << seed;
      ASSERT_LE(address + bytes, base + static_cast<std::uint64_t>(*graph.arrays[node.array.index()].bytes));
    };
    interpret(graph, launch, scratchpad, observer);
  }
}

TEST(RandomGraph_Build, SameSeedSameGraph) {
  EXPECT_EQ(RandomGraph(5, {}).graph(), RandomGraph(5, {}).graph());
  EXPECT_NE(RandomGraph(5, {}).graph(), RandomGraph(6, {}).graph());
}

}  // namespace
}  // namespace heddle::dfg
