// Layers of every kind of mask on RTL, SystemC, golden model and count of cycles; and changes that must be seen.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "compiler/attention/check.h"
#include "compiler/attention/cycles.h"
#include "compiler/attention/exact.h"
#include "compiler/attention/golden.h"
#include "compiler/attention/schedule.h"
#include "systemc_models/swat/swat_model.h"
#include "tests/support/matchers.h"
#include "tests/swat/rtl_array.h"

namespace heddle::attention {
namespace {

struct Kind {
  const char* name;
  Workload workload;
};

Workload layer(std::int64_t sequence, Pattern pattern, std::int64_t heads = 2, std::int64_t kv_heads = 2) {
  Workload workload;
  workload.heads = heads;
  workload.kv_heads = kv_heads;
  workload.head_dim = 32;
  workload.sequence = workload.rows = sequence;
  workload.pattern = std::move(pattern);
  return workload;
}

std::vector<Kind> kinds() {
  std::vector<Kind> list{{"window", layer(41, WindowPattern{6, 6, 1})},
                         {"causal", layer(41, WindowPattern{9, 0, 1})},
                         {"itself", layer(9, WindowPattern{0, 0, 1})},
                         {"one_token", layer(1, WindowPattern{4, 4, 1})},
                         {"wider_than_the_sequence", layer(7, WindowPattern{50, 50, 1})},
                         {"more_keys_than_slots", layer(90, WindowPattern{40, 40, 1})},
                         {"dilated", layer(45, WindowPattern{12, 12, 3})},
                         {"grouped_queries", layer(33, WindowPattern{7, 0, 1}, 8, 2)},
                         {"one_kv_head", layer(21, WindowPattern{7, 0, 1}, 8, 1)},
                         {"square", layer(49, SquarePattern{5, false})},
                         {"neighbourhood", layer(49, SquarePattern{3, true})},
                         {"tiles", layer(64, TilePattern{4, 0})},
                         {"shifted_tiles", layer(64, TilePattern{4, 2})},
                         {"blocks", layer(64, BlockPattern{8, 3, 2})}};
  Kind global{"global", layer(40, WindowPattern{5, 5, 1})};
  global.workload.global_tokens = 2;
  list.push_back(global);
  Kind sink{"sink", layer(40, WindowPattern{8, 0, 1})};
  sink.workload.sink_tokens = 3;
  list.push_back(sink);
  Kind decode{"decode", layer(70, WindowPattern{20, 0, 1}, 8, 2)};
  decode.workload.sink_tokens = 2;
  decode.workload.rows = 1;
  list.push_back(decode);
  return list;
}

class Masks : public testing::TestWithParam<Model> {
 protected:
  void SetUp() override {
    array = array_of(GetParam());
    rtl = make_rtl_array(GetParam());
    unit = unit_of(array.format);
    const double scale = 1 / std::sqrt(32.0);
    logits = logit_scale(unit * unit * scale * std::numbers::log2e);
  }
  Operand golden(const Program& program, const Inputs& inputs) const {
    return run_golden(program, {array.format, array.output}, logits, logit_scale(1), inputs);
  }

  arch::Swat array;
  std::unique_ptr<ArrayPorts> rtl;
  double unit = 1;
  LogitScale logits;
};

TEST_P(Masks, OnEveryModel) {
  for (const Kind& kind : kinds()) {
    const Mask mask(kind.workload, 3);
    const auto program = schedule(mask, array);
    ASSERT_THAT(program, IsOk());
    const Status right = check(*program, mask, array);
    ASSERT_TRUE(right) << kind.name << ": " << right.error().message;
    const Inputs inputs = random_inputs(kind.workload, array.format, 2, unit, 5);
    const Operand expected = golden(*program, inputs);
    const Played played = play(*rtl, *program, array, logits, inputs);
    ASSERT_TRUE(played.finished) << kind.name;
    EXPECT_EQ(played.outputs, expected) << kind.name;
    const auto model = systemc::simulate_swat(*program, array, logits, inputs, {}, {});
    ASSERT_THAT(model, IsOk());
    EXPECT_EQ(model->outputs, expected) << kind.name;
    EXPECT_EQ(model->cycles, played.cycles) << kind.name;
    EXPECT_EQ(count_cycles(*program, array)->cycles, played.cycles) << kind.name;
    const auto exact = exact_attention(mask, inputs, array.format, program->scale, unit);
    const bool brain = GetParam() == Model::kBrain;
    const OutputError error = error_of(played.outputs, array.output, unit, exact);
    EXPECT_LT(error.relative_rms, brain ? 4e-3 : 5e-4) << kind.name;
    EXPECT_EQ(error.not_finite, 0) << kind.name;
  }
}

std::string model_name(const testing::TestParamInfo<Model>& each) {
  switch (each.param) {
    case Model::kHalf: return "half";
    case Model::kBrain: return "brain";
    case Model::kByte: return "byte";
    case Model::kMinifloat: break;
  }
  return "minifloat";
}

INSTANTIATE_TEST_SUITE_P(All, Masks, testing::Values(Model::kHalf, Model::kBrain, Model::kByte, Model::kMinifloat),
                         model_name);

/// One change of what the array is told, or of what is expected of it, is seen.
class Mutations : public Masks {
 protected:
  void SetUp() override {
    Masks::SetUp();
    workload = layer(41, WindowPattern{12, 12, 1}, 1, 1);
    program = *schedule(Mask(workload, 3), array);
    inputs = random_inputs(workload, array.format, 1.5, unit, 5);
  }
  /// The outputs of one row, with the shift of the `skipped`-th rescaling left out.
  std::vector<numerics::Code> row_without_rescale(std::int32_t row, int skipped, bool& left_out) const {
    const Ports ports{array.format, array.output};
    RowState state = empty_row(static_cast<std::int32_t>(workload.head_dim));
    int rescales = 0;
    for (std::int32_t key = std::max(row - 12, 0); key <= std::min(row + 12, 40); ++key) {
      Weighted weighted =
          weigh(state, logit(ports, score(ports, inputs.queries.row(0, row), inputs.keys.row(0, key)), logits));
      if (weighted.shift > 0 && rescales++ == skipped) {
        weighted.shift = 0;
        left_out = true;
      }
      mix(ports, state.output, weighted, inputs.values.row(0, key));
    }
    return finish(ports, state, logit_scale(1));
  }

  Workload workload;
  Program program;
  Inputs inputs;
};

TEST_P(Mutations, ARescaleLeftOut) {
  const Played played = play(*rtl, program, array, logits, inputs);
  int tried = 0;
  for (std::int32_t row = 0; row < 41; ++row) {
    bool left_out = false;
    const auto right = row_without_rescale(row, 1000, left_out);
    ASSERT_TRUE(std::ranges::equal(right, played.outputs.row(0, row))) << row;
    const auto wrong = row_without_rescale(row, 0, left_out);
    if (!left_out) continue;
    ++tried;
    EXPECT_FALSE(std::ranges::equal(wrong, played.outputs.row(0, row))) << row;
  }
  EXPECT_GT(tried, 5);
}

TEST_P(Mutations, AMaskBitFlipped) {
  const Operand expected = golden(program, inputs);
  Program changed = program;
  Interval& seen = changed.groups[0][1].runs.back().rows[1];
  seen.last += seen.last < changed.groups[0][1].runs.back().count ? 1 : -1;
  EXPECT_NE(play(*rtl, changed, array, logits, inputs).outputs, expected);
}

TEST_P(Mutations, AKeyDropped) {
  const Operand expected = golden(program, inputs);
  for (Load& load : program.loads)
    if (load.kind == LoadKind::kKey && load.index == 17) load.index = 18;
  EXPECT_NE(play(*rtl, program, array, logits, inputs).outputs, expected);
}

TEST_P(Mutations, AValueDropped) {
  const Operand expected = golden(program, inputs);
  for (Load& load : program.loads)
    if (load.kind == LoadKind::kValue && load.index == 17) load.index = 18;
  EXPECT_NE(play(*rtl, program, array, logits, inputs).outputs, expected);
}

INSTANTIATE_TEST_SUITE_P(Half, Mutations, testing::Values(Model::kHalf), model_name);

}  // namespace
}  // namespace heddle::attention
