// Whole sweeps, with an evaluation that costs nothing: same files whatever happens on the way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "compiler/base/files.h"
#include "runtime/explore/explore.h"
#include "tests/explore/support.h"
#include "tests/support/matchers.h"

namespace heddle::explore {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string kSweep = R"(axes:
  rows: {from: 1, to: 8}
  columns: {from: 1, to: 5}
  banks: [1, 2, 4]
constraints: [dsp < 30]
objectives: [{minimize: lut, reference: 1000}, {maximize: dsp}]
)";

/// A cost with a front of several points; one array that never works, and pauses to be killed in.
Json fake(const Json& request, int milliseconds = 0) {
  if (milliseconds > 0) std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  const int rows = request["array"]["grid"]["rows"];
  const int columns = request["array"]["grid"]["columns"];
  const int banks = request["array"]["scratchpad"]["banks"];
  if (rows == 3 && columns == 3) return {{"status", "infeasible"}, {"reason", "three"}};
  return {{"status", "ok"}, {"lut", rows * columns * (10 + banks)}, {"dsp", rows * columns * banks % 37}};
}

class Run : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(root_); }
  void TearDown() override { fs::remove_all(root_); }

  [[nodiscard]] Result<Progress> run(const std::string& name, int jobs, bool resume = false, int pause = 0,
                                     std::int64_t limit = 0) const {
    auto sweep = sweep_of(kSweep);
    if (!sweep) return tl::unexpected(sweep.error());
    Context context;
    context.jobs = jobs;
    RunOptions options{root_ / name, {}, {}, kSweep, resume, limit};
    return run_sweep(*sweep, {}, options, context, [pause](const Json& request) { return fake(request, pause); });
  }
  [[nodiscard]] std::string file(const std::string& name, const std::string& of) const {
    return read_file(root_ / name / of).value_or("none");
  }
  void expect_same(const std::string& a, const std::string& b) const {
    for (const char* each : {"results.jsonl", "results.csv", "front.json"}) EXPECT_EQ(file(a, each), file(b, each));
  }

  const fs::path root_ = fs::path(testing::TempDir()) / ("heddle_explore_" + std::to_string(::getpid()));
};

TEST_F(Run, WritesTheSameFilesWhateverTheNumberOfWorkers) {
  const auto one = run("one", 1);
  ASSERT_THAT(one, IsOk());
  EXPECT_EQ(one->points, 120U);
  EXPECT_EQ(one->stored, 120U);
  EXPECT_GT(one->front, 3U);
  ASSERT_THAT(run("three", 3), IsOk());
  expect_same("one", "three");
  EXPECT_THAT(file("one", "results.jsonl"), HasSubstr(R"("status":"infeasible")"));
  EXPECT_THAT(file("one", "results.csv"), HasSubstr(",excluded,0,"));
}

TEST_F(Run, GoesOnAfterALimit) {
  ASSERT_THAT(run("whole", 2), IsOk());
  EXPECT_EQ(run("part", 2, false, 0, 17)->stored, 17U);
  EXPECT_THAT(run("part", 2), HasError(ErrorCode::kBadInput, "holds a sweep with 17 points"));
  ASSERT_THAT(run("part", 2, true), IsOk());
  expect_same("whole", "part");
}

TEST_F(Run, TwoCollectorsCannotShareAFolder) {
  const auto first = Store::open(root_ / "shared", Store::Access::kWrite);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(run("shared", 1), HasError(ErrorCode::kIo, "another sweep is being written"));
}

TEST_F(Run, AnotherVersionIsLeftAlone) {
  fs::create_directories(root_ / "old");
  const auto path = root_ / "old" / "sweep.sqlite";
  ASSERT_EQ(std::system(("sqlite3 " + path.string() + " 'PRAGMA user_version=9; CREATE TABLE point (x)'").c_str()), 0);
  const std::string before = *read_file(path);
  EXPECT_THAT(run("old", 1), HasError(ErrorCode::kIo, "another version"));
  EXPECT_EQ(*read_file(path), before);
}

/// Runs the sweep in a child process that can be killed or limited.
template <class Prepare>
pid_t start(const Prepare& body) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(body());
  return pid;
}

TEST_F(Run, SurvivesKillsOfTheCollector) {
  ASSERT_THAT(run("whole", 2), IsOk());
  int kills = 0;
  for (int round = 0; round < 4; ++round) {
    const pid_t pid = start([&] { return run("killed", 2, round > 0, 15) ? 0 : 1; });
    std::this_thread::sleep_for(std::chrono::milliseconds(650 + 37 * round));
    kills += ::kill(pid, SIGKILL) == 0 ? 1 : 0;
    ::waitpid(pid, nullptr, 0);
  }
  const auto stored = Store::open(root_ / "killed", Store::Access::kRead);
  ASSERT_THAT(stored, IsOk());
  EXPECT_GT(*stored->size(), 0U);
  EXPECT_EQ(kills, 4);
  ASSERT_THAT(run("killed", 2, true), IsOk());
  expect_same("whole", "killed");
}

TEST_F(Run, ASecondCollectorLeavesTheFirstAlone) {
  ASSERT_THAT(run("whole", 2), IsOk());
  const pid_t first = start([&] { return run("shared", 2, false, 15) ? 0 : 1; });
  const auto holds_points = [&] {
    const auto store = Store::open(root_ / "shared", Store::Access::kRead);
    return store && store->size().value_or(0) > 0;
  };
  for (int k = 0; k < 100 && !holds_points(); ++k) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(holds_points());
  const pid_t second = start([&] {
    const auto outcome = run("shared", 2, true, 15);
    return !outcome && outcome.error().code == ErrorCode::kIo ? 7 : 1;
  });
  int status = 0;
  ::waitpid(second, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  ::waitpid(first, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  expect_same("whole", "shared");
}

TEST_F(Run, AFullDiskLeavesAStoreThatCanGoOn) {
  ASSERT_THAT(run("whole", 2), IsOk());
  const pid_t pid = start([&] {
    ::signal(SIGXFSZ, SIG_IGN);  // writes beyond the limit fail, as on a full disk
    const rlimit small{40'000, 40'000};
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto outcome = run("full", 2, false, 20);
    return !outcome && outcome.error().code == ErrorCode::kIo ? 7 : 1;
  });
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  ASSERT_THAT(run("full", 2, true), IsOk());
  expect_same("whole", "full");
}

TEST_F(Run, AnInterruptKeepsWhatIsDone) {
  ASSERT_THAT(run("whole", 2), IsOk());
  const auto sweep = sweep_of(kSweep);
  std::atomic<bool> cancel = false;
  Context context;
  context.jobs = 2;
  context.cancel = &cancel;
  std::jthread timer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    cancel = true;
  });
  const auto stopped = run_sweep(*sweep, {}, {root_ / "stopped", {}, {}, kSweep, false, 0}, context,
                                 [](const Json& request) { return fake(request, 15); });
  EXPECT_THAT(stopped, HasError(ErrorCode::kInterrupted, "interrupted after"));
  ASSERT_THAT(run("stopped", 2, true), IsOk());
  expect_same("whole", "stopped");
}

}  // namespace
}  // namespace heddle::explore
