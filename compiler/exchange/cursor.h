// Reads a text from front to back and knows its line and column.
#pragma once

#include <string>
#include <string_view>

#include "compiler/base/result.h"

namespace heddle::exchange {

class Cursor {
 public:
  Cursor(std::string_view text, const std::string& file) : text_(text), file_(file) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") text_.remove_prefix(3);
  }

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  /// The next character; only if not `at_end`.
  [[nodiscard]] char peek() const { return text_[at_]; }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

  char take() {
    const char c = text_[at_++];
    if (c == '\n') {
      ++line_;
      line_start_ = at_;
    }
    return c;
  }
  void advance(std::size_t count) {
    while (count-- > 0 && !at_end()) take();
  }
  bool accept(char c) {
    if (at_end() || peek() != c) return false;
    take();
    return true;
  }
  void skip_blanks() {
    while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n')) take();
  }

  [[nodiscard]] Mark mark() const { return {file_, line_, static_cast<int>(at_ - line_start_) + 1}; }
  [[nodiscard]] tl::unexpected<Error> fail_here(std::string message) const {
    return fail(ErrorCode::kBadInput, std::move(message), mark());
  }

 private:
  std::string_view text_;
  std::string file_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

}  // namespace heddle::exchange
