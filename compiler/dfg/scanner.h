// Reads one line of the text form from left to right; every failure knows its column.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/base/result.h"

namespace heddle::dfg {

class Scanner {
 public:
  Scanner(std::string_view line, const std::string& file, int number) : line_(line), file_(file), number_(number) {}

  /// At the end of the line or at a `#` comment.
  [[nodiscard]] bool at_end();
  /// Consumes `token` if it comes next (after blanks). A token of letters must end at a word boundary.
  bool accept(std::string_view token);
  /// Consumes `token` only if it follows without blanks.
  bool accept_adjacent(std::string_view token);
  /// True if `c` follows without blanks.
  [[nodiscard]] bool next_is_adjacent(char c) const { return at_ < line_.size() && line_[at_] == c; }
  Status expect(std::string_view token);
  /// Letters, digits, `_` and `.`; fails with "expected `what`" if there is none.
  Result<std::string> word(const std::string& what);
  /// A word or a quoted string.
  Result<std::string> name(const std::string& what);
  /// A file name: what `name` takes, and also `/`, `-` and `+`.
  Result<std::string> file_name();
  /// Decimal, or hexadecimal after 0x (up to 64 bits, as two's complement).
  Result<std::int64_t> integer(const std::string& what);
  Result<int> small_integer(const std::string& what);

  /// The place of the next token.
  Mark mark();
  tl::unexpected<Error> fail_here(const std::string& message);

 private:
  void skip_blanks();
  Result<std::string> quoted();
  Result<std::string> bare(const std::string& what, bool (*allowed)(char));
  Result<char> escape();

  std::string_view line_;
  const std::string& file_;
  int number_;
  std::size_t at_ = 0;
};

/// As `Scanner::name` reads it: bare if possible, else quoted.
std::string quote_name(std::string_view name);
/// As `Scanner::file_name` reads it.
std::string quote_file(std::string_view name);

}  // namespace heddle::dfg
