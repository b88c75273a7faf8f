// Which points a sweep has, and in which order samplers visit them.
#include "runtime/explore/space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/explore/support.h"
#include "tests/support/matchers.h"

namespace heddle::explore {
namespace {

using testing::HasSubstr;

std::vector<Json> points_of(const Sweep& sweep, std::uint64_t seed = 1) {
  std::vector<Json> points;
  const auto chosen = sample(sweep, seed);
  for (const std::uint64_t index : chosen.value()) points.push_back(**point_at(sweep, index));
  return points;
}

TEST(Grid, HasEveryPointOnceAndConditionalAxesOnlyWhereTheyExist) {
  const auto sweep = sweep_of(R"(axes:
  size: [2, 4]
  topology: [mesh, torus]
  hop_limit: {values: [1, 2, 4], when: topology == "mesh"}
constraints: [size + hop_limit <= 6]
objectives: [{minimize: lut}]
)");
  ASSERT_THAT(sweep, IsOk());
  std::set<std::string> seen;
  for (const Json& point : points_of(*sweep)) {
    EXPECT_TRUE(seen.insert(point.dump()).second);
    EXPECT_EQ(point["hop_limit"].is_null(), point["topology"] == "torus");
  }
  // By hand: mesh has 3 at size 2 and hops 1, 2 at size 4; torus one each.
  EXPECT_EQ(seen.size(), 7U);
}

TEST(Grid, NamesTheTwoConstraintsThatLeaveNothing) {
  const auto sweep = sweep_of(R"(axes: {size: [2, 4, 8], banks: [1, 2]}
constraints: [banks <= 2, size > 4, size + banks < 6]
objectives: [{minimize: lut}]
)");
  ASSERT_THAT(sweep, IsOk());
  const auto points = sample(*sweep, 1);
  ASSERT_FALSE(points);
  EXPECT_THAT(points.error().message, HasSubstr("both \"size > 4\" and \"size + banks < 6\""));
}

constexpr const char* kWide = R"(axes:
  rows: {from: 1, to: 16}
  columns: {from: 1, to: 16}
  banks: [1, 2, 4, 8]
sampler: {kind: SAMPLER, points: 256}
objectives: [{minimize: lut}]
)";

Sweep wide(const std::string& sampler) {
  std::string text = kWide;
  text.replace(text.find("SAMPLER"), 7, sampler);
  return *sweep_of(text);
}

TEST(Samplers, GiveDifferentPointsAndTheSameForTheSameSeed) {
  for (const char* sampler : {"random", "sobol"}) {
    const Sweep sweep = wide(sampler);
    const auto first = *sample(sweep, 7);
    EXPECT_EQ(first.size(), 256U);
    EXPECT_EQ(std::set<std::uint64_t>(first.begin(), first.end()).size(), 256U);
    EXPECT_EQ(first, *sample(sweep, 7));
  }
  EXPECT_NE(*sample(wide("random"), 7), *sample(wide("random"), 8));
}

// A (t, s)-sequence of base 2: of 2^k points, each of 16 equal intervals of an axis gets the same number, up to the
// first point of the engine, which boost leaves out, and repeated ones.
TEST(Samplers, SobolIsEvenOnEveryAxis) {
  std::map<int, int> rows;
  for (const Json& point : points_of(wide("sobol"))) ++rows[point["rows"].get<int>()];
  ASSERT_EQ(rows.size(), 16U);
  for (const auto& [row, count] : rows) EXPECT_NEAR(count, 16, 2) << row;
}

TEST(Samplers, StopWhenTheSpaceIsExhausted) {
  const auto sweep =
      sweep_of("axes: {banks: [1, 2, 4]}\nobjectives: [{minimize: lut}]\nsampler: {kind: random, points: 10}\n");
  ASSERT_THAT(sweep, IsOk());
  EXPECT_EQ(sample(*sweep, 1)->size(), 3U);
}

}  // namespace
}  // namespace heddle::explore
