// Scanned by hand: a message can quote a source line of any length, and std::regex may recurse for each character of
// it.
#include "compiler/frontend/clang_messages.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace heddle::frontend {
namespace {

/// Takes "NUMBER" off the end of `text`, and the colon in front of it.
std::optional<int> take_number(std::string_view& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(colon + 1);
  int value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || value < 1) return std::nullopt;
  text = text.substr(0, colon);
  return value;
}

std::optional<Mark> error_at(std::string_view line) {
  std::size_t end = line.find(": error: ");
  if (const std::size_t fatal = line.find(": fatal error: "); fatal < end) end = fatal;
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view place = line.substr(0, end);
  const auto column = take_number(place);
  if (!column) return std::nullopt;
  const auto number = take_number(place);
  if (!number || place.empty()) return std::nullopt;
  return Mark{std::string(place), *number, *column};
}

}  // namespace

Mark first_error(std::string_view messages) {
  while (!messages.empty()) {
    const std::size_t end = std::min(messages.find('\n'), messages.size());
    if (const auto mark = error_at(messages.substr(0, end))) return *mark;
    messages.remove_prefix(std::min(end + 1, messages.size()));
  }
  return {};
}

}  // namespace heddle::frontend
