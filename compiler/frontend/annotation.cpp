#include "compiler/frontend/annotation.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <type_traits>

namespace heddle::frontend {
namespace {

/// False if it is no decimal number of that type, or none that is finite.
template <class Number>
bool read_number(std::string_view word, Number& value) {
  std::string digits(word);
  std::erase_if(digits, [](char c) { return c == '(' || c == ')' || c == ' '; });
  if constexpr (std::is_floating_point_v<Number>)
    if (!digits.empty() && (digits.back() == 'f' || digits.back() == 'F')) digits.pop_back();
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, value);
  return parsed.ec == std::errc() && parsed.ptr == end && value - value == 0;
}

template <class Ends>
Result<std::optional<Ends>> parse(std::string_view text, const std::string& expected) {
  constexpr std::string_view kPrefix = "heddle.range:";
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string found =
      std::string(text.substr(0, colon)) + ", " + std::string(text.substr(std::min(colon + 1, text.size())));
  Ends range;
  const bool numbers = colon < text.size() && read_number(text.substr(0, colon), range.low) &&
                       read_number(text.substr(colon + 1), range.high);
  if (!numbers) return fail(ErrorCode::kBadInput, "HEDDLE_RANGE: expected " + expected + ", found (" + found + ")");
  if (range.low > range.high)
    return fail(ErrorCode::kBadInput, "HEDDLE_RANGE: (" + found + ") has no values; the lower end is first");
  return range;
}

}  // namespace

Result<std::optional<Range>> parse_range(std::string_view text) {
  return parse<Range>(text, "two decimal integers of 64 bits");
}

Result<std::optional<RealRange>> parse_real_range(std::string_view text) {
  return parse<RealRange>(text, "two decimal numbers");
}

}  // namespace heddle::frontend
