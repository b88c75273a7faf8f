// Where evaluations run: the collector hands tasks over and takes what became of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/base/result.h"

namespace heddle::explore {

/// How a task ended. Failures of the task itself are inside `result`.
struct Finished {
  std::uint64_t task = 0;
  bool done = false;  ///< else the worker was lost: `reason` says how, `log` what it printed last
  Json result;
  std::string reason;
  std::string log;
  double seconds = 0;  ///< wall time
};

class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;

  virtual void submit(std::uint64_t task, Json request) = 0;
  [[nodiscard]] virtual bool idle() const = 0;

  /// The next tasks that ended, waiting for at most `milliseconds`. Fails if nothing can be run.
  virtual Result<std::vector<Finished>> wait(int milliseconds) = 0;

  /// How many points are worth having in work at once.
  [[nodiscard]] virtual std::size_t points_ahead() const = 0;

  /// The results of these tasks are stored for good, so whatever was kept of them may go.
  virtual void release(const std::vector<std::uint64_t>& /*tasks*/) {}

  /// The sweep is complete, and its results are written.
  virtual void finish() {}
};

}  // namespace heddle::explore
