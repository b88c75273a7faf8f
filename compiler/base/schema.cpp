// The verdict is valijson's, which knows all of draft-07; the words are ours (schema_explain.h).
#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "compiler/base/json.h"
#include "compiler/base/schema_explain.h"

namespace heddle {
namespace {

/// valijson writes a path as "<root>", "[key]", "[0]".
std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (std::size_t i = 1; i < context.size(); ++i)
    if (context[i].size() >= 2) pointer = pointer_to(pointer, context[i].substr(1, context[i].size() - 2));
  return pointer;
}

/// The innermost complaint of valijson, for keywords that our own explanation does not know.
Violation complaint(valijson::ValidationResults& results) {
  valijson::ValidationResults::Error error;
  valijson::ValidationResults::Error innermost;
  while (results.popError(error))
    if (error.context.size() >= innermost.context.size()) innermost = error;
  return {pointer_of(innermost.context), innermost.description, "", false};
}

/// "NAME/VERSION" taken apart; nothing if it is not of that form.
std::optional<std::pair<std::string, int>> versioned(const Json& json) {
  if (!json.is_string()) return std::nullopt;
  const auto text = json.get<std::string>();
  const std::size_t slash = text.rfind('/');
  if (slash == std::string::npos) return std::nullopt;
  int version = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + slash + 1, end, version);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return std::pair{text.substr(0, slash), version};
}

/// A file of another version of the format that is wanted: that alone is said, whatever else differs.
Status check_version(const Document& document, const Json& schema) {
  const Json::json_pointer place("/properties/schema/const");
  if (!schema.contains(place) || !document.root.is_object() || !document.root.contains("schema")) return {};
  const auto wanted = versioned(schema[place]), found = versioned(document.root["schema"]);
  if (!wanted || !found || wanted->first != found->first || wanted->second == found->second) return {};
  const bool old = found->second < wanted->second;
  return fail(ErrorCode::kBadInput,
              fmt::format("at /schema: expected {}, found {}: the file is of {} version", schema[place].dump(),
                          document.root["schema"].dump(), old ? "an earlier" : "a later"),
              document.mark("/schema"), old ? "make the file again with this version" : "use the version that made it");
}

}  // namespace

Status validate_schema(const Document& document, const Json& schema) {
  HEDDLE_TRY(check_version(document, schema));
  const nlohmann::json plain_schema = schema;
  const nlohmann::json plain_root = document.root;
  valijson::Schema rules;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(plain_schema), rules);
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  if (validator.validate(rules, valijson::adapters::NlohmannJsonAdapter(plain_root), &results)) return {};
  const Violation violation = explain_schema(schema, document.root).value_or(complaint(results));
  const std::string at = violation.pointer.empty() ? "at the top level" : "at " + violation.pointer;
  const Mark where = violation.at_key ? document.key_mark(violation.pointer) : document.mark(violation.pointer);
  return fail(ErrorCode::kBadInput, fmt::format("{}: {}", at, violation.message), where, violation.hint);
}

}  // namespace heddle
