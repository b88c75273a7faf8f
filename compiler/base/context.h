// What a long-running call needs from its caller: where to log, how to stop it, how many threads, which seed.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace heddle {

enum class LogLevel { kDebug, kInfo, kWarning };

/// Passed down by reference; libraries hold no globals. Default: silent, never cancelled, one thread, seed 1.
struct Context {
  std::function<void(LogLevel, const std::string&)> log = [](LogLevel, const std::string&) {};
  /// Called with what is being done, and done/total (total 0 = unknown).
  std::function<void(const std::string& what, std::int64_t done, std::int64_t total)> progress =
      [](const std::string&, std::int64_t, std::int64_t) {};
  const std::atomic<bool>* cancel = nullptr;
  int jobs = 1;
  std::uint64_t seed = 1;

  [[nodiscard]] bool cancelled() const { return cancel != nullptr && cancel->load(std::memory_order_relaxed); }
};

}  // namespace heddle
