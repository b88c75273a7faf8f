// JSON with places: every value of a parsed document knows its line and column, so errors can point at it.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "compiler/base/result.h"

namespace heddle {

/// Keys keep their order of insertion, so that written files are stable and read naturally.
using Json = nlohmann::ordered_json;

/// A parsed JSON or YAML document and the place of each value, by JSON pointer ("" is the root).
struct Document {
  Json root;
  std::map<std::string, Mark> marks;
  std::map<std::string, Mark> key_marks;  ///< of the key that introduces a value, by the value's pointer

  /// The mark of the value at `pointer`, or of its nearest known ancestor.
  [[nodiscard]] Mark mark(std::string pointer) const;
  /// The mark of the key in front of the value at `pointer`; where there is none, that of the value.
  [[nodiscard]] Mark key_mark(const std::string& pointer) const;
};

/// `parent` extended by one key of an object, escaped as RFC 6901 wants it.
std::string pointer_to(const std::string& parent, std::string_view key);
/// `parent` extended by one index of an array.
std::string pointer_to(const std::string& parent, std::size_t index);

/// Parses JSON text; `file` is for messages. Fails with line and column, also on duplicate keys.
Result<Document> parse_json(std::string_view text, const std::string& file);

/// Parses YAML text (one document, JSON-compatible types, YAML 1.2 core rules for plain scalars). Aliases are copied.
/// Fails with line and column, also on duplicate keys and on an alias inside its own anchor.
Result<Document> parse_yaml(std::string_view text, const std::string& file);

/// Reads a file: JSON by the suffix .json, otherwise YAML.
Result<Document> read_document(const std::filesystem::path& path);

/// Validates against a JSON Schema (draft-07). The error names the key path, what was expected and found, and the
/// nearest valid key.
Status validate_schema(const Document& document, const Json& schema);

/// Pretty-printed with two spaces and a final newline; the form in which all our JSON files are written.
std::string dump_json(const Json& value);

}  // namespace heddle
