// Builds a Document from the events of a parser, so that JSON and YAML share their rules on keys, depth and size.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "compiler/base/json.h"

namespace heddle {

/// Nesting and size beyond which a document is refused: later stages recurse, and aliases can multiply.
inline constexpr std::size_t kMaxDocumentDepth = 200;
inline constexpr std::size_t kMaxDocumentValues = 1'000'000;

/// Receives values in document order. Every call may fail; after a failure no more calls are allowed.
class DocumentBuilder {
 public:
  explicit DocumentBuilder(std::string file) : file_(std::move(file)) {}

  Status key(std::string name, int line, int column);
  Status scalar(Json value, int line, int column);
  /// `value` is an empty object or an empty array.
  Status open(Json value, int line, int column);
  void close();

  /// True inside an object when the next event has to be a key.
  [[nodiscard]] bool expects_key() const;
  [[nodiscard]] bool has_root() const { return has_root_; }
  /// The value that was added last, by pointer; `at` finds it again, `is_open` says whether it still grows.
  [[nodiscard]] const std::string& last_pointer() const { return last_pointer_; }
  [[nodiscard]] const Json& at(const std::string& pointer) const;
  [[nodiscard]] bool is_open(const std::string& pointer) const;
  [[nodiscard]] Mark place(int line, int column) const { return {file_, line, column}; }
  Document take() { return std::move(document_); }

 private:
  struct Level {
    Json* container = nullptr;
    std::string pointer;
    std::unordered_set<std::string> keys;
    std::optional<std::string> pending_key;
  };

  Result<Json*> place_value(Json value, int line, int column);

  std::string file_;
  Document document_;
  std::vector<Level> levels_;
  std::string last_pointer_;
  std::size_t values_ = 0;
  bool has_root_ = false;
};

}  // namespace heddle
