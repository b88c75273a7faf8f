#include "compiler/dfg/scanner.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace heddle::dfg {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool in_word(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '.'; }
bool in_file(char c) { return in_word(c) || c == '/' || c == '-' || c == '+'; }

std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string quote_unless(std::string_view text, bool (*allowed)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed) ? std::string(text) : quote(text);
}

}  // namespace

std::string quote_name(std::string_view name) { return quote_unless(name, in_word); }
std::string quote_file(std::string_view name) { return quote_unless(name, in_file); }

void Scanner::skip_blanks() {
  while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t' || line_[at_] == '\r')) ++at_;
}

Mark Scanner::mark() {
  skip_blanks();
  return {file_, number_, static_cast<int>(at_) + 1};
}

tl::unexpected<Error> Scanner::fail_here(const std::string& message) {
  return fail(ErrorCode::kBadInput, message, mark());
}

bool Scanner::at_end() {
  skip_blanks();
  return at_ == line_.size() || line_[at_] == '#';
}

bool Scanner::accept_adjacent(std::string_view token) {
  if (line_.substr(at_, token.size()) != token) return false;
  const std::size_t end = at_ + token.size();
  if (in_word(token.back()) && end < line_.size() && in_word(line_[end])) return false;
  at_ = end;
  return true;
}

bool Scanner::accept(std::string_view token) {
  skip_blanks();
  return accept_adjacent(token);
}

Status Scanner::expect(std::string_view token) {
  if (!accept(token)) return fail_here(fmt::format("expected '{}'", token));
  return {};
}

Result<std::string> Scanner::bare(const std::string& what, bool (*allowed)(char)) {
  skip_blanks();
  const std::size_t start = at_;
  while (at_ < line_.size() && allowed(line_[at_])) ++at_;
  if (at_ == start) return fail_here("expected " + what);
  return std::string(line_.substr(start, at_ - start));
}

Result<std::string> Scanner::word(const std::string& what) { return bare(what, in_word); }

Result<std::string> Scanner::name(const std::string& what) {
  skip_blanks();
  return at_ < line_.size() && line_[at_] == '"' ? quoted() : bare(what, in_word);
}

Result<std::string> Scanner::file_name() {
  skip_blanks();
  return at_ < line_.size() && line_[at_] == '"' ? quoted() : bare("a file name", in_file);
}

Result<std::string> Scanner::quoted() {
  const Mark start = mark();
  std::string text;
  for (++at_; at_ < line_.size(); ++at_) {
    if (line_[at_] == '"') {
      ++at_;
      return text;
    }
    if (line_[at_] == '\\') {
      HEDDLE_ASSIGN(const char c, escape());
      text += c;
    } else {
      text += line_[at_];
    }
  }
  return fail(ErrorCode::kBadInput, "the quoted name does not end on this line", start);
}

/// From the backslash to the last character of the escape.
Result<char> Scanner::escape() {
  const char kind = at_ + 1 < line_.size() ? line_[at_ + 1] : '\0';
  if (kind == '"' || kind == '\\') {
    ++at_;
    return kind;
  }
  unsigned code = 0;
  const std::string_view digits = kind == 'x' ? line_.substr(at_ + 2, 2) : std::string_view();
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  // Only bytes that are characters by themselves: what is read must be UTF-8.
  if (digits.size() != 2 || parsed.ptr != digits.data() + 2 || code >= 0x80)
    return fail_here("expected \\\\, \\\" or \\xHH below \\x80");
  at_ += 3;
  return static_cast<char>(code);
}

Result<std::int64_t> Scanner::integer(const std::string& what) {
  skip_blanks();
  const Mark start = mark();
  const bool negative = accept_adjacent("-");
  std::string_view rest = line_.substr(at_);
  const bool hexadecimal = rest.starts_with("0x");
  if (hexadecimal) rest.remove_prefix(2);
  std::uint64_t magnitude = 0;
  const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), magnitude, hexadecimal ? 16 : 10);
  if (parsed.ptr == rest.data()) return fail(ErrorCode::kBadInput, "expected " + what, start);
  const std::uint64_t limit = negative      ? std::uint64_t{1} << 63U
                              : hexadecimal ? std::numeric_limits<std::uint64_t>::max()
                                            : static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (parsed.ec != std::errc() || magnitude > limit)
    return fail(ErrorCode::kBadInput, what + " does not fit 64 bits", start);
  at_ = static_cast<std::size_t>(parsed.ptr - line_.data());
  if (at_ < line_.size() && in_word(line_[at_])) return fail(ErrorCode::kBadInput, "expected " + what, start);
  return static_cast<std::int64_t>(negative ? std::uint64_t{0} - magnitude : magnitude);
}

Result<int> Scanner::small_integer(const std::string& what) {
  const Mark start = mark();
  HEDDLE_ASSIGN(const std::int64_t value, integer(what));
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max())
    return fail(ErrorCode::kBadInput, what + " does not fit 32 bits", start);
  return static_cast<int>(value);
}

}  // namespace heddle::dfg
