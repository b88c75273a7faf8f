// The heuristic against problems whose answer is known, and against itself on parts of an array.
#include <gtest/gtest.h>

#include <utility>

#include "compiler/mapper/solve.h"
#include "compiler/mapper/sub_array.h"
#include "tests/mapper/fixtures.h"
#include "tests/mapper/planted.h"

namespace heddle::mapper {
namespace {

using fixtures::ArrayShape;
using fixtures::mesh;

constexpr double kAmple = 1e6;  // seconds: numbers of moves end the search

std::vector<ArrayShape> shapes() {
  ArrayShape bypassing{.hop_limit = 4};
  ArrayShape plain{.registers = 1};
  return {bypassing, plain};
}

TEST(Planted, TheMappingLaidVerifies) {
  for (std::uint64_t seed = 0; seed < 40; ++seed)
    for (const auto& shape : shapes()) {
      Random random(seed);
      const auto cgra = mesh(shape);
      const auto made = fixtures::plant(cgra, 2 + static_cast<int>(seed % 5), 20 + static_cast<int>(seed), random);
      const Status valid = verify({made.graph, cgra}, made.mapping);
      EXPECT_TRUE(valid) << seed << ": " << to_string(valid.error());
      EXPECT_GE(made.graph.nodes.size(), 8U);
    }
}

TEST(Planted, HeuristicComesWithinOneOfThePlantedII) {
  int equal = 0;
  int all = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed)
    for (const auto& shape : shapes()) {
      Random random(seed + 100);
      const auto cgra = mesh(shape);
      const auto made = fixtures::plant(cgra, 3 + static_cast<int>(seed % 3), 24 + static_cast<int>(seed), random);
      const auto answer = solve("heuristic", {made.graph, cgra}, {.seconds = kAmple}, Context{});
      ASSERT_TRUE(answer && answer->mapping) << seed;
      EXPECT_LE(answer->mapping->ii, made.mapping.ii + 1) << seed;
      equal += static_cast<int>(answer->mapping->ii <= made.mapping.ii);
      ++all;
    }
  EXPECT_GE(equal * 10, all * 9) << equal << " of " << all;
}

TEST(SubArray, AMappingOfAPartVerifiesOnTheWhole) {
  const auto cgra = mesh({.rows = 4, .columns = 4, .hop_limit = 2, .memory_columns = 4});
  const auto part = cut(cgra, {1, 1, 2, 3});
  ASSERT_TRUE(part);
  Random random(7);
  const auto made = fixtures::plant(part->cgra, 3, 12, random);
  ASSERT_TRUE(verify({made.graph, part->cgra}, made.mapping));
  const Status whole = verify({made.graph, cgra}, embed(*part, made.mapping));
  EXPECT_TRUE(whole) << to_string(whole.error());
}

TEST(SubArray, HeuristicIsNeverWorseOnTheArrayAround) {
  int strictly_better = 0;
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    Random random(seed * 7 + 3);
    ArrayShape shape{.rows = 2 + static_cast<int>(random.below(2)), .columns = 2, .registers = 1};
    const auto small = mesh(shape);
    const auto made = fixtures::plant(small, 2 + static_cast<int>(random.below(3)), 14, random);
    const auto on_small = solve("heuristic", {made.graph, small}, {.seconds = kAmple}, Context{});
    ASSERT_TRUE(on_small && on_small->mapping) << seed;
    for (const bool wider : {false, true}) {
      ArrayShape more = shape;
      (wider ? more.columns : more.rows) += 1;
      const auto on_large = solve("heuristic", {made.graph, mesh(more)}, {.seconds = kAmple}, Context{});
      ASSERT_TRUE(on_large && on_large->mapping) << seed;
      EXPECT_LE(on_large->mapping->ii, on_small->mapping->ii) << seed;
      strictly_better += static_cast<int>(on_large->mapping->ii < on_small->mapping->ii);
    }
  }
  EXPECT_GE(strictly_better, 1) << "too few cases in which the addition mattered";
}

/// Arrays of 2 to 4 rows and 2 or 3 columns with nearly as many operations as they have issue slots.
std::pair<ArrayShape, dfg::Graph> crowded(std::uint64_t seed) {
  Random random(seed * 11 + 5);
  ArrayShape shape;
  shape.rows = 2 + static_cast<int>(random.below(3));
  shape.columns = 2 + static_cast<int>(random.below(2));
  shape.registers = static_cast<int>(random.below(3));
  shape.hop_limit = 1 + static_cast<int>(random.below(2));
  const int ii = 2 + static_cast<int>(random.below(3));
  const int slots = ii * shape.rows * shape.columns;
  const int nodes = slots - static_cast<int>(random.below(static_cast<std::uint64_t>(slots / 4 + 1)));
  return {shape, fixtures::plant(mesh(shape), ii, nodes, random).graph};
}

/// Of the seeds below 2000 these are the ones where a search of the whole array alone ends one II above the part's.
TEST(SubArray, WhatThePartAloneFindsIsNotMissed) {
  struct Case {
    std::uint64_t seed;
    bool wider;
  };
  for (const Case& one : {Case{874, false}, Case{1327, true}, Case{1548, true}}) {
    const auto [shape, graph] = crowded(one.seed);
    const auto on_small = solve("heuristic", {graph, mesh(shape)}, {.seconds = kAmple}, Context{});
    ASSERT_TRUE(on_small && on_small->mapping) << one.seed;
    ArrayShape more = shape;
    (one.wider ? more.columns : more.rows) += 1;
    const auto cgra = mesh(more);
    const auto on_large = solve("heuristic", {graph, cgra}, {.seconds = kAmple}, Context{});
    ASSERT_TRUE(on_large && on_large->mapping) << one.seed;
    EXPECT_LE(on_large->mapping->ii, on_small->mapping->ii) << one.seed;
    EXPECT_TRUE(verify({graph, cgra}, *on_large->mapping)) << one.seed;
  }
}

}  // namespace
}  // namespace heddle::mapper
