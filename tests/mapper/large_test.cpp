// Large arrays: homes by bisection, and problems whose answer is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "compiler/mapper/search/homes.h"
#include "compiler/mapper/search/tiles.h"
#include "compiler/mapper/solve.h"
#include "tests/mapper/fixtures.h"
#include "tests/mapper/planted.h"

namespace heddle::mapper {
namespace {

using fixtures::ArrayShape;
using fixtures::mesh;

constexpr double kAmple = 1e6;  // seconds: numbers of moves end the search

/// A planted graph on an array, as the search sees it.
struct Scene {
  Scene(const ArrayShape& shape, int ii, int nodes)
      : cgra(mesh(shape)), random(1), made(fixtures::plant(cgra, ii, nodes, random)), problem{made.graph, cgra} {
    for (const auto& pe : cgra.pes) pes.emplace_back(static_cast<std::int64_t>(pe.row * cgra.columns + pe.column));
  }
  arch::Cgra cgra;
  Random random;
  fixtures::Planted made;
  Problem problem;
  std::vector<arch::PeId> pes;
};

/// 300 operations on 12x12, at II 3, and the homes they get.
struct Homes : ::testing::Test {
  Scene scene{{.rows = 12, .columns = 12, .hop_limit = 4}, 3, 300};
  search::Fabric fabric{scene.problem, scene.pes};
  std::vector<Capability> capability = capabilities(scene.problem).value();
  search::Task task{scene.problem, fabric, capability, std::vector<int>(scene.made.graph.nodes.size(), -1)};
  Random random{5};
  std::vector<search::Area> homes = search::homes(fabric, task, 3, random);
};

TEST_F(Homes, HaveRoomAndAnAblePe) {
  ASSERT_EQ(homes.size(), scene.made.graph.nodes.size());
  std::map<std::tuple<int, int, int, int>, int> users;
  for (int n = 0; n < task.nodes; ++n) {
    const auto& home = homes[static_cast<std::size_t>(n)];
    ++users[{home.top, home.left, home.bottom, home.right}];
    bool able = false;
    for (const int* pe = task.able.begin(n); pe != task.able.end(n); ++pe) able |= fabric.inside(home, *pe);
    EXPECT_TRUE(able) << n;
  }
  EXPECT_GE(users.size(), 16U);
  for (const auto& [home, count] : users) {
    const auto [top, left, bottom, right] = home;
    EXPECT_LE(count, 3 * (bottom - top + 1) * (right - left + 1));
  }
}

/// Both ends of most values live near each other; at random they would be 8 links apart on average.
TEST_F(Homes, KeepValuesShort) {
  int links = 0;
  for (const auto& edge : task.edges) {
    const auto& from = homes[static_cast<std::size_t>(edge.from)];
    const auto& to = homes[static_cast<std::size_t>(edge.to)];
    links += (std::abs(from.top - to.top) + std::abs(from.left - to.left));
  }
  EXPECT_LT(links, 3 * static_cast<int>(task.edges.size()));
}

TEST(Planted, LargeArraysReachThePlantedII) {
  Scene scene({.rows = 16, .columns = 16, .hop_limit = 4}, 2, 320);
  ASSERT_TRUE(verify(scene.problem, scene.made.mapping));
  const auto answer = solve("heuristic", scene.problem, {.seconds = kAmple, .max_ii = 2}, Context{});
  ASSERT_TRUE(answer && answer->mapping);
  EXPECT_EQ(answer->mapping->ii, 2);
}

/// As an unrolled loop is: `copies` of load and multiply, each at an address of its own from one index, and each with
/// a sum over the iterations.
dfg::Graph unrolled(int copies) {
  using dfg::NodeId;
  using dfg::Opcode;
  using dfg::Operand;
  dfg::Graph graph;
  graph.name = "unrolled";
  graph.arrays = {{"memory", 4, 1 << 20, true, true}};
  const auto add = [&](Opcode op, std::vector<Operand> operands) {
    dfg::Node node;
    node.op = op;
    for (std::size_t k = 0; k < operands.size(); ++k) node.operands[k] = operands[k];
    if (dfg::is_memory(op)) node.array = dfg::ArrayId(0);
    graph.nodes.push_back(node);
    return NodeId(static_cast<std::int64_t>(graph.nodes.size()) - 1);
  };
  const auto number = [](int value) { return Operand::of(dfg::Immediate::constant(value)); };
  const NodeId index = add(Opcode::kAdd, {number(0), number(copies)});
  graph.nodes[0].operands[0] = Operand::of(index, 1, dfg::Immediate::constant(0));
  for (int c = 0; c < copies; ++c) {
    const NodeId address = add(Opcode::kAdd, {Operand::of(index), number(4 * c)});
    const NodeId value = add(Opcode::kLoadS32, {Operand::of(address)});
    const NodeId product = add(Opcode::kMul, {Operand::of(value), number(3)});
    const NodeId sum = add(Opcode::kXor, {Operand::of(product), number(0)});
    graph.nodes[sum.index()].operands[1] = Operand::of(sum, 1, dfg::Immediate::constant(0));
  }
  return graph;
}

TEST(Tiles, FindTheCopiesOfAnUnrolledLoop) {
  const auto cgra = mesh({.rows = 12, .columns = 12, .hop_limit = 4});
  const auto graph = unrolled(10);
  const Problem problem{graph, cgra};
  std::vector<arch::PeId> pes;
  for (std::size_t p = 0; p < cgra.pes.size(); ++p) pes.emplace_back(static_cast<std::int64_t>(p));
  const search::Fabric fabric(problem, pes);
  const auto capability = capabilities(problem);
  ASSERT_TRUE(capability);
  const std::vector<int> banks(graph.nodes.size(), -1);
  const search::Task task(problem, fabric, *capability, banks);
  const auto tiles = search::find_tiles(task);
  ASSERT_EQ(tiles.copies.size(), 10U);
  EXPECT_EQ(tiles.size(), 4);
  std::set<int> all;
  for (const auto& copy : tiles.copies) {
    all.insert(copy.begin(), copy.end());
    for (std::size_t t = 0; t < copy.size(); ++t)
      EXPECT_EQ(graph.nodes[static_cast<std::size_t>(copy[t])].op,
                graph.nodes[static_cast<std::size_t>(tiles.copies[0][t])].op);
    EXPECT_EQ(*std::max_element(copy.begin(), copy.end()) - *std::min_element(copy.begin(), copy.end()), 3)
        << "one copy of the loop";
  }
  EXPECT_EQ(all.size(), 40U) << "disjoint";

  const auto seats = search::stamp(problem, fabric, task, *capability, banks, tiles, 2, 1);
  ASSERT_TRUE(seats);
  ASSERT_EQ(seats->size(), 10U);
  std::set<std::pair<int, int>> units;
  for (const auto& copy : *seats)
    for (const auto& seat : copy) {
      EXPECT_GT(task.latency_on(seat.node, seat.pe), 0) << "a PE that can do it";
      EXPECT_TRUE(units.emplace(seat.pe, seat.time % 2).second) << "two operations in one slot";
    }
}

TEST(Tiles, AreNotSeenInAnIrregularGraph) {
  Scene scene({.rows = 12, .columns = 12, .hop_limit = 4}, 3, 200);
  const search::Fabric fabric(scene.problem, scene.pes);
  const auto capability = capabilities(scene.problem);
  ASSERT_TRUE(capability);
  const search::Task task(scene.problem, fabric, *capability, std::vector<int>(scene.made.graph.nodes.size(), -1));
  EXPECT_TRUE(search::find_tiles(task).copies.empty());
}

TEST(Tiles, AnUnrolledLoopReachesItsBound) {
  const auto cgra = mesh({.rows = 16, .columns = 16, .hop_limit = 4});
  const auto graph = unrolled(60);
  const Problem problem{graph, cgra};
  const auto answer = solve("heuristic", problem, {.seconds = kAmple, .max_ii = 50}, Context{});
  ASSERT_TRUE(answer && answer->mapping);
  EXPECT_EQ(answer->outcome, Outcome::kOptimal);
}

/// The search of arrays above 100 PEs is another than that below; what a part allows, the whole must still reach.
TEST(SubArray, LargeArraysAreNotWorseThanTheirParts) {
  for (const int seed : {1, 2}) {
    Random random(static_cast<std::uint64_t>(seed));
    const auto small = mesh({.rows = 10, .columns = 10, .hop_limit = 4});
    const auto graph = fixtures::plant(small, 2, 120, random).graph;
    const auto on_small = solve("heuristic", {graph, small}, {.seconds = kAmple}, Context{});
    ASSERT_TRUE(on_small && on_small->mapping) << seed;
    const auto large = mesh({.rows = 11, .columns = 12, .hop_limit = 4});
    const auto on_large = solve("heuristic", {graph, large}, {.seconds = kAmple}, Context{});
    ASSERT_TRUE(on_large && on_large->mapping) << seed;
    EXPECT_LE(on_large->mapping->ii, on_small->mapping->ii) << seed;
  }
}

}  // namespace
}  // namespace heddle::mapper
