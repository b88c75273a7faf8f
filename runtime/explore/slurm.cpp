// The side of the collector: it writes the files of tasks, asks the controller which of them are left, and looks for
// results. A task that the controller no longer knows and that left evaluations undone has lost them; they go into
// another task.
#include "runtime/explore/slurm.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "compiler/base/files.h"
#include "compiler/base/tool_process.h"
#include "runtime/explore/evaluate.h"

namespace heddle::explore {
namespace {

constexpr std::size_t kArrayTasks = 1000;  // Slurm's default MaxArraySize is 1001
constexpr int kAttempts = 3;
constexpr double kLinger = 2;   // seconds that evaluations wait for others to fill a task
constexpr double kStatus = 10;  // seconds between questions to the controller, at most
constexpr double kRetry = 10;   // seconds after sbatch has refused
constexpr std::size_t kShownLog = 2000;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point time) { return std::chrono::duration<double>(Clock::now() - time).count(); }

/// For the shell.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string end_of(const std::filesystem::path& log) {
  const std::string text = read_file(log).value_or("(no log)");
  return text.size() > kShownLog ? text.substr(text.size() - kShownLog) : text;
}

/// Evaluations of a task: those of so many points.
std::size_t evaluations_of(const Sweep& sweep, std::int64_t points) {
  const auto of_kernel = [](const Measured& each) { return !each.kind.of_array; };
  std::size_t a_point = std::ranges::all_of(sweep.metrics, of_kernel) ? 0 : 1;
  if (std::ranges::any_of(sweep.metrics, of_kernel)) a_point += sweep.kernels.size();
  return std::max<std::size_t>(1, a_point) * static_cast<std::size_t>(std::max<std::int64_t>(1, points));
}

}  // namespace

SlurmExecutor::SlurmExecutor(std::filesystem::path folder, const Sweep& sweep, SlurmOptions options,
                             const Context& context)
    : folder_(std::move(folder)),
      options_(std::move(options)),
      context_(context),
      head_{{"build", build_id()}, {"seconds", sweep.limits.seconds}, {"memory_mb", sweep.limits.memory_mb}},
      per_task_(evaluations_of(sweep, options_.points_per_task)) {}

Result<std::unique_ptr<SlurmExecutor>> SlurmExecutor::open(const std::filesystem::path& folder, const Sweep& sweep,
                                                           const SlurmOptions& options, const Context& context) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(folder, error);
  std::unique_ptr<SlurmExecutor> executor(new SlurmExecutor(absolute, sweep, options, context));
  HEDDLE_TRY(executor->prepare());
  executor->adopt();
  return executor;
}

std::filesystem::path SlurmExecutor::task_file(const std::string& task) const {
  return folder_ / "tasks" / (task + ".jsonl");
}

std::filesystem::path SlurmExecutor::result_file(const std::string& key) const {
  return folder_ / "results" / (key + ".json");
}

std::size_t SlurmExecutor::points_ahead() const {
  return static_cast<std::size_t>(std::max<std::int64_t>(1, options_.points_per_task * options_.tasks));
}

Status SlurmExecutor::prepare() {
  std::error_code error;
  for (const char* each : {"tasks", "results", "partial", "logs"}) {
    std::filesystem::create_directories(folder_ / each, error);
    if (error) return fail(ErrorCode::kIo, fmt::format("cannot make '{}': {}", folder_.string(), error.message()));
  }
  HEDDLE_TRY(write_file(folder_ / "task.sh",
                        fmt::format("#!/bin/sh\nexec {} explore evaluate {} \"$1-$SLURM_ARRAY_TASK_ID\"\n",
                                    quoted(options_.program.string()), quoted(folder_.string()))));
  if (!std::filesystem::exists(folder_ / "name", error)) {
    std::random_device random;  // two folders' jobs must not be taken for each other's
    const std::string digits = fmt::format("{:08x}{:08x}", random(), random());
    HEDDLE_TRY(write_file(folder_ / "name", "heddle-" + digits));
  }
  HEDDLE_ASSIGN(name_, read_file(folder_ / "name"));
  return {};
}

/// Tasks and results of an earlier collector.
void SlurmExecutor::adopt() {
  for (const std::string& key : names_in(folder_ / "results", ".json")) present_.insert(key);
  for (const std::string& task : names_in(folder_ / "tasks", ".jsonl")) {
    std::istringstream lines(read_file(task_file(task)).value_or(""));
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
      const std::string key = evaluation_key(line);
      tasks_[task].keys.insert(key);
      task_of_[key] = task;
    }
    next_batch_ = std::max<std::uint64_t>(next_batch_, std::strtoull(task.c_str(), nullptr, 10) + 1);
  }
}

void SlurmExecutor::submit(std::uint64_t task, Json request) {
  std::string text = request.dump();
  const std::string key = evaluation_key(text);
  const auto [place, is_new] = waiting_.try_emplace(key);
  place->second.numbers.push_back(task);
  if (!is_new) return;
  place->second.request = std::move(text);
  if (present_.contains(key) || task_of_.contains(key)) return;
  queue_.push_back(key);
  grown_ = Clock::now();
}

/// Full tasks at once; the rest when nothing more comes to fill one. A refused batch waits: a limit on submitted jobs,
/// perhaps, or the controller is away, and the tasks that are left may help.
Status SlurmExecutor::send() {
  if (seconds_since(refused_) < kRetry) return {};
  const bool all = tasks_.empty() || seconds_since(grown_) >= kLinger;
  while (queue_.size() >= per_task_ || (all && !queue_.empty())) {
    const std::size_t full = queue_.size() / per_task_ * per_task_;
    const Status sent = send_batch(std::min(per_task_ * kArrayTasks, all ? queue_.size() : full));
    if (sent || context_.cancelled()) continue;
    if (tasks_.empty()) return sent;
    if (complaints_.insert("sbatch").second) context_.log(LogLevel::kWarning, sent.error().message);
    refused_ = Clock::now();
    return {};
  }
  return {};
}

Status SlurmExecutor::send_batch(std::size_t evaluations) {
  const std::uint64_t batch = next_batch_++;
  std::map<std::string, ArrayTask> tasks;
  const auto write = [&]() -> Status {
    for (std::size_t at = 0; at < evaluations; at += per_task_) {
      const std::string name = fmt::format("{}-{}", batch, tasks.size());
      std::string text = head_.dump() + "\n";
      ArrayTask& task = tasks[name];
      for (std::size_t k = at; k < std::min(at + per_task_, evaluations); ++k) {
        text += waiting_.at(queue_[k]).request + "\n";
        task.keys.insert(queue_[k]);
      }
      HEDDLE_TRY(write_file(task_file(name), text));
    }
    return tool_output(command_of(batch, tasks.size()), folder_, context_).map([](const auto&) {});
  };
  const Status sent = write();
  for (auto& [name, task] : tasks) {
    if (!sent) {
      std::error_code ignored;
      std::filesystem::remove(task_file(name), ignored);
      continue;
    }
    for (const std::string& key : task.keys) task_of_[key] = name;
    tasks_.emplace(name, std::move(task));
  }
  if (sent) queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(evaluations));
  return sent;
}

std::vector<std::string> SlurmExecutor::command_of(std::uint64_t batch, std::size_t tasks) const {
  std::vector<std::string> command{
      "sbatch",
      "--parsable",
      "--requeue",
      "--open-mode=append",
      "--ntasks=1",
      fmt::format("--job-name={}-{}", name_, batch),
      fmt::format("--array=0-{}", tasks - 1),
      fmt::format("--output={}", (folder_ / "logs" / fmt::format("{}-%a.log", batch)).string())};
  if (!options_.partition.empty()) command.push_back("--partition=" + options_.partition);
  if (!options_.account.empty()) command.push_back("--account=" + options_.account);
  if (!options_.time.empty()) command.push_back("--time=" + options_.time);
  command.insert(command.end(), options_.more.begin(), options_.more.end());
  command.push_back((folder_ / "task.sh").string());
  command.push_back(std::to_string(batch));
  return command;
}

/// Which tasks the controller still knows.
void SlurmExecutor::ask() {
  asked_ = Clock::now();
  const auto answer =
      tool_output({"squeue", "--noheader", "--array", fmt::format("--user={}", ::getuid()), "--format=%j|%K|%r"},
                  folder_, context_);
  if (!answer) {  // it may be away for a while
    if (!context_.cancelled() && complaints_.insert("squeue").second)
      context_.log(LogLevel::kWarning, answer.error().message);
    return;
  }
  known_.clear();
  std::istringstream lines(*answer);
  for (std::string line; std::getline(lines, line);) {
    const auto index = line.find('|');
    const auto reason = line.find('|', index + 1);
    if (index == std::string::npos || reason == std::string::npos || !line.starts_with(name_ + "-")) continue;
    const std::string task =
        line.substr(name_.size() + 1, index - name_.size() - 1) + "-" + line.substr(index + 1, reason - index - 1);
    known_.insert(task);
    const std::string why = line.substr(reason + 1);
    if (why.find("eld") != std::string::npos && complaints_.insert(why).second)
      context_.log(LogLevel::kWarning, fmt::format("Slurm holds task {} of job {}: {}", task, name_, why));
  }
  for (auto& [name, task] : tasks_) {
    if (known_.contains(name))
      task.gone.reset();
    else if (!task.gone)
      task.gone = Clock::now();
  }
}

void SlurmExecutor::look(std::vector<Finished>& finished) {
  looked_ = Clock::now();
  present_.clear();
  for (const std::string& key : names_in(folder_ / "results", ".json")) {
    const auto found = waiting_.find(key);
    if (found == waiting_.end()) {
      present_.insert(key);
      continue;
    }
    const Json content = Json::parse(read_file(result_file(key)).value_or(""), nullptr, false);
    const auto task = task_of_.find(key);
    if (!content.is_object()) {  // a node lost power while the file was written
      if (task != task_of_.end()) continue;
      std::error_code ignored;
      std::filesystem::remove(result_file(key), ignored);
      queue_.push_back(key);
      continue;
    }
    for (const std::uint64_t number : found->second.numbers) {
      finished.push_back({number, content["done"], content["result"], content["reason"], content["log"], 0});
      delivered_[number] = key;
    }
    waiting_.erase(found);
    if (task == task_of_.end()) continue;
    tasks_[task->second].keys.erase(key);
    tasks_[task->second].has_delivered = true;
    task_of_.erase(task);
  }
}

/// Evaluations of tasks that have ended without them go back into the queue.
Status SlurmExecutor::collect_lost() {
  for (auto at = tasks_.begin(); at != tasks_.end();) {
    const auto& [name, task] = *at;
    const bool lost = task.gone && seconds_since(*task.gone) > options_.settle_seconds;
    if (!task.keys.empty() && !lost) {
      ++at;
      continue;
    }
    for (const std::string& key : task.keys) {
      task_of_.erase(key);
      const auto found = waiting_.find(key);
      if (found == waiting_.end()) continue;  // of points that are stored, or not asked for yet
      if (!task.has_delivered && ++found->second.attempts >= kAttempts)
        return fail(ErrorCode::kIo,
                    fmt::format("tasks of Slurm end without results, the last one with\n{}",
                                end_of(folder_ / "logs" / (name + ".log"))),
                    {}, "what is stored stays valid: --resume goes on from there");
      std::error_code ignored;
      std::filesystem::remove(result_file(key), ignored);  // damaged, if there is one
      queue_.push_back(key);
    }
    std::error_code ignored;
    std::filesystem::remove(task_file(name), ignored);
    at = tasks_.erase(at);
  }
  return {};
}

Result<std::vector<Finished>> SlurmExecutor::wait(int milliseconds) {
  std::vector<Finished> finished;
  if (seconds_since(looked_) >= options_.poll_seconds) {
    look(finished);
    if (seconds_since(asked_) >= std::min(kStatus, options_.settle_seconds)) ask();
    HEDDLE_TRY(collect_lost());
  }
  HEDDLE_TRY(send());
  if (finished.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  return finished;
}

void SlurmExecutor::release(const std::vector<std::uint64_t>& tasks) {
  for (const std::uint64_t number : tasks) {
    const auto found = delivered_.find(number);
    if (found == delivered_.end()) continue;
    std::error_code ignored;
    std::filesystem::remove(result_file(found->second), ignored);
    delivered_.erase(found);
  }
}

void SlurmExecutor::finish() {
  // Duplicates of tasks may still run.
  ask();
  std::set<std::string> jobs;
  for (const std::string& task : known_)
    jobs.insert(fmt::format("--name={}-{}", name_, task.substr(0, task.find('-'))));
  for (const std::string& job : jobs) static_cast<void>(tool_output({"scancel", job}, folder_, context_));
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace heddle::explore
