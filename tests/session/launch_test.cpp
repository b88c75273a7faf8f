// Launch calls of a host program: what reaches the backend, what comes back, and what happens when it cannot.
#include "tests/session/support.h"
#include "tests/support/matchers.h"

namespace heddle::session {
namespace {

using ::testing::ElementsAre;

const Context kContext;

/// Doubles the words of every out transfer and returns 1000 + live-in k as live-out k.
class DoublingBackend final : public Backend {
 public:
  [[nodiscard]] std::string name() const override { return "doubling"; }
  Result<LaunchResult> launch(const LaunchPlan& plan, const Context&) override {
    if (failure) return fail(*failure);
    if (natively) {
      LaunchResult counted;
      counted.cycles.run = 9;
      counted.how = HowRun::kNatively;
      return counted;
    }
    for (const Transfer& transfer : plan.out) {
      auto* words = reinterpret_cast<int*>(transfer.host);
      for (std::int64_t k = 0; k < transfer.bytes / 4; ++k) words[k] *= 2;
    }
    LaunchResult result;
    for (const std::uint64_t word : plan.live_ins) result.live_outs.push_back(1000 + word);
    result.cycles.run = 7;
    return result;
  }
  std::optional<Error> failure;
  bool natively = false;
};

/// `f(n, a)` launches region 0 with live-in 42 on the array a[0..n), or adds one to each element itself.
CompiledProgram launching_program(bool extent_known = true) {
  auto program =
      program_of(std::string("int f(int n, int *a) {\n") +
                 "unsigned long in = 42, out = 0;\n"
                 "struct range r = {(char *)a, (char *)a, (char *)(a + n), " +
                 (extent_known ? "1" : "0") +
                 ", 3};\n"
                 "if (heddle_launch(heddle_session, 0, n, &in, &r, &out)) for (int i = 0; i < n; i++) a[i]++;\n"
                 "return out; }\n");
  program.cgra.scratchpad = {1, 64, 1, false};
  CompiledRegion& region = program.regions.emplace_back();
  region.graph.arrays = {{"a", 4, {}, true, true}};
  region.graph.live_ins = {{"x"}};
  region.graph.live_outs = {{"y"}};
  return program;
}

struct Launch : ::testing::Test {
  Result<RunOutcome> run(const CompiledProgram& program, const std::vector<int>& content) {
    return run_kernel(program, "f", {integer(static_cast<std::int64_t>(content.size())), buffer(content)}, &backend,
                      kContext, [this](const LaunchPlan& plan) { observed.push_back(plan.trip_count); });
  }
  DoublingBackend backend;
  std::vector<std::uint64_t> observed;
};

TEST_F(Launch, Planned_RunsOnTheBackend) {
  const auto outcome = run(launching_program(), {1, 2, 3});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(values<int>(outcome->arguments[1]), ElementsAre(2, 4, 6));
  EXPECT_EQ(outcome->return_value, 1042);
  ASSERT_EQ(outcome->launches.size(), 1U);
  EXPECT_EQ(outcome->launches[0].trip_count, 3U);
  EXPECT_EQ(outcome->launches[0].cycles.run, 7U);
  EXPECT_EQ(outcome->launches[0].refused, "");
  EXPECT_THAT(observed, ElementsAre(3));
}

TEST_F(Launch, CountedOnly_TheProgramsLoopComputesAndTheCyclesStay) {
  backend.natively = true;
  const auto outcome = run(launching_program(), {1, 2, 3});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(values<int>(outcome->arguments[1]), ElementsAre(2, 3, 4));
  EXPECT_EQ(outcome->return_value, 0);
  EXPECT_EQ(outcome->launches[0].cycles.run, 9U);
  EXPECT_EQ(outcome->launches[0].how, HowRun::kNatively);
  EXPECT_EQ(outcome->launches[0].refused, "");
}

TEST_F(Launch, Refused_RunsNativelyAndSaysWhy) {
  const auto outcome = run(launching_program(), std::vector<int>(17, 5));
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(values<int>(outcome->arguments[1]), std::vector<int>(17, 6));
  EXPECT_EQ(outcome->launches[0].refused, "arrays need 68 bytes: a 68; the scratchpad has 64");
  EXPECT_TRUE(observed.empty());
}

TEST_F(Launch, UnmappedRegion_RunsNatively) {
  auto program = launching_program();
  program.regions[0].mapping.ii = 0;
  const auto outcome = run(program, {1});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(values<int>(outcome->arguments[1]), ElementsAre(2));
  EXPECT_EQ(outcome->launches[0].refused, "the region is not mapped on this array");
}

TEST_F(Launch, UnknownExtentOfAnArgument_IsFound) {
  const auto outcome = run(launching_program(false), {1, 2});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(values<int>(outcome->arguments[1]), ElementsAre(2, 4));
}

TEST_F(Launch, BackendFails_EndsTheRunWithItsError) {
  backend.failure = Error{ErrorCode::kMismatch, "the array hangs"};
  EXPECT_THAT(run(launching_program(), {1}), HasError(ErrorCode::kMismatch, "the array hangs"));
}

TEST_F(Launch, BackendThrows_ReachesTheCaller) {
  struct Throwing final : Backend {
    [[nodiscard]] std::string name() const override { return "throwing"; }
    Result<LaunchResult> launch(const LaunchPlan&, const Context&) override { throw std::runtime_error("bug"); }
  } throwing;
  EXPECT_THROW(
      static_cast<void>(run_kernel(launching_program(), "f", {integer(1), buffer<int>({1})}, &throwing, kContext)),
      std::runtime_error);
}

TEST_F(Launch, HeapGlobalsAndConstants_AreKnownObjects) {
  auto program = program_of(R"(
    #include <stdlib.h>
    static int table[4] = {1, 2, 3, 4};
    int sum(int *a) { int s = 0; for (int i = 0; i < 4; i++) s += a[i]; return s; }
    int go(int *a) {
      unsigned long in = 0, out = 0;
      struct range r = {(char *)a, 0, 0, 0, 3};
      return heddle_launch(heddle_session, 0, 1, &in, &r, &out);
    }
    int f(void) {
      int *heap = calloc(4, sizeof(int));
      heap[1] = 5;
      int refused = go(heap) + go(table) * 2;
      int total = sum(heap) * 1000 + sum(table);
      free(heap);
      return total * 10 + refused;
    })");
  program.cgra.scratchpad = {1, 64, 1, false};
  program.regions = launching_program().regions;
  const auto outcome = run_kernel(program, "f", {}, &backend, kContext);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->return_value, (10 * 1000 + 20) * 10);
}

TEST_F(Launch, StackArray_IsKnownWhileItsFunctionRuns) {
  auto program = program_of(R"(
    int go(int *a) {
      unsigned long in = 0, out = 0;
      struct range r = {(char *)(a + 1), 0, 0, 0, 3};
      return heddle_launch(heddle_session, 0, 1, &in, &r, &out);
    }
    __attribute__((noinline)) int *inner(int depth, int *refused) {
      int local[4] = {1, 2, 3, 4};
      *refused += go(local);
      return local[0] + local[3] == 10 ? (int *)((char *)local + depth) : 0;
    }
    int f(void) {
      int refused = 0;
      int *volatile gone = inner(0, &refused);
      return refused * 10 + go(gone);
    })");
  program.cgra.scratchpad = {1, 64, 1, false};
  program.regions = launching_program().regions;
  const auto outcome = run_kernel(program, "f", {}, &backend, kContext);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->return_value, 1) << outcome->launches[0].refused;
}

TEST_F(Launch, FreedBlock_IsNoLongerKnown) {
  auto program = program_of(R"(
    #include <stdlib.h>
    int f(void) {
      int *volatile heap = malloc(16);
      free(heap);
      unsigned long in = 0, out = 0;
      struct range r = {(char *)heap, 0, 0, 0, 1};
      return heddle_launch(heddle_session, 0, 1, &in, &r, &out);
    })");
  program.cgra.scratchpad = {1, 64, 1, false};
  program.regions = launching_program().regions;
  const auto outcome = run_kernel(program, "f", {}, &backend, kContext);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->return_value, 1);
  EXPECT_THAT(outcome->launches[0].refused, ::testing::HasSubstr("is not known"));
}

}  // namespace
}  // namespace heddle::session
