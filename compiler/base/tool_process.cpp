#include "compiler/base/tool_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
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
  std::string name;
  std::filesystem::path log;
};

/// Only calls that are safe between fork and exec.
[[noreturn]] void become(char* const* arguments, const char* directory, const char* log) {
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

Result<Child> start(const ToolCommand& command, const std::filesystem::path& directory,
                    const std::filesystem::path& log) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const std::string where = directory.string();
  const std::string log_name = log.string();
  const pid_t pid = ::fork();
  if (pid < 0) return fail(ErrorCode::kIo, fmt::format("cannot start {}: {}", command[0], std::strerror(errno)));
  if (pid == 0) become(arguments.data(), where.c_str(), log_name.c_str());
  return Child{pid, command[0], log};
}

Error failure(const Child& child, int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == kCannotExecute)
    return {
        ErrorCode::kNotFound, fmt::format("cannot run {}", child.name), {}, {}, fmt::format("install {}", child.name)};
  std::string output = read_file(child.log).value_or("");
  if (output.size() > kShownOutput) output = "..." + output.substr(output.size() - kShownOutput);
  return {ErrorCode::kUnsupported, fmt::format("{} failed:\n{}", child.name, output), {}, {}, {}};
}

void stop(std::vector<Child>& children) {
  for (const Child& child : children) ::kill(-child.pid, SIGTERM);
  for (const Child& child : children) ::waitpid(child.pid, nullptr, 0);
  children.clear();
}

/// Takes ended children out of the list; fails with the first that failed.
Status reap(std::vector<Child>& running) {
  for (auto child = running.begin(); child != running.end();) {
    int status = 0;
    if (::waitpid(child->pid, &status, WNOHANG) == 0) {
      ++child;
      continue;
    }
    if (status != 0) {
      const Error error = failure(*child, status);
      running.erase(child);
      return fail(error);
    }
    child = running.erase(child);
  }
  return {};
}

}  // namespace

Status run_tools(const std::vector<ToolCommand>& commands, const std::filesystem::path& directory, int jobs,
                 const Context& context) {
  std::vector<Child> running;
  std::size_t next = 0;
  while (next < commands.size() || !running.empty()) {
    if (next < commands.size() && running.size() < static_cast<std::size_t>(std::max(1, jobs))) {
      auto child = start(commands[next], directory, directory / fmt::format("tool-{}.log", next));
      if (!child) {
        stop(running);
        return fail(std::move(child).error());
      }
      running.push_back(*child);
      ++next;
      continue;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    Status status = reap(running);
    if (status && context.cancelled()) status = fail(ErrorCode::kInterrupted, "interrupted");
    if (!status) {
      stop(running);
      return status;
    }
  }
  return {};
}

Result<std::string> tool_output(const ToolCommand& command, const std::filesystem::path& directory,
                                const Context& context) {
  HEDDLE_TRY(run_tools({command}, directory, 1, context));
  return read_file(directory / "tool-0.log");
}

}  // namespace heddle
