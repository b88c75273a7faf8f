// Cycles counted by events against the clocks of the RTL.
#include <gtest/gtest.h>

#include "compiler/attention/cycles.h"
#include "tests/support/matchers.h"
#include "tests/swat/random_program.h"
#include "tests/swat/rtl_array.h"

namespace heddle::attention {
namespace {

struct Case {
  const char* name;
  Model model;
  RandomShape shape;
};

/// Of the shapes some wait for loads, some for the drain, some for runs, some for nothing.
const Case kCases[] = {
    {"half", Model::kHalf, {2, 4, 32, 32, 6, 24}},
    {"half_short_vectors", Model::kHalf, {2, 4, 16, 32, 12, 5}},
    {"half_one_word", Model::kHalf, {2, 4, 4, 32, 12, 9}},
    {"half_few_keys", Model::kHalf, {2, 4, 32, 32, 30, 1}},
    {"half_one_group", Model::kHalf, {1, 4, 32, 32, 8, 24}},
    {"brain", Model::kBrain, {1, 8, 64, 16, 5, 16}},
    {"brain_short_vectors", Model::kBrain, {1, 8, 16, 16, 12, 12}},
};

class CyclesOf : public testing::TestWithParam<Case> {};

TEST_P(CyclesOf, RandomPrograms) {
  const Case& each = GetParam();
  const arch::Swat array = array_of(each.model);
  const auto rtl = make_rtl_array(each.model);
  Random random{41};
  for (int trial = 0; trial < 4; ++trial) {
    const RandomProgram made = random_program(each.shape, array.format, 1, random);
    const Played played = play(*rtl, made.program, array, logit_scale(1), made.inputs);
    ASSERT_TRUE(played.finished);
    const auto counted = count_cycles(made.program, array);
    ASSERT_THAT(counted, IsOk());
    ASSERT_EQ(counted->cycles, played.cycles) << trial;
  }
}

INSTANTIATE_TEST_SUITE_P(All, CyclesOf, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(CyclesOf, AProgramThatStops) {
  Random random{42};
  const arch::Swat array = array_of(kCases[0].model);
  RandomProgram made = random_program(kCases[0].shape, array.format, 1, random);
  made.program.groups[1][2].runs.front().need = static_cast<std::int64_t>(made.program.loads.size());
  made.program.loads.back().after = 1000000;
  EXPECT_THAT(count_cycles(made.program, array), HasError(ErrorCode::kInfeasible, "waits for load"));
}

}  // namespace
}  // namespace heddle::attention
