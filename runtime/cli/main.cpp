// Binds the command line to the process: arguments, streams, environment variables, signals.
#include <unistd.h>

#include <atomic>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <system_error>

#include "runtime/cli/app.h"

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

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  const char* no_color = std::getenv("NO_COLOR");
  const heddle::cli::Process process{std::cout,
                                     std::cerr,
                                     ::isatty(STDOUT_FILENO) != 0,
                                     ::isatty(STDERR_FILENO) != 0,
                                     executable_path(),
                                     std::getenv("HEDDLE_DATA"),
                                     no_color != nullptr && *no_color != '\0',
                                     &interrupted};
  return heddle::cli::run({argv + 1, argv + argc}, process);
}
