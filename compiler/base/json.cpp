// JSON text to Document. nlohmann's parser checks the text and tells what it saw, but not where; a cursor that follows
// its events over the same text finds the place of each value.
#include "compiler/base/json.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/document_builder.h"
#include "compiler/base/files.h"

namespace heddle {
namespace {

/// Walks over text that is known to be valid JSON up to the current event.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") position_ = line_start_ = 3;
  }

  /// Moves to the first character of the next token and notes its place.
  void find_token() {
    while (position_ < text_.size() && std::string_view(" \t\r\n,:").find(text_[position_]) != std::string_view::npos)
      step();
    token_line = line_;
    token_column = column();
  }

  void skip_bracket() { step(); }

  void skip_string() {
    for (step(); position_ < text_.size() && text_[position_] != '"'; step())
      if (text_[position_] == '\\') step();
    step();
  }

  void skip_literal() {
    constexpr std::string_view kEnds = " \t\r\n,:]}";
    while (position_ < text_.size() && kEnds.find(text_[position_]) == std::string_view::npos) step();
  }

  /// Moves to a byte offset, for errors.
  void go_to(std::size_t offset) {
    while (position_ < std::min(offset, text_.size())) step();
    token_line = line_;
    token_column = column();
  }

  int token_line = 1;
  int token_column = 1;

 private:
  void step() {
    if (position_ >= text_.size()) return;
    if (text_[position_++] != '\n') return;
    ++line_;
    line_start_ = position_;
  }
  [[nodiscard]] int column() const { return static_cast<int>(position_ - line_start_) + 1; }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

/// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while ...": the part people need.
std::string without_place(std::string text) {
  constexpr std::string_view kCode = "] ";
  if (const auto code = text.find(kCode); code != std::string::npos && text.starts_with('['))
    text.erase(0, code + kCode.size());
  if (text.starts_with("parse error at"))
    if (const auto colon = text.find(": "); colon != std::string::npos) text.erase(0, colon + 2);
  return text;
}

/// The SAX interface of nlohmann::json; false stops the parser.
class Handler {
 public:
  Handler(std::string_view text, const std::string& file) : text_(text), cursor_(text), builder_(file) {}

  bool null() { return literal(nullptr); }
  bool boolean(bool value) { return literal(value); }
  bool number_integer(std::int64_t value) { return literal(value); }
  bool number_unsigned(std::uint64_t value) { return literal(value); }
  bool number_float(double value, const std::string& /*text*/) { return literal(value); }
  bool binary(Json::binary_t& /*value*/) { return false; }

  bool string(std::string& value) {
    cursor_.find_token();
    cursor_.skip_string();
    return check(builder_.scalar(std::move(value), cursor_.token_line, cursor_.token_column));
  }
  bool key(std::string& value) {
    cursor_.find_token();
    cursor_.skip_string();
    return check(builder_.key(std::move(value), cursor_.token_line, cursor_.token_column));
  }
  bool start_object(std::size_t /*size*/) { return open(Json::object()); }
  bool start_array(std::size_t /*size*/) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool parse_error(std::size_t position, const std::string& /*token*/, const nlohmann::detail::exception& error) {
    // `position` counts the characters read, the offending one included.
    Cursor cursor(text_);
    cursor.go_to(position == 0 ? 0 : position - 1);
    status_ =
        fail(ErrorCode::kBadInput, without_place(error.what()), builder_.place(cursor.token_line, cursor.token_column));
    return false;
  }

  Result<Document> finish() {
    HEDDLE_TRY(status_);
    return builder_.take();
  }

 private:
  bool literal(Json value) {
    cursor_.find_token();
    cursor_.skip_literal();
    return check(builder_.scalar(std::move(value), cursor_.token_line, cursor_.token_column));
  }
  bool open(Json value) {
    cursor_.find_token();
    cursor_.skip_bracket();
    return check(builder_.open(std::move(value), cursor_.token_line, cursor_.token_column));
  }
  bool close() {
    cursor_.find_token();
    cursor_.skip_bracket();
    builder_.close();
    return true;
  }
  bool check(Status status) {
    status_ = std::move(status);
    return status_.has_value();
  }

  std::string_view text_;
  Cursor cursor_;
  DocumentBuilder builder_;
  Status status_;
};

std::string escaped(std::string_view key) {
  std::string text;
  for (const char c : key) {
    if (c == '~')
      text += "~0";
    else if (c == '/')
      text += "~1";
    else
      text += c;
  }
  return text;
}

}  // namespace

std::string pointer_to(const std::string& parent, std::string_view key) { return parent + "/" + escaped(key); }
std::string pointer_to(const std::string& parent, std::size_t index) { return parent + "/" + std::to_string(index); }

Mark Document::mark(std::string pointer) const {
  while (true) {
    if (const auto found = marks.find(pointer); found != marks.end()) return found->second;
    if (pointer.empty()) return {};
    pointer.resize(pointer.find_last_of('/') == std::string::npos ? 0 : pointer.find_last_of('/'));
  }
}

Mark Document::key_mark(const std::string& pointer) const {
  const auto found = key_marks.find(pointer);
  return found != key_marks.end() ? found->second : mark(pointer);
}

Result<Document> parse_json(std::string_view text, const std::string& file) {
  Handler handler(text, file);
  Json::sax_parse(text.begin(), text.end(), &handler);
  return handler.finish();
}

std::string dump_json(const Json& value) { return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

Result<Document> read_document(const std::filesystem::path& path) {
  HEDDLE_ASSIGN(const std::string text, read_file(path));
  return path.extension() == ".json" ? parse_json(text, path.string()) : parse_yaml(text, path.string());
}

}  // namespace heddle
