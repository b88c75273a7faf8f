#include "runtime/cli/console.h"

#include <fmt/format.h>

#include <ostream>

#include "runtime/cli/environment.h"

namespace heddle::cli {
namespace {

std::string line_text(const std::string& what, std::int64_t done, std::int64_t total) {
  if (total <= 0) return what;
  constexpr std::int64_t kWidth = 24;
  const std::int64_t filled = std::min(done, total) * kWidth / total;
  return fmt::format("[{:#<{}}{:.<{}}] {}/{} {}", "", filled, "", kWidth - filled, done, total, what);
}

const char* code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kBadInput: return "bad_input";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kUnsupported: return "unsupported";
    case ErrorCode::kIo: return "io";
    case ErrorCode::kInfeasible: return "infeasible";
    case ErrorCode::kMismatch: return "mismatch";
    case ErrorCode::kInterrupted: return "interrupted";
  }
  return "unknown";
}

Json mark_json(const Mark& mark) {
  if (mark.file.empty()) return nullptr;
  return {{"file", mark.file}, {"line", mark.line}, {"column", mark.column}};
}

}  // namespace

ConsoleMode console_mode(const std::string& progress, bool terminal) {
  if (progress == "none") return ConsoleMode::kNone;
  if (progress == "plain") return ConsoleMode::kPlain;
  return terminal ? ConsoleMode::kLine : ConsoleMode::kNone;
}

LogLevel log_level(bool verbose, bool quiet) {
  if (quiet) return LogLevel::kWarning;
  return verbose ? LogLevel::kDebug : LogLevel::kInfo;
}

void Console::log(LogLevel level, const std::string& message) {
  if (level < level_) return;
  const std::lock_guard lock(mutex_);
  clear_locked();
  stream_ << "heddle: " << (level == LogLevel::kWarning ? "warning: " : "") << message << std::endl;
}

void Console::progress(const std::string& what, std::int64_t done, std::int64_t total) {
  if (mode_ == ConsoleMode::kNone) return;
  const std::lock_guard lock(mutex_);
  if (mode_ == ConsoleMode::kPlain) return print_plain(what, done, total);
  const auto now = std::chrono::steady_clock::now();
  if (shown_ && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  shown_ = true;
  stream_ << "\r\x1b[K" << line_text(what, done, total) << std::flush;
}

void Console::print_plain(const std::string& what, std::int64_t done, std::int64_t total) {
  const std::int64_t tenth = total > 0 ? done * 10 / total : -1;
  if (what == what_ && tenth == tenth_) return;
  what_ = what;
  tenth_ = tenth;
  stream_ << (total > 0 ? fmt::format("{} {}/{}", what, done, total) : what) << std::endl;
}

void Console::clear() {
  const std::lock_guard lock(mutex_);
  clear_locked();
}

void Console::clear_locked() {
  if (shown_) stream_ << "\r\x1b[K" << std::flush;
  shown_ = false;
}

Json error_json(const Error& error, int status) {
  Json notes = Json::array();
  for (const Note& note : error.notes) notes.push_back({{"message", note.message}, {"where", mark_json(note.where)}});
  return {{"schema", "heddle.error/1"},
          {"code", code_name(error.code)},
          {"message", error.message},
          {"where", mark_json(error.where)},
          {"notes", notes},
          {"hint", error.hint},
          {"exit_status", status}};
}

void Environment::print(const Json& object) const { out << dump_json(object); }

std::string bold(const Environment& environment, const std::string& text) {
  return environment.color ? "\x1b[1m" + text + "\x1b[0m" : text;
}

}  // namespace heddle::cli
