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
  const char* format;
  RandomShape shape;
  std::int32_t stream_elements;
};

/// Of the shapes some wait for loads, some for the drain, some for runs, some for nothing.
const Case kCases[] = {
    {"half", Model::kHalf, "fp16", {2, 4, 32, 32, 6, 24}, 4},
    {"half_short_vectors", Model::kHalf, "fp16", {2, 4, 16, 32, 12, 5}, 4},
    {"half_one_word", Model::kHalf, "fp16", {2, 4, 4, 32, 12, 9}, 4},
    {"half_few_keys", Model::kHalf, "fp16", {2, 4, 32, 32, 30, 1}, 4},
    {"half_one_group", Model::kHalf, "fp16", {1, 4, 32, 32, 8, 24}, 4},
    {"brain", Model::kBrain, "bf16", {1, 8, 64, 16, 5, 16}, 8},
    {"brain_short_vectors", Model::kBrain, "bf16", {1, 8, 16, 16, 12, 12}, 8},
};

arch::Swat array_of(const Case& each) {
  arch::Swat array;
  array.groups = each.model == Model::kBrain ? 1 : 2;
  array.rows = each.shape.rows;
  array.head_dim = each.model == Model::kBrain ? 64 : 32;
  array.slots = each.shape.slots;
  array.stream_elements = each.stream_elements;
  return array;
}

class CyclesOf : public testing::TestWithParam<Case> {};

TEST_P(CyclesOf, RandomPrograms) {
  const Case& each = GetParam();
  const numerics::ScalarFormat format = *numerics::parse_scalar_format(each.format);
  const auto rtl = make_rtl_array(each.model);
  Random random{41};
  for (int trial = 0; trial < 4; ++trial) {
    const RandomProgram made = random_program(each.shape, format, 1, random);
    const Simulated simulated = rtl->run(made.program, logit_scale(1), {format, format}, made.inputs, {}, -1);
    ASSERT_TRUE(simulated.finished);
    const auto counted = count_cycles(made.program, array_of(each));
    ASSERT_THAT(counted, IsOk());
    ASSERT_EQ(counted->cycles, simulated.cycles) << trial;
  }
}

INSTANTIATE_TEST_SUITE_P(All, CyclesOf, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(CyclesOf, AProgramThatStops) {
  Random random{42};
  const numerics::ScalarFormat format = *numerics::parse_scalar_format("fp16");
  RandomProgram made = random_program(kCases[0].shape, format, 1, random);
  made.program.groups[1][2].runs.front().need = static_cast<std::int64_t>(made.program.loads.size());
  made.program.loads.back().after = 1000000;
  EXPECT_THAT(count_cycles(made.program, array_of(kCases[0])), HasError(ErrorCode::kInfeasible, "waits for load"));
}

}  // namespace
}  // namespace heddle::attention
