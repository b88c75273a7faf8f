// Runs compilers and the like as child processes, with their output in a file and a way to stop them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/result.h"

namespace heddle {

/// A program (looked up in PATH) and its arguments; no shell takes part.
using ToolCommand = std::vector<std::string>;

/// One command with its directory, the file that takes its output and error, and the wall time it may take (0: any).
struct ToolJob {
  ToolCommand command;
  std::filesystem::path directory;
  std::filesystem::path log;
  double seconds = 0;
};

/// How a command ended.
struct ToolOutcome {
  enum class End : unsigned char {
    kSuccess,     ///< with status 0
    kFailure,     ///< with another status
    kSignal,      ///< killed by a signal that was not ours: a crash
    kTimeOut,     ///< killed by us after its time
    kNotStarted,  ///< the program does not exist or cannot be run
  };
  End end = End::kSuccess;
  int code = 0;            ///< exit status, or number of the signal
  double cpu_seconds = 0;  ///< of the command and the children it waited for
};

/// What happened, in words: "ended with status 1", "was killed by signal 11 (Segmentation fault)", ...
std::string describe(const ToolOutcome& outcome);

/// Runs every job, at most `at_once` at a time, whatever becomes of the others. `done` is called in this thread with
/// the index of each job as it ends (in any order); when it fails, the running jobs are stopped and its error is
/// returned. Fails with kInterrupted when cancelled. A stopped job is killed with all processes of its group; when this
/// process or thread dies, its tools do (what they had started ends when it writes to them).
Status run_tool_jobs(const std::vector<ToolJob>& jobs, int at_once, const Context& context,
                     const std::function<Status(std::size_t, const ToolOutcome&)>& done);

/// Runs the commands in `directory`, at most `jobs` at a time, and waits. Fails on the first that cannot be started
/// (kNotFound) or ends with a status other than 0 (kUnsupported: the message holds the end of its output), and when
/// cancelled; the others are then stopped.
Status run_tools(const std::vector<ToolCommand>& commands, const std::filesystem::path& directory, int jobs,
                 const Context& context);

/// Runs one command and returns its standard output and error.
Result<std::string> tool_output(const ToolCommand& command, const std::filesystem::path& directory,
                                const Context& context);

}  // namespace heddle
