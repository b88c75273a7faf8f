// Processes that work tasks off, one at a time each: a task that crashes, hangs or takes too much memory costs itself.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "runtime/explore/executor.h"

namespace heddle::explore {

struct PoolOptions {
  int workers = 1;
  double seconds = 600;           ///< wall time of a task
  std::int64_t memory_mb = 8192;  ///< address space of a worker
  std::filesystem::path logs;     ///< folder for what workers print, a file each
};

/// Workers are forks of this process, so make the pool before there are threads. They die with it, and what an
/// evaluation has started dies with its worker. A worker that is
/// killed by somebody else's signal costs nothing at first: its task is tried once more.
class Pool : public Executor {
 public:
  Pool(PoolOptions options, std::function<Json(const Json&)> evaluate);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() override;

  void submit(std::uint64_t task, Json request) override;
  [[nodiscard]] bool idle() const override;
  Result<std::vector<Finished>> wait(int milliseconds) override;
  [[nodiscard]] std::size_t points_ahead() const override { return kPointsAhead * workers_.size(); }

  [[nodiscard]] std::vector<pid_t> processes() const;

 private:
  static constexpr std::size_t kPointsAhead = 4;  // whose tasks are in work or wait, for each worker

  struct Task {
    std::uint64_t number = 0;
    Json request;
    int attempts = 0;
  };
  struct Worker {
    pid_t pid = -1;
    int to = -1;
    int from = -1;
    std::optional<Task> task;
    std::chrono::steady_clock::time_point started;
    std::string received;
    bool timed_out = false;
  };

  Status start(std::size_t index);
  [[noreturn]] void work(int in, int out, const std::filesystem::path& log) const;
  Status feed();
  void receive(std::size_t index, std::vector<Finished>& finished);
  void bury(std::size_t index, std::vector<Finished>& finished);
  void stop_late(std::chrono::steady_clock::time_point now);
  [[nodiscard]] std::filesystem::path log_of(std::size_t index) const;

  PoolOptions options_;
  std::function<Json(const Json&)> evaluate_;
  std::vector<Worker> workers_;
  std::deque<Task> queue_;
};

}  // namespace heddle::explore
