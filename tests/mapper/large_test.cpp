// Large arrays: homes by bisection, and problems whose answer is known.
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "compiler/mapper/search/homes.h"
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

TEST(Homes, HaveRoomAndAnAblePe) {
  Scene scene({.rows = 12, .columns = 12, .hop_limit = 4}, 3, 300);
  const search::Fabric fabric(scene.problem, scene.pes);
  const auto capability = capabilities(scene.problem);
  ASSERT_TRUE(capability);
  const search::Task task(scene.problem, fabric, *capability, std::vector<int>(scene.made.graph.nodes.size(), -1));
  Random random(5);
  const auto homes = search::homes(fabric, task, 3, random);
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
TEST(Homes, KeepValuesShort) {
  Scene scene({.rows = 12, .columns = 12, .hop_limit = 4}, 3, 300);
  const search::Fabric fabric(scene.problem, scene.pes);
  const auto capability = capabilities(scene.problem);
  ASSERT_TRUE(capability);
  const search::Task task(scene.problem, fabric, *capability, std::vector<int>(scene.made.graph.nodes.size(), -1));
  Random random(5);
  const auto homes = search::homes(fabric, task, 3, random);
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

}  // namespace
}  // namespace heddle::mapper
