#include "compiler/frontend/annotation.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace heddle::frontend {
namespace {

/// False if it is no decimal integer of 64 bits.
bool read_number(std::string_view word, std::int64_t& value) {
  std::string digits(word);
  std::erase_if(digits, [](char c) { return c == '(' || c == ')' || c == ' '; });
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, value, 10);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

}  // namespace

Result<std::optional<Range>> parse_range(std::string_view text) {
  constexpr std::string_view kPrefix = "heddle.range:";
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string found =
      std::string(text.substr(0, colon)) + ", " + std::string(text.substr(std::min(colon + 1, text.size())));
  Range range;
  const bool numbers = colon < text.size() && read_number(text.substr(0, colon), range.low) &&
                       read_number(text.substr(colon + 1), range.high);
  if (!numbers)
    return fail(ErrorCode::kBadInput, "HEDDLE_RANGE: expected two decimal integers of 64 bits, found (" + found + ")");
  if (range.low > range.high)
    return fail(ErrorCode::kBadInput, "HEDDLE_RANGE: (" + found + ") has no values; the lower end is first");
  return range;
}

}  // namespace heddle::frontend
