// Programs of masks: checked, and run by the golden model against double precision.
#include "compiler/attention/schedule.h"

#include <cmath>
#include <numbers>

#include "compiler/attention/check.h"
#include "compiler/attention/exact.h"
#include "compiler/attention/golden.h"
#include "tests/support/matchers.h"

namespace heddle::attention {
namespace {

arch::Swat array_of(std::int32_t groups, std::int32_t rows, std::int32_t slots) {
  arch::Swat array;
  array.name = "test";
  array.groups = groups;
  array.rows = rows;
  array.slots = slots;
  array.format = *numerics::parse_scalar_format("fp16");
  array.output = array.format;
  return array;
}

Workload workload_of(std::int64_t sequence, Pattern pattern, std::int64_t heads = 1, std::int64_t kv_heads = 1) {
  Workload workload;
  workload.name = "test";
  workload.heads = heads;
  workload.kv_heads = kv_heads;
  workload.head_dim = 16;
  workload.sequence = sequence;
  workload.rows = sequence;
  workload.pattern = std::move(pattern);
  return workload;
}

std::vector<Workload> workloads() {
  std::vector<Workload> list;
  for (const std::int64_t sequence : {1, 2, 7, 8, 9, 16, 17, 33, 100})
    for (const std::int64_t reach : {0, 1, 8, 200}) {
      list.push_back(workload_of(sequence, WindowPattern{reach, reach, 1}));
      list.push_back(workload_of(sequence, WindowPattern{reach, 0, 1}, 4, 2));
    }
  list.push_back(workload_of(90, WindowPattern{12, 12, 3}, 2, 1));
  Workload global = workload_of(70, WindowPattern{5, 5, 1}, 2, 2);
  global.global_tokens = 3;
  list.push_back(global);
  global.pattern = WindowPattern{8, 8, 4};
  list.push_back(global);
  Workload sink = workload_of(70, WindowPattern{9, 0, 1}, 8, 1);
  sink.sink_tokens = 4;
  list.push_back(sink);
  sink.rows = 1;
  list.push_back(sink);
  list.push_back(workload_of(96, BlockPattern{8, 3, 2}, 2, 2));
  list.push_back(workload_of(81, SquarePattern{5, false}));
  list.push_back(workload_of(81, SquarePattern{5, true}, 2, 2));
  list.push_back(workload_of(64, TilePattern{4, 0}));
  list.push_back(workload_of(64, TilePattern{4, 2}));
  return list;
}

TEST(Schedule, ComputesEveryMask) {
  int count = 0;
  for (const arch::Swat& array : {array_of(1, 8, 16), array_of(4, 4, 64), array_of(3, 2, 256), array_of(2, 1, 8)})
    for (const Workload& workload : workloads()) {
      const Mask mask(workload, 5);
      const auto program = schedule(mask, array);
      ASSERT_THAT(program, IsOk());
      const Status status = check(*program, mask, array);
      ASSERT_TRUE(status) << status.error().message << " " << count << " " << workload.sequence;
      if (array.groups != 4) continue;
      const Inputs inputs = random_inputs(workload, array.format, 1, 1, 3);
      const Operand outputs = run_golden(*program, {array.format, array.output},
                                         logit_scale(program->scale * std::numbers::log2e), logit_scale(1), inputs);
      const auto exact = exact_attention(mask, inputs, array.format, program->scale);
      const OutputError error = error_of(outputs, array.output, 1, exact);
      EXPECT_LT(error.relative_rms, 6e-4) << count;
      EXPECT_EQ(error.not_finite, 0) << count;
      ++count;
    }
  EXPECT_EQ(count, 82);
}

/// A program of a window, changed, must be refused.
template <class Change>
std::string refusal(Change change) {
  const arch::Swat array = array_of(2, 4, 32);
  const Mask mask(workload_of(60, WindowPattern{6, 6, 1}, 2, 2), 1);
  Program program = *schedule(mask, array);
  EXPECT_THAT(check(program, mask, array), IsOk());
  change(program);
  const Status status = check(program, mask, array);
  return status ? "" : status.error().message;
}

TEST(Schedule, ChecksFindMutations) {
  using testing::HasSubstr;
  EXPECT_THAT(refusal([](Program& p) { --p.groups[1][2].runs[0].rows[1].last; }), HasSubstr("of which the mask has"));
  EXPECT_THAT(refusal([](Program& p) { ++p.groups[0][3].runs[0].index; }), HasSubstr("of which the mask has"));
  EXPECT_THAT(refusal([](Program& p) { ++p.groups[0][3].runs[0].slot; }), HasSubstr("does not hold row"));
  EXPECT_THAT(refusal([](Program& p) { p.groups[0][3].runs[0].need = 0; }), HasSubstr("does not hold row"));
  EXPECT_THAT(refusal([](Program& p) { p.loads[4].index += 1; }), HasSubstr("does not hold row"));
  EXPECT_THAT(refusal([](Program& p) { p.groups[1].pop_back(); }), HasSubstr("rows are missing"));
  EXPECT_THAT(refusal([](Program& p) { p.groups[1][0].rows[0] = p.groups[0][0].rows[0]; }), HasSubstr("is not its"));
  EXPECT_THAT(refusal([](Program& p) {
                for (Load& load : p.loads) load.after = 0;
              }),
              HasSubstr("still uses"));
  EXPECT_THAT(refusal([](Program& p) { p.loads.back().after += 1000; }), HasSubstr("waits for beats that need it"));
}

TEST(Schedule, RefusesHeadsItHasNot) {
  const arch::Swat array = array_of(2, 8, 32);
  for (const std::int64_t dim : {8, 24, 128}) {
    Workload workload = workload_of(60, WindowPattern{6, 6, 1});
    workload.head_dim = dim;
    const auto program = schedule(Mask(workload, 1), array);
    ASSERT_FALSE(program);
    EXPECT_THAT(program.error().message, testing::HasSubstr("expected a power of two of 16 to 64")) << dim;
  }
}

/// The point of groups that listen to one stream of loads: a key is loaded about once.
TEST(Schedule, KeysAreLoadedOnceForNeighbours) {
  const arch::Swat array = array_of(8, 8, 256);
  Workload workload = workload_of(1024, WindowPattern{32, 32, 1});
  const Program program = *schedule(Mask(workload, 1), array);
  EXPECT_LE(program.loads.size(), 1.02 * 3 * 1024);
}

/// Groups whose tasks of growing length would drift apart stay at the same keys, though no store holds a window.
TEST(Schedule, GroupsStayTogether) {
  const arch::Swat array = array_of(8, 8, 64);
  const Workload workload = workload_of(512, WindowPattern{199, 0, 1}, 4, 2);
  const Mask mask(workload, 1);
  const Program program = *schedule(mask, array);
  EXPECT_THAT(check(program, mask, array), IsOk());
  // 16 rounds of 32 tokens and two heads; of each, the keys of a window and of the tokens.
  EXPECT_LE(program.loads.size(), 4 * 512 + 2 * 2 * 16 * (200 + 32));
}

/// Rows that see all take as long as a fifth of the layer; those of the last head must not begin last.
TEST(Schedule, LongTasksEndWithTheRest) {
  const arch::Swat array = array_of(8, 8, 256);
  Workload workload = workload_of(577, SquarePattern{5, false}, 3, 3);
  workload.global_tokens = 1;
  const Mask mask(workload, 1);
  const Program program = *schedule(mask, array);
  EXPECT_THAT(check(program, mask, array), IsOk());
  std::int64_t sum = 0;
  std::int64_t most = 0;
  for (const auto& tasks : program.groups) {
    std::int64_t group = 0;
    for (const Task& task : tasks) group += beats(task);
    sum += group;
    most = std::max(most, group);
  }
  EXPECT_LE(8 * most, 1.12 * sum);
}

}  // namespace
}  // namespace heddle::attention
