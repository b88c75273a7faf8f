// What a node does with a task of a Slurm array.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/base/files.h"
#include "runtime/explore/evaluate.h"
#include "runtime/explore/slurm.h"
#include "tests/support/matchers.h"

namespace heddle::explore {
namespace {

namespace fs = std::filesystem;

class SlurmTask : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* each : {"tasks", "results", "partial"}) fs::create_directories(root_ / each);
    ASSERT_THAT(write_file(root_ / "name", "heddle-test"), IsOk());
    write_task(build_id());
  }
  void TearDown() override { fs::remove_all(root_); }

  void write_task(const std::string& build) const {
    std::string text = Json{{"build", build}, {"seconds", 10}, {"memory_mb", 1024}}.dump() + "\n";
    for (int k = 0; k < 4; ++k) text += request(k) + "\n";
    ASSERT_THAT(write_file(root_ / "tasks" / "0-0.jsonl", text), IsOk());
  }
  static std::string request(int k) { return Json{{"value", k}}.dump(); }
  [[nodiscard]] fs::path result(int k) const { return root_ / "results" / (evaluation_key(request(k)) + ".json"); }
  [[nodiscard]] Status run(const std::string& task = "0-0") const {
    return run_slurm_task(root_, task, {}, [](const Json& request) {
      if (request["value"] == 2) std::abort();
      return Json{{"status", "ok"}, {"twice", 2 * request["value"].get<int>()}};
    });
  }

  const fs::path root_ = fs::path(testing::TempDir()) / ("heddle_task_" + std::to_string(::getpid()));
};

TEST_F(SlurmTask, WritesAResultForEachEvaluation) {
  ASSERT_THAT(run(), IsOk());
  EXPECT_EQ(Json::parse(*read_file(result(3)))["result"]["twice"], 6);
  EXPECT_EQ(Json::parse(*read_file(result(2)))["done"], false);
  EXPECT_TRUE(fs::is_empty(root_ / "partial"));
}

TEST_F(SlurmTask, GoesOnWhereItWas) {
  ASSERT_THAT(write_file(result(1), "kept"), IsOk());
  ASSERT_THAT(run(), IsOk());
  EXPECT_EQ(*read_file(result(1)), "kept");
  EXPECT_TRUE(fs::exists(result(0)));
}

TEST_F(SlurmTask, AFullDiskLeavesNoHalfResult) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{40, 40};  // bytes: less than a result
    ::setrlimit(RLIMIT_FSIZE, &small);
    const Status status = run();
    ::_exit(!status && status.error().code == ErrorCode::kIo ? 7 : 1);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_TRUE(fs::is_empty(root_ / "results"));
  ASSERT_THAT(run(), IsOk());
  for (int k = 0; k < 4; ++k) EXPECT_TRUE(Json::parse(*read_file(result(k))).is_object());
}

TEST_F(SlurmTask, RefusesAnotherBuildAndHasNothingToDoWhenItsTaskIsGone) {
  EXPECT_THAT(run("7-1"), IsOk());
  write_task("another");
  EXPECT_THAT(run(), HasError(ErrorCode::kBadInput, "another build"));
  EXPECT_TRUE(fs::is_empty(root_ / "results"));
}

}  // namespace
}  // namespace heddle::explore
