// Arguments, streams, environment variables, signals.
#include <unistd.h>

#include <atomic>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <system_error>

#include "runtime/cli/process.h"

namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");

/// The first signal asks the command to stop and tidy up; a second one kills the process.
void interrupt(int signal) {
  interrupted.store(true);
  std::signal(signal, SIG_DFL);
}

std::filesystem::path executable_path() {
  std::error_code code;
  return std::filesystem::read_symlink("/proc/self/exe", code);
}

/// $HEDDLE_CACHE, else where the XDG base directory specification puts caches.
std::filesystem::path cache_directory() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::filesystem::path(value == nullptr ? "" : value);
  };
  if (!variable("HEDDLE_CACHE").empty()) return variable("HEDDLE_CACHE");
  if (!variable("XDG_CACHE_HOME").empty()) return variable("XDG_CACHE_HOME") / "heddle";
  if (!variable("HOME").empty()) return variable("HOME") / ".cache" / "heddle";
  return std::filesystem::temp_directory_path() / "heddle-cache";
}

}  // namespace

namespace heddle::cli {

int run_process(int argc, char** argv, const CommandList& commands) {
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  const char* no_color = std::getenv("NO_COLOR");
  const Process process{std::cout,
                        std::cerr,
                        ::isatty(STDOUT_FILENO) != 0,
                        ::isatty(STDERR_FILENO) != 0,
                        executable_path(),
                        std::getenv("HEDDLE_DATA"),
                        cache_directory(),
                        no_color != nullptr && *no_color != '\0',
                        &interrupted};
  return run({argv + 1, argv + argc}, process, commands);
}

}  // namespace heddle::cli
