// Sweeps by Slurm on a cluster of three nodes: the same results as without, whatever is lost on the way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <thread>

#include "compiler/base/files.h"
#include "tests/explore/support.h"
#include "tests/explore/virtual_cluster.h"
#include "tests/support/matchers.h"

namespace heddle::explore {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string kSweep = kHead + R"(axes:
  rows: {from: 2, to: 5}
  columns: {from: 2, to: 5}
  banks: [1, 2, 4]
  registers: [2, 4]
objectives: [{minimize: lut}, {maximize: dsp}]
)";

class Slurm : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(root_);
    ASSERT_THAT(write_file(root_ / "sweep.yaml", kSweep), IsOk());
    cluster_ = std::make_unique<VirtualCluster>(root_ / "cluster");
    ASSERT_EQ(cluster_->trouble(), "") << "the Slurm executor is NOT tested here: slurmd did not run";
    ASSERT_EQ(finish(start("local", {})), 0) << log("local");
  }
  void TearDown() override {
    cluster_.reset();
    fs::remove_all(root_);
  }

  /// `heddle explore`, in a process of its own.
  [[nodiscard]] pid_t start(const std::string& name, std::vector<std::string> more,
                            rlim_t file_size = RLIM_INFINITY) const {
    std::vector<std::string> command{std::string(HEDDLE_BINARY_DIR) + "/bin/heddle-all",
                                     "explore",
                                     root_ / "sweep.yaml",
                                     "-o",
                                     root_ / name,
                                     "--no-cache",
                                     "-j2"};
    command.insert(command.end(), more.begin(), more.end());
    std::vector<char*> arguments;
    for (std::string& each : command) arguments.push_back(each.data());
    arguments.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::freopen((root_ / (name + ".log")).c_str(), "a", stdout);
    ::dup2(STDOUT_FILENO, STDERR_FILENO);
    if (file_size != RLIM_INFINITY) {
      ::signal(SIGXFSZ, SIG_IGN);  // writes beyond the limit fail, as on a full disk
      const rlimit small{file_size, file_size};
      ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  [[nodiscard]] pid_t start_slurm(const std::string& name, bool resume = false,
                                  rlim_t file_size = RLIM_INFINITY) const {
    std::vector<std::string> more{"--executor=slurm", "--points-per-task=12", "--partition=main", "--settle=2",
                                  "--sbatch=--propagate=NONE"};
    if (resume) more.emplace_back("--resume");
    return start(name, more, file_size);
  }
  static int finish(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
      VirtualCluster::hurry();
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  [[nodiscard]] std::string log(const std::string& name) const {
    return read_file(root_ / (name + ".log")).value_or("(no log)");
  }
  void expect_same(const std::string& name) const {
    for (const char* each : {"results.jsonl", "results.csv", "front.json"})
      EXPECT_EQ(read_file(root_ / name / each).value_or("none"),
                read_file(root_ / "local" / each).value_or("no local"));
    EXPECT_FALSE(fs::exists(root_ / name / "slurm"));  // nothing is left of a sweep that is complete
  }

  const fs::path root_ = fs::path(testing::TempDir()) / ("heddle_slurm_" + std::to_string(::getpid()));
  std::unique_ptr<VirtualCluster> cluster_;
};

TEST_F(Slurm, ANodeIsLostAndATaskKilledAndOneRunsTwice) {
  const pid_t sweep = start_slurm("out");
  cluster_->catch_tasks();
  ASSERT_FALSE(cluster_->caught_on("n2").empty()) << log("out");
  cluster_->lose("n2");
  // The job's processes but not its daemon: the task ends without its results, and Slurm does not run it again.
  const auto killed = cluster_->caught_on("n1");
  ASSERT_FALSE(killed.empty()) << log("out");
  for (std::size_t k = 1; k < killed.size(); ++k) ::kill(killed[k], SIGKILL);
  ASSERT_FALSE(cluster_->caught_on("n3").empty()) << log("out");
  VirtualCluster::output("squeue --noheader --nodelist=n3 --format=%A | xargs -r scontrol requeue");
  cluster_->release_tasks();
  EXPECT_EQ(finish(sweep), 0) << log("out");
  expect_same("out");
}

TEST_F(Slurm, ACollectorIsKilledAndResumed) {
  const pid_t first = start_slurm("out");
  cluster_->catch_tasks();
  ASSERT_FALSE(cluster_->caught_on("n1").empty()) << log("out");
  ::kill(first, SIGKILL);
  EXPECT_EQ(finish(first), -SIGKILL);
  cluster_->release_tasks();
  EXPECT_EQ(finish(start_slurm("out", true)), 0) << log("out");
  expect_same("out");
}

TEST_F(Slurm, AFullDiskOfTheCollectorAndABadPartition) {
  EXPECT_EQ(finish(start_slurm("out", false, 20'000)), 2);
  EXPECT_THAT(log("out"), HasSubstr("sweep store"));
  EXPECT_EQ(finish(start("out", {"--executor=slurm", "--resume", "--partition=none"})), 2);
  EXPECT_THAT(log("out"), HasSubstr("invalid partition"));
  EXPECT_EQ(finish(start_slurm("out", true)), 0) << log("out");
  expect_same("out");
}

}  // namespace
}  // namespace heddle::explore
