// The log and the progress line on standard error.
#pragma once

#include <chrono>
#include <iosfwd>
#include <mutex>
#include <string>

#include "compiler/base/context.h"
#include "compiler/base/json.h"
#include "compiler/base/result.h"

namespace heddle::cli {

enum class ConsoleMode { kLine, kPlain, kNone };

/// --progress=auto is one line that is rewritten on a terminal, and nothing elsewhere.
ConsoleMode console_mode(const std::string& progress, bool terminal);

LogLevel log_level(bool verbose, bool quiet);

/// Thread-safe: solvers and builds report from their own threads.
class Console {
 public:
  Console(std::ostream& stream, ConsoleMode mode, LogLevel level) : stream_(stream), mode_(mode), level_(level) {}
  ~Console() { clear(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void log(LogLevel level, const std::string& message);
  /// Rewrites the line at most ten times a second; in plain mode prints each new `what`, and each tenth of the work.
  void progress(const std::string& what, std::int64_t done, std::int64_t total);
  /// Removes the line.
  void clear();

 private:
  void clear_locked();
  void print_plain(const std::string& what, std::int64_t done, std::int64_t total);

  std::ostream& stream_;
  ConsoleMode mode_;
  LogLevel level_;
  std::mutex mutex_;
  bool shown_ = false;
  std::string what_;
  std::int64_t tenth_ = -1;
  std::chrono::steady_clock::time_point last_{};
};

/// `{"schema": "heddle.error/1", ...}`, what --format=json prints when a command fails.
Json error_json(const Error& error, int status);

}  // namespace heddle::cli
