#include "runtime/report/graph_layout.h"
#include "runtime/report/network_layout.h"

#include <gtest/gtest.h>
// rapidcheck's header needs gtest's first.
#include <rapidcheck/gtest.h>

#include <cmath>

#include "runtime/report/layered.h"
#include "tests/report/sample.h"
#include "tests/support/random_graph.h"

namespace heddle::report {
namespace {

TEST(NetworkLayout_Of, LayersLieBelowWhatTheyReadAndNeverOverlap) {
  // A residual block and a layer that reads over several ranks.
  const std::vector<std::vector<int>> reads{{}, {0}, {1}, {0}, {2, 3}, {4}, {5, 0}};
  const NetworkLayout layout = lay_out_network(reads, 190, 40);
  ASSERT_EQ(layout.layers.size(), reads.size());
  EXPECT_EQ(layout.edges.size(), 8U);
  for (std::size_t i = 0; i < reads.size(); ++i) {
    const Box& box = layout.layers[i];
    EXPECT_GE(box.x - box.width / 2, 0);
    EXPECT_LE(box.x + box.width / 2, layout.width);
    EXPECT_LE(box.y + box.height / 2, layout.height);
    for (const int read : reads[i]) EXPECT_GT(box.y - 40, layout.layers[static_cast<std::size_t>(read)].y);
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_TRUE(layout.layers[j].y != box.y || std::abs(layout.layers[j].x - box.x) >= 190) << i << " over " << j;
  }
}

dfg::Graph random_graph(std::uint64_t seed, int nodes) {
  testing_support::RandomGraphOptions options;
  options.nodes = nodes;
  options.memory_ops = nodes / 6;
  return testing_support::RandomGraph(seed, options).graph();
}

bool overlap(const Box& a, const Box& b) {
  return std::abs(a.x - b.x) < (a.width + b.width) / 2 && std::abs(a.y - b.y) < (a.height + b.height) / 2;
}

RC_GTEST_PROP(Layout_RandomGraph, BoxesDoNotOverlapAndUsesLieBelow, (std::uint64_t seed)) {
  const dfg::Graph graph = random_graph(seed, *rc::gen::inRange(1, 60));
  const GraphLayout layout = lay_out(graph, std::vector<double>(graph.nodes.size(), 80));
  for (std::size_t i = 0; i < layout.nodes.size(); ++i) {
    const Box& box = layout.nodes[i];
    RC_ASSERT(box.x >= box.width / 2 && box.x + box.width / 2 <= layout.width);
    RC_ASSERT(box.y >= box.height / 2 && box.y + box.height / 2 <= layout.height);
    for (std::size_t j = 0; j < i; ++j) RC_ASSERT(!overlap(box, layout.nodes[j]));
  }
  for (const dfg::ValueEdge& edge : dfg::value_edges(graph)) {
    if (edge.distance == 0) RC_ASSERT(layout.nodes[edge.from.index()].y < layout.nodes[edge.to.index()].y);
  }
}

TEST(Layout_Same, GivesSamePaths) {
  const dfg::Graph graph = random_graph(3, 100);
  const std::vector<double> widths(graph.nodes.size(), 60);
  const GraphLayout a = lay_out(graph, widths);
  const GraphLayout b = lay_out(graph, widths);
  for (std::size_t i = 0; i < a.values.size(); ++i) EXPECT_EQ(a.values[i].path, b.values[i].path);
}

TEST(Layout_EmptyGraph, IsEmpty) { EXPECT_TRUE(lay_out({}, {}).nodes.empty()); }

TEST(Crossings_TwoLayers, AreCountedAndRemoved) {
  // 0 and 1 above 2 and 3, crossed: 0-3, 1-2.
  LayeredGraph graph{{{0, 1}, {2, 3}}, {1, 1, 1, 1}, {{}, {}, {1}, {0}}, {{3}, {2}, {}, {}}};
  EXPECT_EQ(crossings(graph), 1);
  reduce_crossings(graph, 4);
  EXPECT_EQ(crossings(graph), 0);
}

// Three vertices that all want position 10, at least 4 apart: least squares puts them at 6, 10, 14.
TEST(NearestPositions_Crowd, SpreadsAboutTheMean) {
  const auto placed = nearest_positions({10, 10, 10}, {4, 4});
  ASSERT_EQ(placed.size(), 3U);
  EXPECT_DOUBLE_EQ(placed[0], 6);
  EXPECT_DOUBLE_EQ(placed[1], 10);
  EXPECT_DOUBLE_EQ(placed[2], 14);
}

TEST(NearestPositions_FarApart, StayWhereTheyWantToBe) {
  EXPECT_EQ(nearest_positions({0, 50, 70}, {4, 4}), (std::vector<double>{0, 50, 70}));
}

}  // namespace
}  // namespace heddle::report
