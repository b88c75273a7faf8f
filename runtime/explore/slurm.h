// Evaluations as job arrays of a Slurm cluster: files in a folder that all nodes share carry them out and back.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "runtime/explore/executor.h"
#include "runtime/explore/sweep.h"

namespace heddle::explore {

struct SlurmOptions {
  std::filesystem::path program;  ///< this program, where the nodes see it
  std::string partition;          ///< empty: the cluster's default, as for the next two
  std::string account;
  std::string time;               ///< limit of a task, as sbatch takes it
  std::vector<std::string> more;  ///< further arguments of sbatch
  std::int64_t points_per_task = 20;
  std::int64_t tasks = 100;    ///< of the array jobs, waiting or running at once
  double poll_seconds = 1;     ///< between looks for results
  double settle_seconds = 30;  ///< until results of a task that has ended are surely visible here
};

/// What a task of an array gets: lines of JSON, the first with limits and the build, the others one evaluation each.
/// It writes each result into a file of its own, which appears whole by renaming, under a name that depends on the
/// evaluation alone. So a task that Slurm runs again goes on where it was, and two that run at once do no harm.
///
/// Folder: name (first part of the names of all jobs), task.sh, tasks/B-I.jsonl, results/KEY.json, logs/B-I.log.
class SlurmExecutor : public Executor {
 public:
  /// Takes up what an earlier collector left in the folder. Fails with kIo if the folder cannot be written.
  static Result<std::unique_ptr<SlurmExecutor>> open(const std::filesystem::path& folder, const Sweep& sweep,
                                                     const SlurmOptions& options, const Context& context);

  void submit(std::uint64_t task, Json request) override;
  [[nodiscard]] bool idle() const override { return waiting_.empty(); }
  /// Fails if sbatch refuses while no task is left, and if a task ended three times without a single result.
  Result<std::vector<Finished>> wait(int milliseconds) override;
  [[nodiscard]] std::size_t points_ahead() const override;
  void release(const std::vector<std::uint64_t>& tasks) override;
  void finish() override;

 private:
  using Clock = std::chrono::steady_clock;

  /// An evaluation without a result.
  struct Waiting {
    std::vector<std::uint64_t> numbers;  // of the collector
    std::string request;
    int attempts = 0;  // that brought nothing at all
  };
  /// A task of an array.
  struct ArrayTask {
    std::set<std::string> keys;
    bool has_delivered = false;
    std::optional<Clock::time_point> gone;  // since when the controller does not know it
  };

  SlurmExecutor(std::filesystem::path folder, const Sweep& sweep, SlurmOptions options, const Context& context);
  Status prepare();
  void adopt();
  Status send();
  Status send_batch(std::size_t evaluations);
  [[nodiscard]] std::vector<std::string> command_of(std::uint64_t batch, std::size_t tasks) const;
  void ask();
  void look(std::vector<Finished>& finished);
  Status collect_lost();
  [[nodiscard]] std::filesystem::path task_file(const std::string& task) const;
  [[nodiscard]] std::filesystem::path result_file(const std::string& key) const;

  std::filesystem::path folder_;
  SlurmOptions options_;
  const Context& context_;
  Json head_;                 // first line of the files of tasks
  std::size_t per_task_ = 1;  // evaluations
  std::string name_;
  std::map<std::string, Waiting> waiting_;          // by key
  std::vector<std::string> queue_;                  // keys that no task has
  std::map<std::string, ArrayTask> tasks_;          // by "batch-index"
  std::map<std::string, std::string> task_of_;      // by key
  std::set<std::string> present_;                   // results that lie there
  std::map<std::uint64_t, std::string> delivered_;  // keys by number
  std::set<std::string> known_;                     // tasks that the controller has
  std::set<std::string> complaints_;                // that were logged
  std::uint64_t next_batch_ = 0;
  Clock::time_point grown_ = {};    // the queue, last
  Clock::time_point refused_ = {};  // a batch, last
  Clock::time_point looked_ = {};
  Clock::time_point asked_ = {};
};

/// The name of an evaluation's result: 32 hexadecimal digits of its request.
std::string evaluation_key(const std::string& request);

/// What a node does with a task of the folder: evaluates what has no result yet, one after another. Fails with
/// kBadInput if the task is for another build, with kIo if a result cannot be written; a task that is gone has nothing
/// to do.
Status run_slurm_task(const std::filesystem::path& folder, const std::string& task, const Context& context,
                      const std::function<Json(const Json&)>& evaluate);

}  // namespace heddle::explore
