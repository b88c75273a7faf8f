// Workers that crash, hang, grow or are killed.
#include "runtime/explore/pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <thread>

#include "compiler/base/files.h"
#include "compiler/base/tool_process.h"
#include "tests/support/matchers.h"

namespace heddle::explore {
namespace {

using testing::HasSubstr;

Json misbehave(const Json& request) {
  const std::string how = request["how"];
  std::fputs(("doing " + how + "\n").c_str(), stderr);
  if (how == "crash") std::abort();
  if (how == "hang") ::pause();
  if (how == "sleep") std::this_thread::sleep_for(std::chrono::milliseconds(300));
  if (how == "tools") {
    // As clang is started, in the worker's group; and as Yosys is, in a group of its own.
    const std::string once = request["seconds"];
    if (::fork() == 0) ::execlp("sleep", "sleep", once.c_str(), "0", nullptr);
    static_cast<void>(run_tools({{"sleep", once}}, std::filesystem::temp_directory_path(), 1, Context{}));
  }
  if (how == "grow") return std::string(std::size_t{1} << 32U, 'x');
  return {{"status", "ok"}, {"how", how}};
}

/// How many processes sleep for so long.
int sleepers(const std::string& seconds) {
  int count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string line = read_file(entry.path() / "cmdline").value_or("");
    if (line.starts_with("sleep" + std::string(1, '\0') + seconds + '\0')) ++count;
  }
  return count;
}

/// Waits up to 10 s until there are so many.
bool become_sleepers(const std::string& seconds, int count) {
  for (int k = 0; k < 100; ++k) {
    if (sleepers(seconds) == count) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

PoolOptions options(int workers) {
  const auto logs = std::filesystem::path(testing::TempDir()) / ("heddle_pool_" + std::to_string(::getpid()));
  std::filesystem::create_directories(logs);
  return {workers, 1, 1024, logs};
}

std::map<std::uint64_t, Finished> drain(Pool& pool) {
  std::map<std::uint64_t, Finished> all;
  while (!pool.idle()) {
    auto finished = pool.wait(100);
    if (!finished) break;
    for (Finished& each : *finished) EXPECT_TRUE(all.emplace(each.task, each).second) << "twice: " << each.task;
  }
  return all;
}

TEST(Pool, LosesOnlyTheTasksThatMisbehave) {
  Pool pool(options(2), misbehave);
  const std::vector<std::string> hows{"work", "crash", "work", "hang", "work", "grow", "work", "work"};
  for (std::size_t k = 0; k < hows.size(); ++k) pool.submit(k, {{"how", hows[k]}});
  const auto all = drain(pool);
  ASSERT_EQ(all.size(), hows.size());
  for (std::size_t k = 0; k < hows.size(); ++k) EXPECT_EQ(all.at(k).done, hows[k] == "work") << k;
  EXPECT_THAT(all.at(1).reason, HasSubstr("crashed twice: signal 6"));
  EXPECT_THAT(all.at(1).log, HasSubstr("doing crash"));
  EXPECT_THAT(all.at(3).reason, HasSubstr("took longer than 1 s"));
  EXPECT_THAT(all.at(5).reason, HasSubstr("needs more than 1024 MiB"));
}

TEST(Pool, TriesAgainWhatAKilledWorkerHad) {
  Pool pool(options(2), misbehave);
  for (std::uint64_t k = 0; k < 6; ++k) pool.submit(k, {{"how", "sleep"}});
  ASSERT_THAT(pool.wait(50), IsOk());
  for (const pid_t worker : pool.processes()) ::kill(worker, SIGKILL);
  const auto all = drain(pool);
  ASSERT_EQ(all.size(), 6U);
  for (const auto& [task, finished] : all) EXPECT_TRUE(finished.done) << task;
}

TEST(Pool, WhatAKilledWorkerHadStartedDiesWithIt) {
  const std::string seconds = "1000." + std::to_string(::getpid());
  PoolOptions patient = options(1);
  patient.seconds = 60;
  Pool pool(patient, misbehave);
  pool.submit(0, {{"how", "tools"}, {"seconds", seconds}});
  for (int attempt = 0; attempt < 2; ++attempt) {
    ASSERT_THAT(pool.wait(100), IsOk());
    ASSERT_TRUE(become_sleepers(seconds, 2));
    for (const pid_t worker : pool.processes()) ::kill(worker, SIGKILL);
  }
  EXPECT_THAT(drain(pool).at(0).reason, HasSubstr("signal 9"));
  EXPECT_TRUE(become_sleepers(seconds, 0));
}

TEST(Pool, WhatAHungEvaluationHadStartedIsStoppedAtTheLimit) {
  const std::string seconds = "2000." + std::to_string(::getpid());
  Pool pool(options(1), misbehave);
  pool.submit(0, {{"how", "tools"}, {"seconds", seconds}});
  EXPECT_THAT(drain(pool).at(0).reason, HasSubstr("took longer than 1 s"));
  EXPECT_TRUE(become_sleepers(seconds, 0));
}

TEST(Pool, EverythingDiesWithTheCollector) {
  const std::string seconds = "3000." + std::to_string(::getpid());
  const pid_t collector = ::fork();
  if (collector == 0) {
    PoolOptions patient = options(2);
    patient.seconds = 60;
    Pool pool(patient, misbehave);
    for (std::uint64_t k = 0; k < 2; ++k) pool.submit(k, {{"how", "tools"}, {"seconds", seconds}});
    drain(pool);
    ::_exit(0);
  }
  EXPECT_TRUE(become_sleepers(seconds, 4));
  ::kill(collector, SIGKILL);
  ::waitpid(collector, nullptr, 0);
  EXPECT_TRUE(become_sleepers(seconds, 0));
}

}  // namespace
}  // namespace heddle::explore
