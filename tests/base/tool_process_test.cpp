// Child processes: each job has its own end, limits kill whole groups, failures of one leave the others alone.
#include "compiler/base/tool_process.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "compiler/base/files.h"
#include "compiler/base/scratch.h"
#include "tests/support/matchers.h"

namespace heddle {
namespace {

using End = ToolOutcome::End;

class RunToolJobs : public testing::Test {
 protected:
  TemporaryDirectory scratch_{std::filesystem::temp_directory_path()};

  ToolJob shell(const std::string& text, double seconds = 0) {
    const auto log = scratch_.path() / ("log" + std::to_string(logs_++));
    return {{"sh", "-c", text}, scratch_.path(), log, seconds};
  }

  std::map<std::size_t, ToolOutcome> run(const std::vector<ToolJob>& jobs, int at_once) {
    std::map<std::size_t, ToolOutcome> outcomes;
    EXPECT_THAT(run_tool_jobs(jobs, at_once, {},
                              [&](std::size_t index, const ToolOutcome& outcome) -> Status {
                                EXPECT_TRUE(outcomes.emplace(index, outcome).second);
                                return {};
                              }),
                IsOk());
    return outcomes;
  }

 private:
  int logs_ = 0;
};

TEST_F(RunToolJobs, TellsTheEndsApart) {
  const std::vector<ToolJob> jobs{shell("echo out; echo err >&2"),
                                  shell("exit 3"),
                                  shell("kill -SEGV $$"),
                                  shell("sleep 30", 0.2),
                                  {{"no-such-program-at-all"}, scratch_.path(), "/dev/null"}};
  auto outcomes = run(jobs, 2);
  ASSERT_EQ(outcomes.size(), 5U);
  EXPECT_EQ(outcomes[0].end, End::kSuccess);
  EXPECT_EQ(read_file(jobs[0].log).value(), "out\nerr\n");
  EXPECT_EQ(outcomes[1].end, End::kFailure);
  EXPECT_EQ(describe(outcomes[1]), "ended with status 3");
  EXPECT_EQ(outcomes[2].end, End::kSignal);
  EXPECT_EQ(outcomes[2].code, 11);
  EXPECT_EQ(outcomes[3].end, End::kTimeOut);
  EXPECT_EQ(outcomes[4].end, End::kNotStarted);
}

TEST_F(RunToolJobs, TimeLimitStopsGrandchildrenToo) {
  auto outcomes = run({shell("(trap '' TERM; sleep 3; touch late) & wait", 0.2)}, 1);
  EXPECT_EQ(outcomes[0].end, End::kTimeOut);
  EXPECT_EQ(run({shell("sleep 3.2")}, 1)[0].end, End::kSuccess);
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "late"));
}

TEST_F(RunToolJobs, CountsProcessorTimeNotWaiting) {
  auto outcomes = run({shell("sleep 0.5"), shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")}, 2);
  EXPECT_LT(outcomes[0].cpu_seconds, 0.2);
  EXPECT_GT(outcomes[1].cpu_seconds, outcomes[0].cpu_seconds);
}

TEST_F(RunToolJobs, ErrorOfTheCallbackStopsTheRest) {
  const Status status = run_tool_jobs({shell("true"), shell("sleep 30")}, 2, {}, [](std::size_t, const ToolOutcome&) {
    return Status(fail(ErrorCode::kIo, "disk full"));
  });
  EXPECT_THAT(status, HasError(ErrorCode::kIo, "disk full"));
}

TEST_F(RunToolJobs, Cancelled_IsInterrupted) {
  std::atomic<bool> cancel = false;
  Context context;
  context.cancel = &cancel;
  int ended = 0;
  const Status status =
      run_tool_jobs({shell("true"), shell("sleep 30")}, 1, context, [&](std::size_t, const ToolOutcome&) -> Status {
        ++ended;
        cancel = true;
        return {};
      });
  EXPECT_THAT(status, HasError(ErrorCode::kInterrupted, "interrupted"));
  EXPECT_EQ(ended, 1);
}

TEST_F(RunToolJobs, RunToolsStillStopsAtTheFirstFailure) {
  EXPECT_THAT(run_tools({{"true"}, {"sh", "-c", "echo broken; exit 1"}, {"touch", "third"}}, scratch_.path(), 1, {}),
              HasError(ErrorCode::kUnsupported, "sh failed:\nbroken"));
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "third"));
  EXPECT_THAT(run_tools({{"no-such-program-at-all"}}, scratch_.path(), 1, {}),
              HasError(ErrorCode::kNotFound, "install no-such-program-at-all"));
}

}  // namespace
}  // namespace heddle
