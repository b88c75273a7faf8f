#include "compiler/base/result.h"

#include <fmt/format.h>

namespace heddle {
namespace {

std::string place(const Mark& mark) {
  if (mark.file.empty()) return {};
  if (mark.line == 0) return mark.file + ": ";
  if (mark.column == 0) return fmt::format("{}:{}: ", mark.file, mark.line);
  return fmt::format("{}:{}:{}: ", mark.file, mark.line, mark.column);
}

}  // namespace

std::string to_string(const Error& error) {
  std::string text = place(error.where) + "error: " + error.message;
  for (const Note& note : error.notes) text += "\n" + place(note.where) + "note: " + note.message;
  if (!error.hint.empty()) text += "\nhint: " + error.hint;
  return text;
}

int exit_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInfeasible:
    case ErrorCode::kMismatch: return 1;
    case ErrorCode::kInterrupted: return 130;
    case ErrorCode::kBadInput:
    case ErrorCode::kNotFound:
    case ErrorCode::kUnsupported:
    case ErrorCode::kIo: return 2;
  }
  return 2;
}

}  // namespace heddle
