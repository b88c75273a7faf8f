// JSON with places: every value of a parsed document knows its line and column, so errors can point at it.
#pragma once

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

  /// The mark of the value at `pointer`, or of its nearest known ancestor.
  [[nodiscard]] Mark mark(std::string pointer) const;
};

/// Parses JSON text; `file` is for messages. Fails with line and column, also on duplicate keys.
Result<Document> parse_json(std::string_view text, const std::string& file);

/// Parses YAML text (one document, JSON-compatible types). Fails with line and column, also on duplicate keys and
/// anchors cycles.
Result<Document> parse_yaml(std::string_view text, const std::string& file);

/// Validates against a JSON Schema (draft-07). The error names the key path, what was expected and found, and the
/// nearest valid key.
Status validate_schema(const Document& document, const Json& schema);

/// Pretty-printed with two spaces and a final newline; the form in which all our JSON files are written.
std::string dump_json(const Json& value);

}  // namespace heddle
