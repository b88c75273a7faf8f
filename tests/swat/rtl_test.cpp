// RTL and SystemC of the window-attention array against the golden model, bit for bit, and each other, clock for clock.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numbers>

#include "compiler/attention/golden.h"
#include "systemc_models/swat/swat_model.h"
#include "tests/support/matchers.h"
#include "tests/swat/random_program.h"
#include "tests/swat/rtl_array.h"

namespace heddle::attention {
namespace {

struct Case {
  const char* name;
  Model model;
  RandomShape shape;
  double deviation;  ///< of operands
  double scale;      ///< of scores
};

const Case kCases[] = {
    {"half", Model::kHalf, {2, 4, 32, 32, 6, 24}, 1, 0.5},
    {"half_huge", Model::kHalf, {2, 4, 32, 32, 6, 24}, 300, 3},
    {"half_short", Model::kHalf, {2, 4, 16, 32, 8, 5}, 2, 1},
    {"half_tiny", Model::kHalf, {2, 4, 32, 32, 6, 24}, 1e-5, 1},
    {"brain", Model::kBrain, {1, 8, 64, 16, 5, 16}, 1, 0.25},
    {"brain_huge", Model::kBrain, {1, 8, 64, 16, 5, 16}, 1e30, 1e-3},
    {"byte", Model::kByte, {2, 4, 32, 32, 6, 24}, 40, 1e-3},
    {"minifloat", Model::kMinifloat, {2, 4, 32, 32, 6, 24}, 2, 0.5},
};

/// Where two operands differ first.
std::string difference(const Operand& got, const Operand& expected) {
  for (std::size_t i = 0; i < expected.codes.size(); ++i)
    if (got.codes[i] != expected.codes[i]) {
      const auto width = static_cast<std::size_t>(expected.width);
      return fmt::format("row {}, element {}: {:#x}, expected {:#x}", i / width, i % width, got.codes[i],
                         expected.codes[i]);
    }
  return {};
}

class Rtl : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    array = array_of(GetParam().model);
    scale = logit_scale(GetParam().scale * std::numbers::log2e);
    rtl = make_rtl_array(GetParam().model);
  }
  RandomProgram make(Random& random) const {
    return random_program(GetParam().shape, array.format, GetParam().deviation, random);
  }
  Operand golden(const RandomProgram& made) const {
    return run_golden(made.program, {array.format, array.output}, scale, logit_scale(1), made.inputs);
  }
  Played run(const RandomProgram& made, const Pace& pace, std::int64_t end = -1) {
    return play(*rtl, made.program, array, scale, made.inputs, pace, end);
  }
  void compare(const RandomProgram& made, const Pace& pace) {
    const Played got = run(made, pace);
    ASSERT_TRUE(got.finished);
    ASSERT_EQ(difference(got.outputs, golden(made)), "");
    const auto model = systemc::simulate_swat(made.program, array, scale, made.inputs, pace, {});
    ASSERT_THAT(model, IsOk());
    EXPECT_EQ(difference(model->outputs, got.outputs), "");
    EXPECT_EQ(model->cycles, got.cycles);
  }

  arch::Swat array;
  LogitScale scale;
  std::unique_ptr<ArrayPorts> rtl;
};

TEST_P(Rtl, EqualsTheModels) {
  Random random{17};
  for (int trial = 0; trial < 6; ++trial) compare(make(random), {});
}

TEST_P(Rtl, WaitsOnEveryStream) {
  Random random{18};
  for (const Pace pace : {Pace{4, 16, 16, 1}, Pace{16, 1, 16, 2}, Pace{16, 16, 1, 3}, Pace{6, 3, 5, 4}})
    compare(make(random), pace);
}

/// HEDDLE_ATTENTION_ROWS=10000 is the full run.
TEST_P(Rtl, ManyRows) {
  const char* wanted = std::getenv("HEDDLE_ATTENTION_ROWS");
  const int rows = wanted == nullptr ? 2000 : std::atoi(wanted);
  Random random{23};
  int seen = 0;
  while (seen < rows) {
    const RandomProgram made = make(random);
    const Played got = run(made, {});
    ASSERT_EQ(difference(got.outputs, golden(made)), "") << "after " << seen << " rows";
    for (const auto& tasks : made.program.groups)
      for (const Task& task : tasks)
        seen += static_cast<int>(std::ranges::count_if(task.rows, [](const RowOf& row) { return row.head >= 0; }));
  }
  RecordProperty("rows", seen);
}

TEST_P(Rtl, ResetAtAnyTime) {
  Random random{19};
  const RandomProgram made = make(random);
  const Played plain = run(made, {});
  for (std::int64_t clock = 1; clock < plain.cycles; clock += 1 + plain.cycles / 13) {
    (void)run(made, {}, clock);
    rtl->reset();
    const Played got = run(made, {});
    ASSERT_EQ(got.cycles, plain.cycles) << clock;
    ASSERT_EQ(difference(got.outputs, plain.outputs), "") << clock;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Rtl, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace heddle::attention
