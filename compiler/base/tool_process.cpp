#include "compiler/base/tool_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "compiler/base/files.h"

namespace heddle {
namespace {

constexpr int kCannotExecute = 127;
constexpr std::size_t kShownOutput = 2000;  // characters of a failed tool's output that go into the message

struct Child {
  pid_t pid = -1;
  std::size_t job = 0;
  bool limited = false;
  bool killed = false;
  std::chrono::steady_clock::time_point deadline;
};

/// Only calls that are safe between fork and exec.
[[noreturn]] void become(char* const* arguments, const char* directory, const char* log, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a tool must not outlive who waits for it
  if (::getppid() != parent) ::_exit(kCannotExecute);
  const int file = ::open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0 || ::chdir(directory) != 0) ::_exit(kCannotExecute);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
  ::setpgid(0, 0);
  ::execvp(arguments[0], arguments);
  ::_exit(kCannotExecute);
}

Result<Child> start(const ToolJob& job, std::size_t index) {
  std::vector<char*> arguments;
  for (const std::string& argument : job.command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const std::string where = job.directory.string();
  const std::string log_name = job.log.string();
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return fail(ErrorCode::kIo, fmt::format("cannot start {}: {}", job.command[0], std::strerror(errno)));
  if (pid == 0) become(arguments.data(), where.c_str(), log_name.c_str(), parent);
  ::setpgid(pid, pid);  // in the child too: whichever comes first
  const auto limit = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(std::max(0.0, job.seconds)));
  return Child{pid, index, job.seconds > 0, false, std::chrono::steady_clock::now() + limit};
}

Error failure(const ToolJob& job, const ToolOutcome& outcome) {
  const std::string& name = job.command[0];
  if (outcome.end == ToolOutcome::End::kNotStarted)
    return {ErrorCode::kNotFound, fmt::format("cannot run {}", name), {}, {}, fmt::format("install {}", name)};
  std::string output = read_file(job.log).value_or("");
  if (output.size() > kShownOutput) output = "..." + output.substr(output.size() - kShownOutput);
  return {ErrorCode::kUnsupported, fmt::format("{} failed:\n{}", name, output), {}, {}, {}};
}

void stop(std::vector<Child>& children) {
  for (const Child& child : children) ::kill(-child.pid, SIGKILL);
  for (const Child& child : children) ::waitpid(child.pid, nullptr, 0);
  children.clear();
}

ToolOutcome outcome_of(const Child& child, int status, const rusage& usage) {
  ToolOutcome outcome;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  outcome.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  if (WIFSIGNALED(status)) {
    outcome.end = child.killed ? ToolOutcome::End::kTimeOut : ToolOutcome::End::kSignal;
    outcome.code = WTERMSIG(status);
  } else if (WEXITSTATUS(status) != 0) {
    outcome.code = WEXITSTATUS(status);
    outcome.end = outcome.code == kCannotExecute ? ToolOutcome::End::kNotStarted : ToolOutcome::End::kFailure;
  }
  return outcome;
}

/// Takes ended children out of the list and reports them; kills those whose time is over.
Status reap(std::vector<Child>& running, const std::function<Status(std::size_t, const ToolOutcome&)>& done) {
  const auto now = std::chrono::steady_clock::now();
  for (auto child = running.begin(); child != running.end();) {
    if (child->limited && !child->killed && now >= child->deadline) {
      child->killed = true;
      ::kill(-child->pid, SIGKILL);
    }
    int status = 0;
    rusage usage{};
    if (::wait4(child->pid, &status, WNOHANG, &usage) == 0) {
      ++child;
      continue;
    }
    const Child ended = *child;
    child = running.erase(child);
    HEDDLE_TRY(done(ended.job, outcome_of(ended, status, usage)));
  }
  return {};
}

}  // namespace

std::string describe(const ToolOutcome& outcome) {
  switch (outcome.end) {
    case ToolOutcome::End::kSuccess: return "succeeded";
    case ToolOutcome::End::kFailure: return fmt::format("ended with status {}", outcome.code);
    case ToolOutcome::End::kSignal:
      return fmt::format("was killed by signal {} ({})", outcome.code, ::strsignal(outcome.code));
    case ToolOutcome::End::kTimeOut: return "took longer than its time limit and was stopped";
    case ToolOutcome::End::kNotStarted: return "could not be started";
  }
  return "?";
}

Status run_tool_jobs(const std::vector<ToolJob>& jobs, int at_once, const Context& context,
                     const std::function<Status(std::size_t, const ToolOutcome&)>& done) {
  std::vector<Child> running;
  std::size_t next = 0;
  while (next < jobs.size() || !running.empty()) {
    if (next < jobs.size() && running.size() < static_cast<std::size_t>(std::max(1, at_once))) {
      auto child = start(jobs[next], next);
      if (!child) {
        stop(running);
        return fail(std::move(child).error());
      }
      running.push_back(*child);
      ++next;
      continue;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    Status status = reap(running, done);
    if (status && context.cancelled()) status = fail(ErrorCode::kInterrupted, "interrupted");
    if (!status) {
      stop(running);
      return status;
    }
  }
  return {};
}

Status run_tools(const std::vector<ToolCommand>& commands, const std::filesystem::path& directory, int jobs,
                 const Context& context) {
  std::vector<ToolJob> all;
  for (std::size_t i = 0; i < commands.size(); ++i)
    all.push_back({commands[i], directory, directory / fmt::format("tool-{}.log", i)});
  return run_tool_jobs(all, jobs, context, [&](std::size_t index, const ToolOutcome& outcome) -> Status {
    if (outcome.end == ToolOutcome::End::kSuccess) return {};
    return fail(failure(all[index], outcome));
  });
}

Result<std::string> tool_output(const ToolCommand& command, const std::filesystem::path& directory,
                                const Context& context) {
  HEDDLE_TRY(run_tools({command}, directory, 1, context));
  return read_file(directory / "tool-0.log");
}

}  // namespace heddle
