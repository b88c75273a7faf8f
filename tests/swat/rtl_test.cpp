// RTL of the window-attention array against the golden model, bit for bit.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <numbers>

#include "compiler/attention/golden.h"
#include "tests/swat/random_program.h"
#include "tests/swat/rtl_array.h"

namespace heddle::attention {
namespace {

struct Case {
  const char* name;
  Model model;
  const char* operand;
  const char* output;
  RandomShape shape;
  double deviation;  ///< of operands
  double scale;      ///< of scores
};

const Case kCases[] = {
    {"half", Model::kHalf, "fp16", "fp16", {2, 4, 32, 32, 6, 24}, 1, 0.5},
    {"half_huge", Model::kHalf, "fp16", "fp16", {2, 4, 32, 32, 6, 24}, 300, 3},
    {"half_short", Model::kHalf, "fp16", "fp16", {2, 4, 16, 32, 8, 5}, 2, 1},
    {"half_tiny", Model::kHalf, "fp16", "fp16", {2, 4, 32, 32, 6, 24}, 1e-5, 1},
    {"brain", Model::kBrain, "bf16", "bf16", {1, 8, 64, 16, 5, 16}, 1, 0.25},
    {"brain_huge", Model::kBrain, "bf16", "bf16", {1, 8, 64, 16, 5, 16}, 1e30, 1e-3},
    {"byte", Model::kByte, "int8", "fp16", {2, 4, 32, 32, 6, 24}, 40, 1e-3},
    {"minifloat", Model::kMinifloat, "e4m3", "fp16", {2, 4, 32, 32, 6, 24}, 2, 0.5},
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
    ports = {*numerics::parse_scalar_format(GetParam().operand), *numerics::parse_scalar_format(GetParam().output)};
    scale = logit_scale(GetParam().scale * std::numbers::log2e);
    array = make_rtl_array(GetParam().model);
  }
  RandomProgram make(Random& random) const {
    return random_program(GetParam().shape, ports.operand, GetParam().deviation, random);
  }
  Operand golden(const RandomProgram& made) const {
    return run_golden(made.program, ports, scale, logit_scale(1), made.inputs);
  }

  Ports ports;
  LogitScale scale;
  std::unique_ptr<RtlArray> array;
};

TEST_P(Rtl, EqualsTheGoldenModel) {
  Random random{17};
  for (int trial = 0; trial < 6; ++trial) {
    const RandomProgram made = make(random);
    const Simulated got = array->run(made.program, scale, ports, made.inputs, {}, -1);
    ASSERT_TRUE(got.finished) << trial;
    ASSERT_EQ(difference(got.outputs, golden(made)), "") << trial;
  }
}

TEST_P(Rtl, WaitsOnEveryStream) {
  Random random{18};
  for (const Pace pace : {Pace{4, 16, 16, 1}, Pace{16, 1, 16, 2}, Pace{16, 16, 1, 3}, Pace{6, 3, 5, 4}}) {
    const RandomProgram made = make(random);
    const Simulated got = array->run(made.program, scale, ports, made.inputs, pace, -1);
    ASSERT_TRUE(got.finished);
    ASSERT_EQ(difference(got.outputs, golden(made)), "");
  }
}

TEST_P(Rtl, ResetAtAnyTime) {
  Random random{19};
  const RandomProgram made = make(random);
  const Simulated plain = array->run(made.program, scale, ports, made.inputs, {}, -1);
  for (std::int64_t clock = 1; clock < plain.cycles; clock += 1 + plain.cycles / 13) {
    const Simulated got = array->run(made.program, scale, ports, made.inputs, {}, clock);
    ASSERT_EQ(got.cycles, plain.cycles) << clock;
    ASSERT_EQ(difference(got.outputs, plain.outputs), "") << clock;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Rtl, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace heddle::attention
