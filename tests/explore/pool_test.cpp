// Workers that crash, hang, grow or are killed.
#include "runtime/explore/pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <thread>

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
  if (how == "grow") return std::string(std::size_t{1} << 32U, 'x');
  return {{"status", "ok"}, {"how", how}};
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

}  // namespace
}  // namespace heddle::explore
